package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.progress.Progress;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.itest.shared.Commands;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Directories;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;
import org.wyrm.testkit.dump.LabKernel;

/**
 * The debugger as a library, in this JVM: what the product does with a dump, thousands of times faster to start. An
 * error that is not one of the debugger's own fails the test: the product would end with exit code 70.
 */
final class InProcess {
    /** ARCHITECTURE.md §6. */
    private static final Map<String, Integer> EXIT_CODES = Map.of(
            "OperationFailedException", 1,
            "UsageException", 2,
            "UnreadableTargetException", 3,
            "LookupFailedException", 4,
            "FaultException", 5,
            "MalformedDataException", 6,
            "CorruptStructureException", 6,
            "UnsupportedTargetException", 7);

    private static final Contributions CONTRIBUTIONS = new ClassPathContributions(InProcess.class.getClassLoader());

    private InProcess() {}

    /**
     * How a command ended.
     *
     * @param code the exit code that the product would give
     * @param message what it would say, empty when all went well
     * @param rows that came out
     * @param failedValues in them that could not be read
     */
    record Outcome(int code, String message, int rows, int failedValues) {}

    static Program open(Path dump) {
        return new ProgramOpener(CONTRIBUTIONS).openCore(dump, warning -> {});
    }

    static Program open(Path dump, DebugSettings debug) {
        return new ProgramOpener(CONTRIBUTIONS)
                .openCore(dump, debug, new Cancellation(), InProcess::hear, Progress.NONE);
    }

    /** Opens a dump of the lab with the debug files of its kernel and modules. */
    static Program open(Path dump, LabKernel kernel) {
        return open(
                dump,
                DebugSettings.builder()
                        .search(Search.ALL)
                        .debugDirectories(new Directories(List.of(kernel.root().resolve("usr/lib/debug")), false))
                        .kernelDirectories(new Directories(List.of(), false))
                        .build());
    }

    /** {@return the debug files of the kernel and of all modules, the kernel's first} */
    static List<Path> debugFiles(Program program) {
        var parts = program.extension(DebugInfoState.class).parts().toList();
        assertThat(parts)
                .hasSize(program.modules().size() + 1)
                .allSatisfy(part -> assertThat(part.file()).as(part.label()).isPresent());
        return parts.stream()
                .map(part -> Path.of(part.file().orElseThrow().name()))
                .toList();
    }

    /** Opens a dump and runs a command on it, within a time. */
    static Outcome run(Path dump, String command, Duration limit) {
        var outcome = new AtomicReference<Outcome>();
        var failure = new AtomicReference<Throwable>();
        var thread = Thread.ofPlatform().daemon().unstarted(() -> outcome.set(run(dump, command)));
        thread.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
        thread.start();
        try {
            if (!thread.join(limit)) {
                var stuck =
                        new AssertionError(command + " on " + dump + " did not end within " + limit.toSeconds() + " s");
                stuck.setStackTrace(thread.getStackTrace());
                throw stuck;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure.get() != null) {
            throw new AssertionError(command + " on " + dump + ": a bug of ours, exit code 70", failure.get());
        }
        return outcome.get();
    }

    private static Outcome run(Path dump, String command) {
        var counts = new int[2];
        try (var program = open(dump)) {
            Commands.rows(CONTRIBUTIONS, program, command, InProcess::hear).forEach(row -> count(row, counts));
            return new Outcome(0, "", counts[0], counts[1]);
        } catch (DebuggerException e) {
            return new Outcome(
                    EXIT_CODES.get(e.getClass().getSimpleName()), String.valueOf(e.getMessage()), counts[0], counts[1]);
        }
    }

    private static void count(Record row, int[] counts) {
        counts[0]++;
        for (var component : row.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                if (component.getAccessor().invoke(row) instanceof Attempt.Failure<?> failed) {
                    if (failed.error().getMessage().isBlank()) {
                        throw new AssertionError("a failure without a word: " + row);
                    }
                    counts[1]++;
                }
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void hear(String warning) {
        if (warning.isBlank() || warning.contains("\n")) {
            throw new AssertionError("not a line of words: " + warning);
        }
    }
}
