package org.wyrm.fs.ext4.internal;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.ext4.jbd2.Journals.Part;
import org.wyrm.fs.ext4.jbd2.Transactions;
import org.wyrm.fs.ext4.jbd2.Transactions.BufferList;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.timekeeping.JiffyClock;
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the transactions of journals. */
@ProvidesCommand(
        name = "jbd2",
        summary = "list the transactions of the journals of ext4: state, age, what they wait for",
        row = Jbd2Command.Row.class,
        target = Program.class)
public final class Jbd2Command implements Command<Jbd2Command.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "[DISK]", help = "by the names of their disks: vda")
            List<String> disks) {}

    /**
     * A transaction.
     *
     * @param disk what the file system is on
     * @param tid its number
     * @param role {@code running}, {@code committing}, or {@code checkpoint}: in the journal, what it changed not all in
     *     its place
     * @param state {@code T_RUNNING}, {@code T_LOCKED}, {@code T_COMMIT} …
     * @param updates how many handles tasks have of it, which it waits for
     * @param handles how many there were of it
     * @param credits how many blocks of the journal its handles may need
     * @param metadata how many buffers it changed
     * @param shadow how many of them are being written to the journal
     * @param forget how many of them it does not need any more
     * @param checkpoint how many are in the journal and not in their places
     * @param ageMs milliseconds since it began
     * @param requestedMs milliseconds since somebody asked for its commit; none where nobody did
     * @param transaction its {@code struct transaction_s}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<Long> tid,
            String role,
            Attempt<String> state,
            Attempt<Long> updates,
            Attempt<Long> handles,
            Attempt<Long> credits,
            Attempt<Long> metadata,
            Attempt<Long> shadow,
            Attempt<Long> forget,
            Attempt<Long> checkpoint,
            Attempt<Long> ageMs,
            Attempt<Optional<Long>> requestedMs,
            VirtualAddress transaction) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var clock =
                new Clock(Attempt.of(() -> Timekeeping.monotonic(program)), Attempt.of(() -> JiffyClock.of(program)));
        return JournalOf.disks(program, options.disks)
                .flatMap(owned -> owned.transactions(context).stream().map(part -> row(owned, part, clock)));
    }

    private record Clock(Attempt<Duration> monotonic, Attempt<JiffyClock> jiffies) {}

    private static Row row(JournalOf owned, Part part, Clock clock) {
        var transaction = part.transaction();
        return new Row(
                owned.disk(),
                number(transaction, "t_tid"),
                part.role().name().toLowerCase(Locale.ROOT),
                Attempt.of(() -> Transactions.state(transaction)),
                counter(transaction, "t_updates"),
                counter(transaction, "t_handle_count"),
                counter(transaction, "t_outstanding_credits"),
                count(transaction, BufferList.METADATA),
                count(transaction, BufferList.SHADOW),
                count(transaction, BufferList.FORGET),
                count(transaction, BufferList.CHECKPOINT),
                clock.monotonic.map(now -> Math.max(
                        0,
                        now.minusNanos(transaction.member("t_start_time").longValue())
                                .toMillis())),
                clock.jiffies.map(now -> {
                    var requested = transaction.member("t_requested").longValue();
                    return requested == 0
                            ? Optional.empty()
                            : Optional.of(now.since(requested).toMillis());
                }),
                new VirtualAddress(transaction.address()));
    }

    private static Attempt<Long> number(Value transaction, String member) {
        return Attempt.of(() -> transaction.member(member).longValue());
    }

    private static Attempt<Long> counter(Value transaction, String member) {
        return Attempt.of(() -> transaction.member(member).member("counter").longValue());
    }

    private static Attempt<Long> count(Value transaction, BufferList list) {
        return Attempt.of(() -> Transactions.buffers(transaction, list).count());
    }
}
