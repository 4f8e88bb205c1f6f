package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.wyrm.platform.command.Span;

class CSpansTest {
    private static List<String> spans(BiConsumer<String, Consumer<Span>> scan, String text) {
        var found = new ArrayList<String>();
        scan.accept(text, span -> found.add(span.kind() + " " + text.substring(span.start(), span.end())));
        return found;
    }

    private static List<String> value(String text) {
        return spans(CSpans::ofValue, text);
    }

    private static List<String> declaration(String text) {
        return spans(CSpans::ofDeclaration, text);
    }

    @Test
    void aStructureHasTypesMembersAndValues() {
        assertThat(value("""
                                *(struct thing *)(init_thing+0x0 = 0xff) = {
                                \t.name = (char [4])"a\\"b",
                                \t.call = (int (*)(struct page *))0x10,
                                \t.color = (enum color)RED,
                                \t.row = (double [2]){ -1.5, 1e+20, ... 3 more elements },
                                \t.lost = <cannot read a->b>,
                                }"""))
                .containsExactly(
                        "TYPE (struct thing *)",
                        "SYMBOL init_thing+0x0",
                        "NUMBER 0xff",
                        "MEMBER .name",
                        "TYPE (char [4])",
                        "STRING \"a\\\"b\"",
                        "MEMBER .call",
                        "TYPE (int (*)(struct page *))",
                        "NUMBER 0x10",
                        "MEMBER .color",
                        "TYPE (enum color)",
                        "NUMBER RED",
                        "MEMBER .row",
                        "TYPE (double [2])",
                        "NUMBER -1.5",
                        "NUMBER 1e+20",
                        "NUMBER 3",
                        "NUMBER more",
                        "NUMBER elements",
                        "MEMBER .lost",
                        "ERROR <cannot read a->b>");
    }

    @Test
    void aDefinitionHasTypesMembersAndRemarks() {
        assertThat(declaration("""
                                struct thing {
                                \tpid_t pid;
                                \tunsigned int low : 3, high : 5;
                                \tvoid (*call)(pid_t, struct page *);
                                }; // 16 bytes"""))
                .containsExactly(
                        "TYPE struct",
                        "TYPE thing",
                        "TYPE pid_t",
                        "MEMBER pid",
                        "TYPE unsigned",
                        "TYPE int",
                        "MEMBER low",
                        "NUMBER 3",
                        "MEMBER high",
                        "NUMBER 5",
                        "TYPE void",
                        "MEMBER call",
                        "TYPE pid_t",
                        "TYPE struct",
                        "TYPE page",
                        "COMMENT // 16 bytes");
        assertThat(declaration("enum color { RED = 0 };"))
                .containsExactly("TYPE enum", "TYPE color", "MEMBER RED", "NUMBER 0");
        assertThat(declaration("pid_t; // 4 bytes")).containsExactly("TYPE pid_t", "COMMENT // 4 bytes");
    }

    @Test
    void textThatIsCutOffEndsTheLastPart() {
        assertThat(value("(int [")).containsExactly("TYPE (int [");
        assertThat(value("\"open\\")).containsExactly("STRING \"open\\");
        assertThat(value("<lost")).containsExactly("ERROR <lost");
        assertThat(declaration("/* open")).containsExactly("COMMENT /* open");
    }
}
