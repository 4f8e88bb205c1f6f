package org.wyrm.itest.product;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.ext4.Ext4Errors;
import org.wyrm.fs.ext4.Ext4Errors.Noted;
import org.wyrm.fs.ext4.Ext4Inodes;
import org.wyrm.fs.ext4.Ext4SuperBlocks;
import org.wyrm.fs.ext4.jbd2.Handles;
import org.wyrm.fs.ext4.jbd2.Journals;
import org.wyrm.fs.ext4.jbd2.Transactions;
import org.wyrm.fs.ext4.jbd2.Transactions.BufferList;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.wait.WaitQueues;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers of {@code org.wyrm.fs.ext4} find in a dump, as lines that {@code itest/lab/ext4.drgn.py} writes too. */
final class Ext4Walks extends Walks {

    Ext4Walks(Program program) {
        super(program);
    }

    /** {@return words by the name of the structure that they are of} */
    Map<String, String> lines() {
        Ext4SuperBlocks.forEachExt4SuperBlock(program).forEach(this::superBlock);
        Pids.forEachTask(program)
                .forEach(task -> Handles.journalCurrentHandle(task)
                        .ifPresent(handle -> say(
                                "handle(" + hex(task) + ")",
                                hex(handle),
                                "0x" + Long.toHexString(Handles.owner(handle)))));
        return lines;
    }

    private void superBlock(Value superBlock) {
        var key = "(" + hex(superBlock) + ")";
        var sbi = Ext4SuperBlocks.ext4Sb(superBlock);
        var es = sbi.member("s_es");
        var errors = Ext4Errors.of(sbi);
        say(
                "sbi" + key,
                hex(sbi),
                Ext4SuperBlocks.ext4BlocksCount(es),
                Ext4SuperBlocks.ext4RBlocksCount(es),
                Ext4SuperBlocks.ext4FreeBlocksCount(es),
                errors.count());
        var space = Ext4SuperBlocks.ext4Statfs(superBlock);
        say(
                "space" + key,
                space.blockBytes(),
                space.blocks(),
                space.freeBlocks(),
                space.availableBlocks(),
                space.inodes(),
                space.freeInodes());
        errors.first().ifPresent(error -> error("first" + key, error));
        errors.last().ifPresent(error -> error("last" + key, error));
        addresses("orphans" + key, Ext4SuperBlocks.orphans(sbi));
        SuperBlocks.inodes(superBlock).forEach(this::inode);
        var journal = sbi.member("s_journal");
        if (!journal.isNull()) {
            journal(key, journal.dereference());
        }
    }

    private void error(String name, Noted error) {
        say(name, error.time().getEpochSecond(), error.line(), error.inode(), error.block());
    }

    private void inode(Value inode) {
        var ei = Ext4Inodes.ext4I(inode);
        say(
                "inode(" + hex(inode) + ")",
                hex(ei),
                String.format(Locale.ROOT, "0x%x", ei.member("i_flags").longValue() & 0xffff_ffffL));
    }

    private void journal(String key, Value journal) {
        say(
                "journal" + key,
                Stream.concat(
                                Stream.of(
                                        hex(journal),
                                        "0x"
                                                + Long.toHexString(journal.member("j_flags")
                                                        .longValue())),
                                Journals.transactions(journal).map(part -> part.role() + "=" + hex(part.transaction())))
                        .toArray());
        say("thread" + key, Journals.thread(journal).map(Ext4Walks::hex).orElse("0x0"));
        Journals.waiters(journal)
                .collect(Collectors.groupingBy(Journals.Waiter::queue))
                .forEach((queue, waiters) ->
                        addresses(queue + key, waiters.stream().map(Journals.Waiter::task)));
        say(
                "active" + key,
                WaitQueues.waitqueueActive(journal.member("j_wait_commit")),
                WaitQueues.waitqueueActive(journal.member("j_wait_done_commit")));
        Journals.transactions(journal).forEach(part -> transaction(part.transaction()));
    }

    private void transaction(Value transaction) {
        var of = "(" + hex(transaction) + ")";
        say("transaction" + of, transaction.member("t_tid").longValue(), Transactions.state(transaction));
        addresses("t_reserved_list" + of, Transactions.buffers(transaction, BufferList.RESERVED));
        addresses("t_buffers" + of, Transactions.buffers(transaction, BufferList.METADATA));
        addresses("t_forget" + of, Transactions.buffers(transaction, BufferList.FORGET));
        addresses("t_shadow_list" + of, Transactions.buffers(transaction, BufferList.SHADOW));
        addresses("t_checkpoint_list" + of, Transactions.buffers(transaction, BufferList.CHECKPOINT));
    }
}
