package org.wyrm.target.process.internal;

import java.util.Optional;

/**
 * What {@code /proc/PID/status} and {@code stat} say.
 *
 * @param lines of {@code status}: {@code KEY:\tVALUE}
 * @param stat one line
 */
record ProcessStatus(ProcessFolder folder, String lines, String stat) {
    /** {@code PF_KTHREAD} */
    private static final long KERNEL_THREAD = 0x0020_0000;

    private static final int STATE_FIELD = 0;
    private static final int FLAGS_FIELD = 6;
    private static final int PROCESSOR_FIELD = 36;

    /** {@return why there is nothing to look at, if there is not} */
    Optional<String> refusal() {
        if ((Long.parseLong(field(stat, FLAGS_FIELD)) & KERNEL_THREAD) != 0) {
            return Optional.of(
                    "'%s' is a thread of the kernel, and has no memory of its own: see --kernel".formatted(name()));
        }
        var process = number("Tgid");
        if (process != folder.id()) {
            return Optional.of("is a thread of process %d: say --pid %d".formatted(process, process));
        }
        // The process goes on without its first thread, whose memory is then seen by the others only.
        return switch (state(stat)) {
            case 'Z', 'X' ->
                Optional.of(
                        folder.threadIds().size() > 1
                                ? "its first thread has ended, and with that the way to its memory"
                                : "'%s' has ended, and its memory with it; it waits for process %d to take note"
                                        .formatted(name(), number("PPid")));
            default -> Optional.empty();
        };
    }

    String name() {
        return value("Name");
    }

    /** {@return the user who it acts for} */
    long user() {
        return Long.parseLong(value("Uid").split("\\s+")[0]);
    }

    /** {@return the number in a line} */
    long number(String key) {
        return Long.parseLong(value(key));
    }

    private String value(String key) {
        return value(lines, key).orElse("");
    }

    /** {@return the value of a line of {@code status}} */
    static Optional<String> value(String lines, String key) {
        return lines.lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    /** {@return the letter of a state in a line of {@code stat}} */
    static char state(String stat) {
        return field(stat, STATE_FIELD).charAt(0);
    }

    /** {@return the CPU in a line of {@code stat}} */
    static int cpu(String stat) {
        return Integer.parseInt(field(stat, PROCESSOR_FIELD));
    }

    /** {@return a field of {@code stat}, counted from the state on: before it is the name, in which all may be} */
    private static String field(String stat, int index) {
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ")[index];
    }
}
