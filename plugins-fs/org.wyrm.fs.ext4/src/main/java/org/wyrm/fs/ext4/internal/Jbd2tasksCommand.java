package org.wyrm.fs.ext4.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.ext4.jbd2.Handles;
import org.wyrm.fs.ext4.jbd2.Journals;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sched.Sched;
import org.wyrm.linux.timekeeping.JiffyClock;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists tasks that journals wait for, and tasks that wait for journals. */
@ProvidesCommand(
        name = "jbd2tasks",
        summary = "list the tasks that have handles of journals of ext4, and those that wait for a journal",
        row = Jbd2tasksCommand.Row.class,
        target = Program.class)
public final class Jbd2tasksCommand implements Command<Jbd2tasksCommand.Options> {
    private static final String HANDLE = "handle";

    /** What the user may say. */
    public record Options(
            @Argument(name = "[DISK]", help = "by the names of their disks: vda")
            List<String> disks) {}

    /**
     * A task and a journal.
     *
     * @param disk what the file system is on
     * @param why {@code handle}: it is changing something, and the transaction waits for its end; else the queue of the
     *     journal that it waits in, such as {@code wait_done_commit}, {@code wait_transaction_locked}
     * @param tid the number of the transaction that it has a handle of; none of one that waits
     * @param credits how many blocks of the journal it may still need; none of one that waits
     * @param ageMs milliseconds since it got the handle; none of one that waits
     * @param state of the task: {@code D}, {@code S} …
     * @param task its {@code struct task_struct}
     */
    public record Row(
            Attempt<String> disk,
            String why,
            Attempt<Integer> pid,
            Attempt<String> comm,
            Attempt<Character> state,
            Attempt<Optional<Long>> tid,
            Attempt<Optional<Long>> credits,
            Attempt<Optional<Long>> ageMs,
            VirtualAddress task) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var journals = JournalOf.disks(program, options.disks).toList();
        return Stream.concat(
                handles(context, program, journals), journals.stream().flatMap(owned -> waiters(context, owned)));
    }

    private static Stream<Row> handles(CommandContext context, Program program, List<JournalOf> journals) {
        var owners = owners(context, journals);
        var clock = Attempt.of(() -> JiffyClock.of(program));
        return Pids.forEachTask(program)
                .flatMap(task -> Found.by(
                        context,
                        () -> "handle of task_struct 0x%x".formatted(task.address()),
                        () -> Handles.journalCurrentHandle(task)
                                .flatMap(handle -> Optional.ofNullable(owners.get(Handles.owner(handle)))
                                        .map(owned -> row(owned, clock, task, handle)))
                                .stream())
                        .stream());
    }

    /** {@return whose each journal and each transaction is that a handle may be of} */
    private static Map<Long, JournalOf> owners(CommandContext context, List<JournalOf> journals) {
        var owners = new HashMap<Long, JournalOf>();
        for (var owned : journals) {
            owners.put(owned.journal().address(), owned);
            owned.transactions(context)
                    .forEach(part -> owners.put(part.transaction().address(), owned));
        }
        return owners;
    }

    private static Row row(JournalOf owned, Attempt<JiffyClock> clock, Value task, Value handle) {
        return new Row(
                owned.disk(),
                HANDLE,
                Attempt.of(() -> task.member("pid").intValue()),
                Attempt.of(() -> task.member("comm").string()),
                Attempt.of(() -> Sched.taskStateToChar(task)),
                Attempt.of(() -> Handles.owner(handle) == owned.journal().address()
                        ? Optional.empty()
                        : Optional.of(
                                handle.member("h_transaction").member("t_tid").longValue())),
                Attempt.of(() -> Optional.of(handle.member("h_total_credits").longValue())),
                clock.map(now -> Optional.of(
                        now.since(handle.member("h_start_jiffies").longValue()).toMillis())),
                new VirtualAddress(task.address()));
    }

    private static Stream<Row> waiters(CommandContext context, JournalOf owned) {
        var thread = Attempt.of(() -> Journals.thread(owned.journal()).map(Value::address))
                .orElse(Optional.empty())
                .orElse(0L);
        return owned.waiters(context).stream()
                .filter(waiter ->
                        waiter.task().address() != thread || !waiter.queue().equals("wait_commit"))
                .map(waiter -> row(owned, waiter));
    }

    private static Row row(JournalOf owned, Journals.Waiter waiter) {
        var task = waiter.task();
        return new Row(
                owned.disk(),
                waiter.queue(),
                Attempt.of(() -> task.member("pid").intValue()),
                Attempt.of(() -> task.member("comm").string()),
                Attempt.of(() -> Sched.taskStateToChar(task)),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                new VirtualAddress(task.address()));
    }
}
