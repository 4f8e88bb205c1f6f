package org.wyrm.fs.ext4.jbd2;

import java.util.Optional;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** What a task changes within one transaction, {@code struct jbd2_journal_handle}: no commit before it is done. */
@ProvidesHelpers(names = "journal_current_handle")
public final class Handles {
    private Handles() {}

    /**
     * {@return the handle that a task has, {@code handle_t}, if it has one; other file systems than those with a journal
     * of jbd2 keep something else in its place, so see whose its {@link
     * #owner} is}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/jbd2.h
     */
    @KernelName("journal_current_handle")
    public static Optional<Value> journalCurrentHandle(Value task) {
        var handle = task.member("journal_info").longValue();
        var program = task.program();
        return handle == 0
                ? Optional.empty()
                : Optional.of(program.object(program.type("struct jbd2_journal_handle"), handle));
    }

    /**
     * {@return the address of the transaction that a handle is of, or of the journal where it only has a place reserved}
     *
     * @param handle {@code handle_t *}
     * @kernel include/linux/jbd2.h
     */
    public static long owner(Value handle) {
        return handle.member("h_transaction").longValue();
    }
}
