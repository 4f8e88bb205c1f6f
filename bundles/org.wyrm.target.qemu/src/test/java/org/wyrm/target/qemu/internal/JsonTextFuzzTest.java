package org.wyrm.target.qemu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.error.MalformedDataException;

/** See docs/help/fuzz.md. */
class JsonTextFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        ScriptedQemu.GREETING,
                        "{\"return\": [{\"thread-id\": 32153, \"x\": [true, false, null, -1.5e3]}], \"id\": 1}",
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"\\u00e9\\n\"}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void everyTextIsAValueOrMalformed(byte[] input) {
        var text = new String(input, StandardCharsets.UTF_8);
        try {
            var value = JsonText.parse("fuzz", 0, text);
            // The same with spaces around, and nothing with more behind.
            assertThat(JsonText.parse("fuzz", 0, " " + text + "\n")).isEqualTo(value);
            assertThat(isValue(text + "]")).isFalse();
        } catch (MalformedDataException malformed) {
            assertThat(malformed.offsetBytes()).isBetween(0L, (long) text.length());
        }
    }

    private static boolean isValue(String text) {
        try {
            return JsonText.parse("fuzz", 0, text) != null;
        } catch (MalformedDataException malformed) {
            return false;
        }
    }
}
