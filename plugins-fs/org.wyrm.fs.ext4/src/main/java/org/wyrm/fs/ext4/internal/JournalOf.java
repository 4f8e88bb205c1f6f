package org.wyrm.fs.ext4.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.ext4.Ext4SuperBlocks;
import org.wyrm.fs.ext4.jbd2.Journals;
import org.wyrm.fs.ext4.jbd2.Journals.Part;
import org.wyrm.fs.ext4.jbd2.Journals.Waiter;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * The journal of a file system.
 *
 * @param disk what the file system is on
 * @param journal {@code struct journal_s}
 */
record JournalOf(Attempt<String> disk, Value journal) {
    /** {@return those of the file systems of ext4 of some disks, of all where none is named, that have one} */
    static Stream<JournalOf> disks(Program program, List<String> disks) {
        return Ext4Command.named(program, disks).flatMap(superBlock -> {
            var journal = Ext4SuperBlocks.ext4Sb(superBlock).member("s_journal");
            return journal.isNull()
                    ? Stream.empty()
                    : Stream.of(new JournalOf(Attempt.of(() -> SuperBlocks.disk(superBlock)), journal.dereference()));
        });
    }

    /** {@return its transactions, as far as they can be found} */
    List<Part> transactions(CommandContext context) {
        return Found.by(context, () -> "transactions of " + label(), () -> Journals.transactions(journal));
    }

    /** {@return who waits for it, as far as they can be found} */
    List<Waiter> waiters(CommandContext context) {
        return Found.by(context, () -> "tasks that wait for " + label(), () -> Journals.waiters(journal));
    }

    private String label() {
        return disk.orElse("journal_s 0x%x".formatted(journal.address()));
    }
}
