package org.wyrm.target.gdb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** See docs/help/fuzz.md. */
class RegisterFileFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "<reg name=\"rip\" bitsize=\"64\" regnum=\"0\"/><reg name='cs' bitsize='32'/>0011223344556677",
                        "<reg name=\"rip\" bitsize=\"-1\" regnum=\"99999999999\"/>xx")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void everyRegisterHasAValueOrNone(byte[] input) {
        var text = new String(input, StandardCharsets.ISO_8859_1);
        var registers = RegisterFile.parse(List.of(text));
        for (var name : List.of("rip", "cs", "")) {
            var value = registers.value(text, name);
            // One of 64 bits at most, and never of digits that are not there.
            assertThat(value.isPresent() && text.length() < 2).isFalse();
        }
        assertThat(registers.value("", "rip")).isEmpty();
    }
}
