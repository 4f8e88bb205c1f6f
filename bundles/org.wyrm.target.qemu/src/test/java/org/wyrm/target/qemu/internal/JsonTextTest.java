package org.wyrm.target.qemu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;

class JsonTextTest {
    private static final String ALL =
            "{\"a\": [1, -2.5e1, 123456789012345678901], \"b\": {\"c\": true, \"d\": false, \"e\": null},"
                    + " \"f\": \"x\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\", \"\": []}";

    private static Object parse(String text) {
        return JsonText.parse("test", 0, text);
    }

    @Test
    void hasEveryKindOfValue() {
        var object = (JsonObject) parse(" " + ALL + "\r\n");

        assertThat(object.members().get("a"))
                .isEqualTo(List.of(1L, new BigDecimal("-2.5e1"), new BigDecimal("123456789012345678901")));
        assertThat(object.find("b", JsonObject.class).orElseThrow().members())
                .containsEntry("c", true)
                .containsEntry("d", false)
                .containsEntry("e", JsonText.NULL);
        assertThat(object.find("f", String.class)).contains("x\"\\/\b\f\n\r\t\u00e9");
        assertThat(object.find("a", String.class)).isEmpty();
        assertThat(object.has("")).isTrue();
        assertThat(object.has("g")).isFalse();
    }

    @Test
    void isRefusedCutAnywhere() {
        for (var end = 0; end < ALL.length(); end++) {
            var cut = ALL.substring(0, end);
            assertThatThrownBy(() -> parse(cut)).as(cut).isInstanceOf(MalformedDataException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "{1:1}",
                "[1 2]",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e999",
                "tru",
                "nul",
                "True",
                "NaN",
                "Infinity",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u\uff11234\"",
                "\"\t\"",
                "{} {}",
                "1\0",
                "\u00a01",
                "{\"a\":1,\"a\":2}",
                "/* */ 1",
                "\ufeff{}",
                "]",
                "\uff11"
            })
    void isRefusedIfItBreaksARule(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void saysWhereItIsBroken() {
        assertThatThrownBy(() -> JsonText.parse("QMP x", 0x100, "{\"a\": ?}"))
                .hasMessage("QMP x+0x106: this is no value");
    }

    @Test
    void isNestedToALimit() {
        assertThat(parse("[".repeat(64) + "]".repeat(64))).isInstanceOf(List.class);
        assertThatThrownBy(() -> parse("[".repeat(1_000_000)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("nested deeper than 64");
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000))).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void hasValuesToALimit() {
        assertThatThrownBy(() -> parse("[" + "0,".repeat(1 << 19)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("values");
    }
}
