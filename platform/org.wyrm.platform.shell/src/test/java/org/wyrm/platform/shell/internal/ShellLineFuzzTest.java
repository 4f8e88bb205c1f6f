package org.wyrm.platform.shell.internal;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.wyrm.base.error.UsageException;

/** Lines of any text are taken apart, completed, or refused as wrong usage. See docs/help/fuzz.md. */
class ShellLineFuzzTest {
    private static final List<String> PARTS = List.of(
            "tasks",
            "print",
            "p",
            "-a",
            "--cpu",
            "--format",
            "=",
            " ",
            "|",
            "||",
            "where pid == ",
            "sort -r",
            "head",
            "select",
            "count",
            "foreach",
            "'",
            "\"",
            "\\",
            ">",
            ">>",
            "!",
            "#",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            "->",
            "1",
            "0x",
            "\n",
            "\t",
            "a",
            "UN",
            "kernel",
            "init_task.se");

    @FuzzTest
    void anyTextIsALineOrWrongUsage(FuzzedDataProvider data) {
        var line = new StringBuilder();
        while (data.remainingBytes() > 0 && line.length() < 4_000) {
            line.append(data.consumeBoolean() ? data.pickValue(PARTS) : data.consumeString(8));
        }
        check(line.toString());
    }

    private static void check(String text) {
        for (var end = Math.max(0, text.length() - 20); end <= text.length(); end++) {
            Caret.at(ShellLineTest.INDEX, text.substring(0, end));
        }
        LineEnd.joined(text);
        try {
            ShellLine.parse(ShellLineTest.INDEX, text);
            CrashForeach.line(ShellLineTest.INDEX, Words.of(text));
        } catch (UsageException expected) {
            // The one way to say that a text is no line.
        }
    }
}
