package org.wyrm.fs.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.pid.Pids;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** The tasks that a command is about. */
final class Tasks {
    private static final int HEXADECIMAL = 16;

    private Tasks() {}

    /**
     * What is told of each task, of a target that runs too.
     *
     * @param words PIDs or addresses of {@code struct task_struct}; none for all tasks
     * @param reader may be called again for a task that changed meanwhile
     */
    static <T> Stream<T> told(CommandContext context, List<String> words, Function<Value, List<T>> reader) {
        var program = LinuxKernel.require(context.target(Program.class));
        if (!words.isEmpty()) {
            return words.stream().flatMap(word -> named(program, word, reader).stream());
        }
        return Pids.forEachPid(program).flatMap(numbered -> {
            var told = Attempt.of(() -> program.isRunning()
                    ? Pids.ofTask(program, numbered.number(), reader)
                    : Pids.pidTask(numbered.pid()).map(reader));
            if (told instanceof Attempt.Failure<?> failure) {
                warn(context, numbered.number(), failure.error());
            }
            return told.orElse(Optional.empty()).stream().flatMap(List::stream);
        });
    }

    private static <T> List<T> named(Program program, String word, Function<Value, List<T>> reader) {
        var number = number(word);
        if (number < 0 || number > Integer.MAX_VALUE) {
            return reader.apply(program.object(program.type("struct task_struct"), number));
        }
        return Pids.ofTask(program, (int) number, reader).orElseThrow(() -> new LookupFailedException("task", word));
    }

    private static long number(String word) {
        try {
            return word.startsWith("0x")
                    ? Long.parseUnsignedLong(word.substring(2), HEXADECIMAL)
                    : Long.parseUnsignedLong(word);
        } catch (NumberFormatException e) {
            throw new UsageException(word + " is neither a PID nor the address of a task: 0x…");
        }
    }

    static void warn(CommandContext context, int pid, DebuggerException error) {
        context.warn("pid " + pid + ": " + error.getMessage());
    }

    /** Runs a walk; where it cannot go on, that is said, and what it found stays. */
    static void walk(CommandContext context, int pid, Runnable walk) {
        Attempt.orTell(context::warn, () -> "pid " + pid, walk);
    }

    /**
     * {@return whether a task is the one to tell of what a member points to: threads share it with the leader of their
     * process, unless they came off it}
     */
    static boolean hasOwn(Value task, String member) {
        var own = task.member(member).longValue();
        var leader = task.member("group_leader");
        return own != 0
                && (leader.longValue() == task.address()
                        || leader.member(member).longValue() != own);
    }
}
