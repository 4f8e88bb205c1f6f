package org.wyrm.fs.ext4.jbd2;

import java.util.stream.Stream;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Enumerator;

/** What goes to the disk as a whole or not at all: {@code struct transaction_s}. */
public final class Transactions {
    private static final String JOURNAL_HEAD = "struct journal_head";

    private Transactions() {}

    /** The lists of a transaction's buffers. */
    public enum BufferList {
        /** Kept for what a handle asked for in advance. */
        RESERVED("t_reserved_list", "b_tnext"),
        /** Metadata that changed. */
        METADATA("t_buffers", "b_tnext"),
        /** What is not needed any more when the transaction is on the disk. */
        FORGET("t_forget", "b_tnext"),
        /** What is on its way to the journal, which its users wait for. */
        SHADOW("t_shadow_list", "b_tnext"),
        /** What is in the journal, and not in its place yet. */
        CHECKPOINT("t_checkpoint_list", "b_cpnext");

        private final String head;
        private final String next;

        BufferList(String head, String next) {
            this.head = head;
            this.next = next;
        }
    }

    /**
     * {@return how far a transaction is, as the kernel names it: {@code T_RUNNING}, {@code T_LOCKED}, {@code T_COMMIT} …;
     * its number where that has no name}
     *
     * @param transaction {@code transaction_t *}
     * @kernel include/linux/jbd2.h
     */
    public static String state(Value transaction) {
        var state = transaction.member("t_state");
        var number = state.longValue();
        return enumerators(state.type())
                .filter(each -> each.value() == number)
                .findFirst()
                .map(Enumerator::name)
                .orElseGet(() -> Long.toString(number));
    }

    private static Stream<Enumerator> enumerators(TargetType type) {
        return type.unaliased() instanceof EnumType enumeration ? enumeration.enumerators().stream() : Stream.empty();
    }

    /**
     * {@return the buffers of one of a transaction's lists, {@code struct journal_head}}
     *
     * @param transaction {@code transaction_t *}
     * @throws org.wyrm.base.error.CorruptStructureException if they do not come back to the first of them
     * @kernel include/linux/journal-head.h
     */
    public static Stream<Value> buffers(Value transaction, BufferList list) {
        return Ring.of(
                transaction.program(),
                JOURNAL_HEAD,
                transaction.member(list.head).longValue(),
                list.next);
    }
}
