package org.wyrm.fs.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.fs.ext4.Ext4Errors.Noted;
import org.wyrm.fs.ext4.jbd2.Handles;
import org.wyrm.fs.ext4.jbd2.Journals;
import org.wyrm.fs.ext4.jbd2.Journals.Role;
import org.wyrm.fs.ext4.jbd2.Transactions;
import org.wyrm.fs.ext4.jbd2.Transactions.BufferList;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

/** What no dump of the lab shows at will: journals in every state, errors that are not on the disk yet, and damage. */
class Ext4HelpersTest {
    private static final long BASE = TestProgram.BASE;
    private static final long ABSENT = 0x7000_0000L;

    private static Value object(Program program, String type, long address) {
        return program.object(program.type("struct " + type), address);
    }

    @Nested
    class AJournal {
        private static final long JOURNAL = BASE;
        private static final long TRANSACTIONS = BASE + 0x1000;
        private static final long TASKS = BASE + 0x2000;
        private static final long ENTRIES = BASE + 0x3000;
        private static final long BUFFERS = BASE + 0x4000;
        private static final long HANDLE = BASE + 0x5000;

        private final TestProgram target = Ext4Types.program(true);

        private static long transaction(int index) {
            return TRANSACTIONS + index * 0x40L;
        }

        private static long queue(int index) {
            return JOURNAL + Ext4Types.QUEUES + (long) index * Ext4Types.QUEUE_BYTES + 8;
        }

        @BeforeEach
        void isEmpty() {
            for (var index = 0; index < 6; index++) {
                target.u64(queue(index), queue(index)).u64(queue(index) + 8, queue(index));
            }
        }

        private Value journal() {
            return object(target.open(), "journal_s", JOURNAL);
        }

        private void checkpoint(int... transactions) {
            target.u64(JOURNAL + Ext4Types.CHECKPOINT, transaction(transactions[0]));
            for (var place = 0; place < transactions.length; place++) {
                target.u64(
                        transaction(transactions[place]) + Ext4Types.NEXT_TRANSACTION,
                        transaction(transactions[(place + 1) % transactions.length]));
            }
        }

        @Test
        void hasNoTransactionsWhereNothingHappens() {
            assertThat(Journals.transactions(journal())).isEmpty();
            assertThat(Journals.waiters(journal())).isEmpty();
            assertThat(Journals.thread(journal())).isEmpty();
        }

        @Test
        void hasTransactionsInEveryRole() {
            target.u64(JOURNAL, transaction(0)).u64(JOURNAL + Ext4Types.COMMITTING, transaction(1));
            checkpoint(2, 3, 4);

            assertThat(Journals.transactions(journal()))
                    .extracting(part -> part.role() + " " + (part.transaction().address() - TRANSACTIONS) / 0x40)
                    .containsExactly("RUNNING 0", "COMMITTING 1", "CHECKPOINT 2", "CHECKPOINT 3", "CHECKPOINT 4");
        }

        @Test
        void hasOneTransactionInARingOfItsOwn() {
            checkpoint(2);

            assertThat(Journals.transactions(journal())).singleElement().satisfies(part -> {
                assertThat(part.role()).isEqualTo(Role.CHECKPOINT);
                assertThat(part.transaction().address()).isEqualTo(transaction(2));
            });
        }

        @Test
        void whoseRingDoesNotComeBackToItsFirstIsSaid() {
            checkpoint(2, 3, 4);
            target.u64(transaction(4) + Ext4Types.NEXT_TRANSACTION, transaction(3));
            var journal = journal();

            assertThatThrownBy(() -> Journals.transactions(journal).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(transaction(3)));
        }

        @Test
        void whoseRingEndsIsSaid() {
            checkpoint(2, 3);
            target.u64(transaction(3) + Ext4Types.NEXT_TRANSACTION, 0);
            var journal = journal();

            assertThatThrownBy(() -> Journals.transactions(journal).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContainingAll("0x%x".formatted(transaction(3)), "t_cpnext");
        }

        @Test
        void whoseRingLeadsOutOfMemoryIsAFaultThere() {
            checkpoint(2, 3);
            target.u64(transaction(3) + Ext4Types.NEXT_TRANSACTION, ABSENT);
            var journal = journal();

            assertThatThrownBy(() -> Journals.transactions(journal).toList())
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("%x".formatted(ABSENT + Ext4Types.NEXT_TRANSACTION));
        }

        /** Puts a task into a queue that is empty. */
        private void waits(int queue, int task) {
            var entry = ENTRIES + task * 0x20L;
            target.u64(entry, TASKS + task * 0x10L)
                    .u64(entry + 8, queue(queue))
                    .u64(entry + 16, queue(queue))
                    .u64(queue(queue), entry + 8)
                    .u64(queue(queue) + 8, entry + 8);
        }

        @Test
        void isWaitedForInSeveralQueues() {
            waits(0, 1);
            waits(1, 2);
            waits(5, 3);

            assertThat(Journals.waiters(journal()))
                    .extracting(waiter -> waiter.queue() + " " + (waiter.task().address() - TASKS) / 0x10)
                    .containsExactly("wait_transaction_locked 1", "wait_done_commit 2", "fc_wait 3");
        }

        @Test
        void whoseQueueComesBackToAnEntryIsSaid() {
            waits(1, 2);
            var entry = ENTRIES + 2 * 0x20L + 8;
            target.u64(entry, entry);
            var journal = journal();

            assertThatThrownBy(() -> Journals.waiters(journal).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(entry));
        }

        @Test
        void hasFlagsWithAndWithoutNames() {
            target.u64(JOURNAL + Ext4Types.FLAGS, 0x2 | 0x20 | 0x80 | 0x4000_0000L);

            assertThat(Journals.flags(journal())).containsExactly("ABORT", "BARRIER", "0x80", "0x40000000");
        }

        @Test
        void hasTransactionsWithStates() {
            target.u32(transaction(0) + Ext4Types.STATE, 1).u32(transaction(1) + Ext4Types.STATE, 77);
            var program = target.open();

            assertThat(Transactions.state(object(program, "transaction_s", transaction(0))))
                    .isEqualTo("T_LOCKED");
            assertThat(Transactions.state(object(program, "transaction_s", transaction(1))))
                    .isEqualTo("77");
        }

        @Test
        void hasBuffersInListsOfTheirOwnLinks() {
            target.u64(transaction(0) + Ext4Types.BUFFERS, BUFFERS)
                    .u64(BUFFERS, BUFFERS + 0x10)
                    .u64(BUFFERS + 0x10, BUFFERS)
                    .u64(transaction(0) + Ext4Types.CHECKPOINT_BUFFERS, BUFFERS)
                    .u64(BUFFERS + Ext4Types.CHECKPOINT_NEXT, BUFFERS);
            var transaction = object(target.open(), "transaction_s", transaction(0));

            assertThat(Transactions.buffers(transaction, BufferList.METADATA))
                    .extracting(Value::address)
                    .containsExactly(BUFFERS, BUFFERS + 0x10);
            assertThat(Transactions.buffers(transaction, BufferList.CHECKPOINT))
                    .extracting(Value::address)
                    .containsExactly(BUFFERS);
        }

        @Test
        void knowsTheTasksThatHaveHandles() {
            target.u64(TASKS, HANDLE).u64(HANDLE, transaction(0)).u64(TASKS + 0x10, ABSENT);
            var program = target.open();
            var handle = Handles.journalCurrentHandle(object(program, "task_struct", TASKS));
            var unreadable = Handles.journalCurrentHandle(object(program, "task_struct", TASKS + 0x10))
                    .orElseThrow();

            assertThat(handle.map(Handles::owner)).contains(transaction(0));
            assertThat(Handles.journalCurrentHandle(object(program, "task_struct", TASKS + 0x20)))
                    .isEmpty();
            assertThatThrownBy(() -> Handles.owner(unreadable))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("%x".formatted(ABSENT));
        }
    }

    @Nested
    class Errors {
        private static final long SBI = BASE;
        private static final long DISK = BASE + 0x1000;
        private static final long NAME = BASE + 0x2000;

        private Ext4Errors of(TestProgram target) {
            return Ext4Errors.of(object(target.u64(SBI, DISK).open(), "ext4_sb_info", SBI));
        }

        /** With a name that takes all its room. */
        private TestProgram onDisk(TestProgram target) {
            return target.u32(DISK, 3)
                    .u32(DISK + Ext4Types.FIRST_ON_DISK, 1000)
                    .u8(DISK + Ext4Types.FIRST_ON_DISK + 4, 1)
                    .u32(DISK + Ext4Types.FIRST_ON_DISK + 8, 12)
                    .u32(DISK + Ext4Types.FIRST_ON_DISK + 12, 100)
                    .u64(DISK + Ext4Types.FIRST_ON_DISK + 16, 5)
                    .text(DISK + Ext4Types.FIRST_ON_DISK + 24, "a".repeat(32))
                    .u32(DISK + Ext4Types.LAST_ON_DISK, 2000)
                    .text(DISK + Ext4Types.LAST_ON_DISK + 24, "ext4_iget");
        }

        private TestProgram inMemory(TestProgram target) {
            return target.u32(SBI + Ext4Types.ADDED_ERRORS, 2)
                    .u64(SBI + Ext4Types.FIRST_IN_MEMORY, 4000)
                    .u64(SBI + Ext4Types.FIRST_IN_MEMORY + 8, NAME)
                    .u64(SBI + Ext4Types.LAST_IN_MEMORY, 5000)
                    .u32(SBI + Ext4Types.LAST_IN_MEMORY + 16, 7)
                    .u32(SBI + Ext4Types.LAST_IN_MEMORY + 20, 8)
                    .u64(SBI + Ext4Types.LAST_IN_MEMORY + 24, 9)
                    .text(NAME, "ext4_find_entry");
        }

        private static Noted first() {
            return new Noted(Instant.ofEpochSecond((1L << 32) + 1000), "a".repeat(32), 100, 12, 5);
        }

        @Test
        void areNoneOfAFileSystemThatIsWell() {
            assertThat(of(Ext4Types.program(true))).isEqualTo(new Ext4Errors(0, Optional.empty(), Optional.empty()));
        }

        @Test
        void areThoseOnTheDisk() {
            var expected = new Ext4Errors(
                    3, Optional.of(first()), Optional.of(new Noted(Instant.ofEpochSecond(2000), "ext4_iget", 0, 0, 0)));

            assertThat(of(onDisk(Ext4Types.program(true)))).isEqualTo(expected);
            assertThat(of(onDisk(Ext4Types.program(false)))).isEqualTo(expected);
        }

        @Test
        void areThoseOfLateToo() {
            assertThat(of(inMemory(onDisk(Ext4Types.program(true)))))
                    .isEqualTo(new Ext4Errors(
                            5, Optional.of(first()), Optional.of(new Noted(Instant.ofEpochSecond(5000), "", 7, 8, 9))));
        }

        @Test
        void ofATimeThatCannotBeAreSaid() {
            for (var seconds : new long[] {-1, 1L << 40, Long.MAX_VALUE}) {
                var target = inMemory(Ext4Types.program(true)).u64(SBI + Ext4Types.LAST_IN_MEMORY, seconds);

                assertThatThrownBy(() -> of(target))
                        .isInstanceOf(CorruptStructureException.class)
                        .hasMessageContainingAll("0x%x".formatted(SBI), "s_last_error_time");
            }
        }

        @Test
        void areThoseOfLateAloneWhereTheDiskHasNone() {
            assertThat(of(inMemory(Ext4Types.program(true))).first())
                    .contains(new Noted(Instant.ofEpochSecond(4000), "ext4_find_entry", 0, 0, 0));
        }
    }
}
