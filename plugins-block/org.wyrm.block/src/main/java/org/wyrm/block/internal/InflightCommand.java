package org.wyrm.block.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.block.bio.Bios;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkmq.RequestQueues;
import org.wyrm.block.blkmq.Requests;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.timekeeping.Timekeeping;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists what disks were asked for and have not done yet. */
@ProvidesCommand(
        name = "inflight",
        summary = "list the requests that are under way on disks, with their age",
        row = InflightCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "requests", title = "Requests on disks, by age", command = "inflight", rank = 1150)
public final class InflightCommand implements Command<InflightCommand.Options> {
    private static final List<String> STATES = List.of("idle", "in_flight", "complete");

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-b", "--bios"},
                    help = "the bios of each request, too")
            boolean bios,

            @Argument(name = "[DISK]", help = "disks by name: vda")
            List<String> disks) {}

    /**
     * A part of a request.
     *
     * @param sector of 512 bytes, that is to be done next
     * @param size how much of it is left to do
     * @param endIo the function that is called at its end
     * @param bio its {@code struct bio}
     */
    public record Bio(long sector, ByteSize size, String endIo, VirtualAddress bio) {}

    /**
     * A request.
     *
     * @param op what is asked for: {@code READ}, {@code WRITE}, {@code FLUSH}, {@code DISCARD} …
     * @param flags how: {@code SYNC}, {@code META}, {@code FUA} …
     * @param sector of 512 bytes, that it begins at; none of what is for the driver alone: {@code DRV_IN}, {@code
     *     DRV_OUT}
     * @param size how much is left to do
     * @param ageMs milliseconds since it was made; none where the kernel does not keep that
     * @param issuedMs milliseconds since the driver got it last, even if it gave it back since; none where the kernel
     *     does not keep that, or it never did
     * @param state {@code idle}: the driver has it not; {@code in_flight}; {@code complete}: the driver is done with it
     * @param tag by which the driver knows it; none before it has one
     * @param queue the number of the hardware queue
     * @param pid of the task that made it or waits for it, where that is known
     * @param comm the name of that task
     * @param bios what it is made of, if it was asked for
     * @param request its {@code struct request}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<String> op,
            Attempt<List<String>> flags,
            Attempt<Optional<Long>> sector,
            Attempt<ByteSize> size,
            Attempt<Optional<Long>> ageMs,
            Attempt<Optional<Long>> issuedMs,
            Attempt<String> state,
            Attempt<Optional<Integer>> tag,
            Attempt<Long> queue,
            Attempt<Optional<Integer>> pid,
            Attempt<Optional<String>> comm,
            Optional<Attempt<List<Bio>>> bios,
            VirtualAddress request) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var disks = options.disks.isEmpty() ? Disks.forEachDisk(program) : named(program, options.disks);
        var rows = new Rows(context, program, options.bios);
        return disks.flatMap(rows::of);
    }

    private static Stream<Value> named(Program program, List<String> names) {
        var all = Disks.forEachDisk(program).toList();
        return names.stream()
                .map(name -> all.stream()
                        .filter(disk -> Disks.diskName(disk).equals(name))
                        .findFirst()
                        .orElseThrow(() -> new LookupFailedException("disk", name, "`disks` lists them")));
    }

    /**
     * The rows of one run: tasks are looked at, and the clock is read, when there is the first request. Of a target that
     * runs tasks are looked at before, as that takes a while, and a request that ends while it is read is left out.
     */
    private static final class Rows {
        private final CommandContext context;
        private final Program program;
        private final boolean hasBios;
        private final Supplier<Attempt<RequestOwners>> owners;
        private final Supplier<Attempt<Duration>> now;

        Rows(CommandContext context, Program program, boolean hasBios) {
            this.context = context;
            this.program = program;
            this.hasBios = hasBios;
            Supplier<RequestOwners> maker = () -> new RequestOwners(program, Pids.forEachTask(program), context::warn);
            this.owners = program.isRunning() ? atOnce(maker) : once(maker);
            Supplier<Duration> clock = () -> Timekeeping.monotonic(program);
            this.now = program.isRunning() ? () -> Attempt.of(clock) : once(clock);
        }

        private static <T> Supplier<Attempt<T>> atOnce(Supplier<T> maker) {
            var made = Attempt.of(maker);
            return () -> made;
        }

        private static <T> Supplier<Attempt<T>> once(Supplier<T> maker) {
            var made = new ArrayList<Attempt<T>>();
            return () -> {
                if (made.isEmpty()) {
                    made.add(Attempt.of(maker));
                }
                return made.getFirst();
            };
        }

        Stream<Row> of(Value disk) {
            var name = Attempt.of(() -> Disks.diskName(disk));
            var found = new ArrayList<Found>();
            Attempt.orTell(
                    context::warn,
                    () -> "requests of " + name.orElse("gendisk 0x%x".formatted(disk.address())),
                    () -> RequestQueues.requests(disk.member("queue"))
                            .forEach(rq -> found.add(new Found(rq, began(rq)))));
            return found.stream()
                    .map(each -> Optional.of(row(name, each.rq)).filter(row -> isThere(each)))
                    .flatMap(Optional::stream);
        }

        /** A request, and when it was made: its place is used again. */
        private record Found(Value rq, long beganNs) {}

        private static long began(Value rq) {
            return rq.member("start_time_ns").longValue();
        }

        private boolean isThere(Found found) {
            return !program.isRunning()
                    || Attempt.of(() -> !found.rq.member("mq_hctx").isNull() && began(found.rq) == found.beganNs)
                            .orElse(false);
        }

        private Row row(Attempt<String> disk, Value rq) {
            var owner = owners.get().map(all -> all.of(rq));
            return new Row(
                    disk,
                    Attempt.of(() -> operation(rq)),
                    Attempt.of(() -> Requests.flags(rq)),
                    Attempt.of(() -> Optional.of(Requests.blkRqPos(rq)).filter(sector -> sector != -1)),
                    Attempt.of(() -> new ByteSize(Requests.blkRqBytes(rq))),
                    since(rq, "start_time_ns"),
                    since(rq, "io_start_time_ns"),
                    Attempt.of(() -> state(rq.member("state").longValue())),
                    Attempt.of(() -> Optional.of(rq.member("tag").intValue()).filter(tag -> tag >= 0)),
                    Attempt.of(() -> rq.member("mq_hctx").member("queue_num").longValue()),
                    owner.map(task -> task.map(of -> of.member("pid").intValue())),
                    owner.map(task -> task.map(of -> of.member("comm").string())),
                    hasBios ? Optional.of(Attempt.of(() -> bios(rq))) : Optional.empty(),
                    new VirtualAddress(rq.address()));
        }

        /** The clock is that of the last tick: what began since is of no age. */
        private Attempt<Optional<Long>> since(Value rq, String member) {
            return now.get().map(time -> {
                var began = rq.member(member).longValue();
                return began == 0
                        ? Optional.empty()
                        : Optional.of(Math.max(0, time.minusNanos(began).toMillis()));
            });
        }

        private String operation(Value rq) {
            var op = Requests.reqOp(rq).longValue();
            return Requests.blkOpStr(program, op).orElseGet(() -> Long.toString(op));
        }

        private static String state(long number) {
            return number >= 0 && number < STATES.size() ? STATES.get((int) number) : Long.toString(number);
        }

        private List<Bio> bios(Value rq) {
            return Bios.rqForEachBio(rq)
                    .map(bio -> new Bio(
                            bio.member("bi_iter").member("bi_sector").longValue(),
                            new ByteSize(bio.member("bi_iter").member("bi_size").longValue()),
                            BlockTarget.name(program, bio.member("bi_end_io").longValue()),
                            new VirtualAddress(bio.address())))
                    .toList();
        }
    }
}
