package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.UsageException;

class NamePatternTest {
    @ParameterizedTest
    @CsvSource({
        "task_*, task_struct, true",
        "task_*, my_task_x, false",
        "*_ops, file_ops, true",
        "*_ops, file_ops2, false",
        "cpu?, cpu1, true",
        "cpu?, cpu, false",
        "cpu?, cpu12, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "[!a-c]x, dx, true",
        "[^a-c]x, ax, false",
        "[]]x, ]x, true",
        "[&&]x, &x, true",
        "'[[]x', [x, true",
        "a.b, a.b, true",
        "a.b, axb, false",
        "std::*, std::string, true",
        "exact, exact, true",
        "exact, Exact, false"
    })
    void matchesWholeNamesAsAShellDoes(String glob, String name, boolean matches) {
        var pattern = NamePattern.globs(List.of(glob), false);

        assertThat(pattern.test().test(name)).isEqualTo(matches);
        assertThat(!matches || name.startsWith(pattern.prefix())).isTrue();
    }

    @Test
    void knowsWhatAllStartWith() {
        assertThat(NamePattern.globs(List.of("task_*"), false).prefix()).isEqualTo("task_");
        assertThat(NamePattern.globs(List.of("task_*", "tasks"), false).prefix())
                .isEqualTo("task");
        assertThat(NamePattern.globs(List.of("task_*", "*x"), false).prefix()).isEmpty();
        assertThat(NamePattern.globs(List.of("task_*"), true).prefix()).isEmpty();
    }

    @Test
    void matchesLettersOfBothSizesIfTold() {
        assertThat(NamePattern.globs(List.of("Task_[A]*"), true).test().test("tASK_a1"))
                .isTrue();
        assertThat(NamePattern.regexes(List.of("^TASK"), true).test().test("task_x"))
                .isTrue();
    }

    @Test
    void findsRegularExpressionsAnywhere() {
        var test = NamePattern.regexes(List.of("lock$", "^do_"), false).test();

        assertThat(List.of("spin_lock", "do_exit", "undo_x", "locks"))
                .filteredOn(test)
                .containsExactly("spin_lock", "do_exit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[a", "x[!", "[]", "[z-a]"})
    void refusesWhatIsNoPattern(String glob) {
        assertThatThrownBy(() -> NamePattern.globs(List.of(glob), false)).isInstanceOf(UsageException.class);
    }

    @Test
    void refusesWhatIsNoRegularExpression() {
        assertThatThrownBy(() -> NamePattern.regexes(List.of("("), false)).isInstanceOf(UsageException.class);
    }
}
