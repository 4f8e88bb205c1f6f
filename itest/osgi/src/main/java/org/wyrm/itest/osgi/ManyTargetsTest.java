package org.wyrm.itest.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.program.Program;

/** Several targets in one framework, and several threads in one target. */
@ExtendWith(BundleContextExtension.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ManyTargetsTest {
    private static final List<String> COMMANDS = List.of("tasks", "log", "mod", "mount", "sys");
    private static final int THREADS = 16;

    @InjectBundleContext
    BundleContext context;

    private BundleContributions contributions;
    private Bundle plugin;

    @BeforeEach
    void begin() throws Exception {
        plugin = context.getBundle(0).getBundleContext().installBundle(Framework.plugin());
        contributions = Framework.contributions(context);
    }

    @AfterEach
    void end() throws Exception {
        contributions.close();
        plugin.uninstall();
    }

    private String answer(Program program, String command) {
        return Framework.rows(contributions, program, command)
                .map(Record::toString)
                .collect(Collectors.joining("\n"));
    }

    private Map<String, String> answers(Program program) {
        return COMMANDS.stream().collect(Collectors.toMap(command -> command, command -> answer(program, command)));
    }

    @Test
    void areOpenAtOnceAndSayTheSame() throws Exception {
        Map<String, String> expected;
        try (var program = Framework.open(contributions)) {
            expected = answers(program);
        }
        assertThat(expected)
                .allSatisfy((command, answer) -> assertThat(answer).as(command).isNotBlank());

        Callable<Map<String, String>> one = () -> {
            try (var program = Framework.open(contributions)) {
                return answers(program);
            }
        };
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var answers : threads.invokeAll(Collections.nCopies(2 * THREADS, one))) {
                assertThat(answers.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void oneOfThemAnswersManyThreads() throws Exception {
        try (var program = Framework.open(contributions);
                var fresh = Framework.open(contributions);
                var threads = Executors.newFixedThreadPool(THREADS)) {
            var expected = answers(program);
            var calls = new ArrayList<Callable<Map.Entry<String, String>>>();
            for (var i = 0; i < 4 * THREADS; i++) {
                var command = COMMANDS.get(i % COMMANDS.size());
                calls.add(() -> Map.entry(command, answer(fresh, command)));
            }

            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get().getValue())
                        .isEqualTo(expected.get(answer.get().getKey()));
            }
        }
    }

    @Test
    void oneThatIsClosedLeavesTheOthers() {
        try (var stays = Framework.open(contributions)) {
            var expected = answer(stays, "tasks");
            for (var i = 0; i < 5; i++) {
                try (var goes = Framework.open(contributions)) {
                    assertThat(answer(goes, "tasks")).isEqualTo(expected);
                }
            }

            assertThat(answers(stays).get("tasks")).isEqualTo(expected);
        }
    }
}
