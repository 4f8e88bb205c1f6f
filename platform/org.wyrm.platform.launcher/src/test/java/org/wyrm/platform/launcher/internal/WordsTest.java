package org.wyrm.platform.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({"tasks, tasks, 0", "tasks, task, 1", "tasks, taks, 1", "tasks, atsks, 1", "ps, log, 3", "'', abc, 3"})
    void theDistanceCountsWhatMustBeChanged(String a, String b, int distance) {
        assertThat(Words.distance(a, b)).isEqualTo(distance);
        assertThat(Words.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void theNearestWordsAreNamedAndNoneThatIsFar() {
        var known = List.of("tasks", "task", "mount", "mod");

        assertThat(Words.nearest("taskz", known)).isEqualTo("task, tasks");
        assertThat(Words.nearest("mmount", known)).isEqualTo("mount");
        assertThat(Words.nearest("zzzzzz", known)).isEmpty();
    }
}
