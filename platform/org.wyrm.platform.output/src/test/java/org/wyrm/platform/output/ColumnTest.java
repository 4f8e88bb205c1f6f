package org.wyrm.platform.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTest {
    @ParameterizedTest
    @CsvSource({
        "pid, I, pid",
        "kernelThread, Z, kernel_thread",
        "rss, Lorg/wyrm/base/address/ByteSize;, rss_bytes",
        "rss, Ljava/util/Optional<Lorg/wyrm/base/address/ByteSize;>;, rss_bytes",
        "usedBytes, Lorg/wyrm/base/address/ByteSize;, used_bytes",
        "bytes, Lorg/wyrm/base/address/ByteSize;, bytes",
        "uptime, Ljava/time/Duration;, uptime_seconds"
    })
    void theKeyIsTheNameInLowerSnakeCaseWithItsUnit(String component, String signature, String key) {
        assertThat(new Column(component, signature).key()).isEqualTo(key);
    }

    @Test
    void theHeaderHasNoUnitSinceTextHasItInTheValue() {
        assertThat(new Column("rssTotal", "Lorg/wyrm/base/address/ByteSize;").header())
                .isEqualTo("RSS_TOTAL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I",
                "J",
                "D",
                "Ljava/lang/Integer;",
                "Ljava/util/OptionalLong;",
                "Lorg/wyrm/base/address/ByteSize;",
                "Ljava/util/Optional<Ljava/lang/Long;>;",
                "Ljava/math/BigInteger;",
                "Lorg/wyrm/base/error/Attempt<Ljava/util/Optional<Lorg/wyrm/base/address/ByteSize;>;>;"
            })
    void numbersAreKnownByTheirType(String signature) {
        assertThat(new Column("x", signature).isNumber()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Z", "Ljava/lang/String;", "Lorg/wyrm/base/address/VirtualAddress;", "Ljava/util/Optional<TT;>;"
            })
    void allElseIsText(String signature) {
        assertThat(new Column("x", signature).isNumber()).isFalse();
    }
}
