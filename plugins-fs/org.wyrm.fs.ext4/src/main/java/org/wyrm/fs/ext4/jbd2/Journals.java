package org.wyrm.fs.ext4.jbd2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.linux.wait.WaitQueues;
import org.wyrm.program.Value;

/** Journals: {@code struct journal_s}. */
public final class Journals {
    /** A flag and its name. */
    private record Flag(long bit, String name) {}

    /** {@code JBD2_…}, of {@code j_flags}; bit 0x80 has had several meanings. */
    private static final List<Flag> FLAGS = List.of(
            new Flag(0x001, "UNMOUNT"),
            new Flag(0x002, "ABORT"),
            new Flag(0x004, "ACK_ERR"),
            new Flag(0x008, "FLUSHED"),
            new Flag(0x010, "LOADED"),
            new Flag(0x020, "BARRIER"),
            new Flag(0x040, "ABORT_ON_SYNCDATA_ERR"),
            new Flag(0x100, "FAST_COMMIT_ONGOING"),
            new Flag(0x200, "FULL_COMMIT_ONGOING"));

    /** The members of a journal that tasks wait in, all without the {@code j_}. */
    private static final List<String> QUEUES = List.of(
            "wait_transaction_locked", "wait_done_commit", "wait_commit", "wait_updates", "wait_reserved", "fc_wait");

    private Journals() {}

    /** What a transaction is to its journal. */
    public enum Role {
        /** What is done now becomes part of it. */
        RUNNING,
        /** On its way to the disk. */
        COMMITTING,
        /** In the journal; what it changed is not all in its place yet. */
        CHECKPOINT
    }

    /**
     * A transaction of a journal.
     *
     * @param transaction {@code struct transaction_s}
     */
    public record Part(Role role, Value transaction) {}

    /**
     * A task that waits for a journal.
     *
     * @param queue the member of the journal that it waits in, without {@code j_}: {@code wait_done_commit}
     * @param task {@code struct task_struct}
     */
    public record Waiter(String queue, Value task) {}

    /**
     * {@return the transactions of a journal: that which is running, that which is committing, and those that are to be
     * put into their places, the oldest of these first}
     *
     * @param journal {@code journal_t *}
     * @throws org.wyrm.base.error.CorruptStructureException if the last do not come back to the first of them
     * @kernel include/linux/jbd2.h
     */
    public static Stream<Part> transactions(Value journal) {
        var checkpoint = Ring.of(
                journal.program(),
                "struct transaction_s",
                journal.member("j_checkpoint_transactions").longValue(),
                "t_cpnext");
        return Stream.of(
                        one(Role.RUNNING, journal.member("j_running_transaction")),
                        one(Role.COMMITTING, journal.member("j_committing_transaction")),
                        checkpoint.map(transaction -> new Part(Role.CHECKPOINT, transaction)))
                .flatMap(parts -> parts);
    }

    private static Stream<Part> one(Role role, Value transaction) {
        return transaction.isNull() ? Stream.empty() : Stream.of(new Part(role, transaction.dereference()));
    }

    /**
     * {@return the tasks that wait for a journal, queue by queue: for a transaction to be unlocked, for a commit to be
     * done; in {@code wait_commit}, the journal's own thread while there is nothing to do}
     *
     * @param journal {@code journal_t *}
     * @kernel include/linux/jbd2.h
     */
    public static Stream<Waiter> waiters(Value journal) {
        return QUEUES.stream()
                .flatMap(queue -> WaitQueues.waitqueueForEachTask(journal.member("j_" + queue))
                        .map(task -> new Waiter(queue, task)));
    }

    /**
     * {@return the thread that commits the transactions of a journal, {@code struct task_struct}; empty where it has not
     * begun, or has ended}
     *
     * @param journal {@code journal_t *}
     * @kernel include/linux/jbd2.h
     */
    public static Optional<Value> thread(Value journal) {
        return Optional.of(journal.member("j_task"))
                .filter(task -> !task.isNull())
                .map(Value::dereference);
    }

    /**
     * {@return the flags of a journal, {@code ABORT} of {@code JBD2_ABORT}; a bit without a name in hexadecimal}
     *
     * @param journal {@code journal_t *}
     * @kernel include/linux/jbd2.h
     */
    public static List<String> flags(Value journal) {
        var bits = journal.member("j_flags").longValue();
        var found = new ArrayList<String>();
        for (var flag : FLAGS) {
            if ((bits & flag.bit) != 0) {
                found.add(flag.name);
                bits &= ~flag.bit;
            }
        }
        var unnamed = bits;
        LongStream.range(0, Long.SIZE)
                .map(bit -> 1L << bit)
                .filter(bit -> (unnamed & bit) != 0)
                .forEach(bit -> found.add("0x%x".formatted(bit)));
        return found;
    }
}
