package org.wyrm.fs.ext4;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the tests of this bundle need, as BTF, with few members. */
final class Ext4Types {
    /** Offsets of members, in bytes. */
    static final int COMMITTING = 8;

    static final int CHECKPOINT = 16;
    static final int QUEUES = 24;
    static final int QUEUE_BYTES = 24;
    static final int FLAGS = 168;
    static final int THREAD = 176;
    static final int NEXT_TRANSACTION = 8;
    static final int STATE = 16;
    static final int BUFFERS = 24;
    static final int CHECKPOINT_BUFFERS = 32;
    static final int CHECKPOINT_NEXT = 8;
    static final int ADDED_ERRORS = 8;
    static final int FIRST_IN_MEMORY = 16;
    static final int LAST_IN_MEMORY = 56;
    static final int FIRST_ON_DISK = 8;
    static final int LAST_ON_DISK = 72;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u8 = types.integer("unsigned char", 1, 0);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label pointer = types.pointer(types.voidType());
    private final Label text = types.pointer(types.integer("char", 1, 1));

    private Ext4Types() {}

    /** {@return a program with the types of a kernel since v5.11, or before it} */
    static TestProgram program(boolean hasErrorsInMemory) {
        var made = new Ext4Types();
        made.journals();
        made.errors(hasErrorsInMemory);
        return new TestProgram(made.types).contribute(Language.class, new CLanguage());
    }

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private void journals() {
        var task = types.struct("task_struct", 16, at(0, "journal_info", pointer), at(8, "pid", u32));
        var list = types.struct("list_head", 16, at(0, "next", pointer), at(8, "prev", pointer));
        var queue = types.struct("wait_queue_head", QUEUE_BYTES, at(0, "lock", u32), at(8, "head", list));
        types.struct("wait_queue_entry", 24, at(0, "private", pointer), at(8, "entry", list));
        types.struct("journal_head", 16, at(0, "b_tnext", pointer), at(CHECKPOINT_NEXT, "b_cpnext", pointer));
        var state = types.enumeration("", 4, types.enumerator("T_RUNNING", 0), types.enumerator("T_LOCKED", 1));
        var transaction = types.struct(
                "transaction_s",
                40,
                at(0, "t_tid", u32),
                at(NEXT_TRANSACTION, "t_cpnext", pointer),
                at(STATE, "t_state", state),
                at(BUFFERS, "t_buffers", pointer),
                at(CHECKPOINT_BUFFERS, "t_checkpoint_list", pointer));
        types.struct("jbd2_journal_handle", 8, at(0, "h_transaction", types.pointer(transaction)));
        types.struct(
                "journal_s",
                184,
                at(0, "j_running_transaction", types.pointer(transaction)),
                at(COMMITTING, "j_committing_transaction", types.pointer(transaction)),
                at(CHECKPOINT, "j_checkpoint_transactions", types.pointer(transaction)),
                at(QUEUES, "j_wait_transaction_locked", queue),
                at(QUEUES + QUEUE_BYTES, "j_wait_done_commit", queue),
                at(QUEUES + 2 * QUEUE_BYTES, "j_wait_commit", queue),
                at(QUEUES + 3 * QUEUE_BYTES, "j_wait_updates", queue),
                at(QUEUES + 4 * QUEUE_BYTES, "j_wait_reserved", queue),
                at(QUEUES + 5 * QUEUE_BYTES, "j_fc_wait", queue),
                at(FLAGS, "j_flags", u64),
                at(THREAD, "j_task", types.pointer(task)));
    }

    private void errors(boolean areInMemory) {
        var function = types.array(u8, u32, 32);
        var es = types.struct(
                "ext4_super_block",
                136,
                at(0, "s_error_count", u32),
                at(FIRST_ON_DISK, "s_first_error_time", u32),
                at(FIRST_ON_DISK + 4, "s_first_error_time_hi", u8),
                at(FIRST_ON_DISK + 8, "s_first_error_ino", u32),
                at(FIRST_ON_DISK + 12, "s_first_error_line", u32),
                at(FIRST_ON_DISK + 16, "s_first_error_block", u64),
                at(FIRST_ON_DISK + 24, "s_first_error_func", function),
                at(LAST_ON_DISK, "s_last_error_time", u32),
                at(LAST_ON_DISK + 4, "s_last_error_time_hi", u8),
                at(LAST_ON_DISK + 8, "s_last_error_ino", u32),
                at(LAST_ON_DISK + 12, "s_last_error_line", u32),
                at(LAST_ON_DISK + 16, "s_last_error_block", u64),
                at(LAST_ON_DISK + 24, "s_last_error_func", function));
        var disk = at(0, "s_es", types.pointer(es));
        if (areInMemory) {
            types.struct(
                    "ext4_sb_info",
                    96,
                    disk,
                    at(ADDED_ERRORS, "s_add_error_count", u32),
                    at(FIRST_IN_MEMORY, "s_first_error_time", u64),
                    at(FIRST_IN_MEMORY + 8, "s_first_error_func", text),
                    at(FIRST_IN_MEMORY + 16, "s_first_error_line", u32),
                    at(FIRST_IN_MEMORY + 20, "s_first_error_ino", u32),
                    at(FIRST_IN_MEMORY + 24, "s_first_error_block", u64),
                    at(LAST_IN_MEMORY, "s_last_error_time", u64),
                    at(LAST_IN_MEMORY + 8, "s_last_error_func", text),
                    at(LAST_IN_MEMORY + 16, "s_last_error_line", u32),
                    at(LAST_IN_MEMORY + 20, "s_last_error_ino", u32),
                    at(LAST_IN_MEMORY + 24, "s_last_error_block", u64));
        } else {
            types.struct("ext4_sb_info", 96, disk);
        }
    }
}
