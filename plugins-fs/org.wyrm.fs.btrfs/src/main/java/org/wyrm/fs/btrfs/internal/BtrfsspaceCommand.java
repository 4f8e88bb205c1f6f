package org.wyrm.fs.btrfs.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.btrfs.BtrfsDevices;
import org.wyrm.fs.btrfs.BtrfsInfos;
import org.wyrm.fs.btrfs.BtrfsSpaces;
import org.wyrm.linux.wait.WaitQueues;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists what the space of file systems of btrfs is for, and who waits for it. */
@ProvidesCommand(
        name = "btrfsspace",
        summary = "list the space of the file systems of btrfs by what it is for, and what waits for it",
        row = BtrfsspaceCommand.Row.class,
        target = Program.class)
public final class BtrfsspaceCommand implements Command<BtrfsspaceCommand.Options> {
    /** Members of {@code struct btrfs_space_info} that are true or false. */
    private static final List<String> STATES = List.of("full", "chunk_alloc", "flush");

    /** What the user may say. */
    public record Options(
            @Argument(name = "[NAME]", help = "by UUID, label, disk or path of a device: vdd")
            List<String> names) {}

    /**
     * Those who wait for space.
     *
     * @param count of them
     * @param size what they wait for together
     * @param pids the tasks that sleep for it; none of those who make room themselves
     */
    public record Tickets(long count, ByteSize size, Attempt<List<Integer>> pids) {}

    /**
     * A space.
     *
     * @param type what for: {@code data}, {@code metadata}, {@code system}, {@code mixed}
     * @param subGroup {@code DATA_RELOC}, {@code TREELOG}: what for in particular, on zoned devices
     * @param profiles {@code single}, {@code dup}, {@code raid1} …
     * @param state {@code full}: it gets no more block groups; {@code chunk_alloc}: it gets one now; {@code flush}: room
     *     is made
     * @param size of its block groups, each byte counted once, as the next ones are
     * @param used by what is in place
     * @param pinned free when the transaction is on the disk
     * @param reserved allocated, and not in place yet
     * @param mayUse promised
     * @param readonly that nothing new gets
     * @param zoneUnusable free when its zone is reset
     * @param diskSize of its block groups on all devices
     * @param diskUsed of that
     * @param tickets those who wait until a worker has made room
     * @param priorityTickets those who make room themselves, and go first
     * @param space its {@code struct btrfs_space_info}
     */
    public record Row(
            Attempt<String> fsid,
            Attempt<String> type,
            Attempt<Optional<String>> subGroup,
            Attempt<List<String>> profiles,
            Attempt<List<String>> state,
            Attempt<ByteSize> size,
            Attempt<ByteSize> used,
            Attempt<ByteSize> pinned,
            Attempt<ByteSize> reserved,
            Attempt<ByteSize> mayUse,
            Attempt<ByteSize> readonly,
            Attempt<Optional<ByteSize>> zoneUnusable,
            Attempt<ByteSize> diskSize,
            Attempt<ByteSize> diskUsed,
            Attempt<Tickets> tickets,
            Attempt<Tickets> priorityTickets,
            VirtualAddress space) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var found = new Found(context);
        return found.superBlocks(options.names).stream().flatMap(superBlock -> {
            var fsid = Attempt.of(
                    () -> BtrfsDevices.fsid(BtrfsInfos.btrfsSb(superBlock).member("fs_devices")));
            return found
                    .by(
                            () -> "the space of the super block at 0x%x".formatted(superBlock.address()),
                            () -> BtrfsSpaces.spaceInfos(BtrfsInfos.btrfsSb(superBlock)))
                    .stream()
                    .map(space -> row(fsid, space));
        });
    }

    private static Row row(Attempt<String> fsid, Value space) {
        return new Row(
                fsid,
                Attempt.of(() -> BtrfsSpaces.type(space)),
                Attempt.of(() -> BtrfsSpaces.subGroup(space)),
                Attempt.of(() -> BtrfsSpaces.profiles(space)),
                Attempt.of(() -> STATES.stream()
                        .filter(state -> space.member(state).longValue() != 0)
                        .toList()),
                bytes(space, "total_bytes"),
                bytes(space, "bytes_used"),
                bytes(space, "bytes_pinned"),
                bytes(space, "bytes_reserved"),
                bytes(space, "bytes_may_use"),
                bytes(space, "bytes_readonly"),
                // Since Linux kernel commit 169e0da91a21 ("btrfs: zoned: track unusable bytes for zones") (in v5.12).
                Attempt.of(() -> space.findMember("bytes_zone_unusable").map(bytes -> new ByteSize(bytes.longValue()))),
                bytes(space, "disk_total"),
                bytes(space, "disk_used"),
                Attempt.of(() -> tickets(space.member("tickets"))),
                Attempt.of(() -> tickets(space.member("priority_tickets"))),
                new VirtualAddress(space.address()));
    }

    private static Attempt<ByteSize> bytes(Value space, String member) {
        return Attempt.of(() -> new ByteSize(space.member(member).longValue()));
    }

    private static Tickets tickets(Value head) {
        var tickets = BtrfsSpaces.tickets(head).toList();
        return new Tickets(
                tickets.size(),
                new ByteSize(tickets.stream()
                        .mapToLong(ticket -> ticket.member("bytes").longValue())
                        .sum()),
                Attempt.of(() -> tickets.stream()
                        .flatMap(ticket -> WaitQueues.waitqueueForEachTask(ticket.member("wait")))
                        .map(task -> task.member("pid").intValue())
                        .toList()));
    }
}
