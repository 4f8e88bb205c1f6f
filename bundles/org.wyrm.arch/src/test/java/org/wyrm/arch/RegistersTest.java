package org.wyrm.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistersTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 62, 63})
    void areKnownWhereTheyWereSet(int number) {
        var registers = new Registers.Builder().set(number, -1).build();

        assertThat(registers.has(number)).isTrue();
        assertThat(registers.get(number)).hasValue(-1);
        assertThat(registers.value(number)).isEqualTo(-1);
        assertThat(registers.has(number ^ 1)).isFalse();
        assertThat(registers.get(number ^ 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 64, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void thatDoNotExistAreNotKnown(int number) {
        var builder = new Registers.Builder().set(0, 1);

        assertThat(builder.build().has(number)).isFalse();
        assertThat(builder.forget(number).build().has(0)).isTrue();
        assertThatThrownBy(() -> builder.set(number, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.build().value(number)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void goOnFromOthersWithoutChangingThem() {
        var first = new Registers.Builder().set(3, 30).set(5, 50).build();

        var second = new Registers.Builder(first).forget(3).set(4, 40).build();

        assertThat(second.get(3)).isEmpty();
        assertThat(second.get(4)).hasValue(40);
        assertThat(second.get(5)).hasValue(50);
        assertThat(first.get(3)).hasValue(30);
        assertThat(first.has(4)).isFalse();
        assertThat(Registers.NONE.has(0)).isFalse();
    }
}
