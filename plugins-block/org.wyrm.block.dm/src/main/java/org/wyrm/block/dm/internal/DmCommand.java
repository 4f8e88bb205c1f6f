package org.wyrm.block.dm.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.block.blkdev.Disks;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.dm.DmTables;
import org.wyrm.block.dm.MappedDevices;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the devices of device-mapper. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=dm_table_create)", effective = "target")
@ProvidesCommand(
        name = "dm",
        summary = "list the devices of device-mapper and what they are made of, as dmsetup does",
        row = DmCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "dm", title = "Device-mapper", command = "dm", rank = 1120)
public final class DmCommand implements Command<DmCommand.Options> {
    private static final int MINOR_BITS = 20;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-t", "--tree"},
                    help = "under each device what it lies on")
            boolean tree,

            @Argument(name = "[NAME]", help = "devices by name: vg-root")
            List<String> names) {}

    /**
     * A target of a device's table: a part of the device.
     *
     * @param depth how many devices there are above it in the tree, if that was asked for
     * @param device its number, as in {@code 252:3}
     * @param name of the device; in the tree of one that is not of device-mapper, too
     * @param uuid empty where it has none
     * @param state {@code active} or {@code suspended}, and {@code internally}, {@code frozen}, {@code deferred-remove} …
     * @param ro whether nothing can be written to it
     * @param opens how many have it open
     * @param inFlight how many bios it has begun
     * @param deferred how many bios wait until it is not suspended any more
     * @param tables {@code live}, {@code inactive}
     * @param start the first sector of it that is on the target, of 512 bytes; none of a device without a table
     * @param sectors how many are
     * @param type {@code linear}, {@code crypt} …
     * @param parameters as {@code dmsetup table} writes them, with - for a key; none of a type that is not known of here
     * @param status as {@code dmsetup status} writes it; none of a type that cannot be told from memory alone
     * @param mappedDevice its {@code struct mapped_device}
     */
    public record Row(
            Optional<Integer> depth,
            Attempt<String> device,
            Attempt<String> name,
            Attempt<Optional<String>> uuid,
            Attempt<List<String>> state,
            Attempt<Optional<Boolean>> ro,
            Attempt<Optional<Long>> opens,
            Attempt<Optional<Long>> inFlight,
            Attempt<Optional<Long>> deferred,
            Attempt<List<String>> tables,
            Attempt<Optional<Long>> start,
            Attempt<Optional<Long>> sectors,
            Attempt<Optional<String>> type,
            Attempt<Optional<String>> parameters,
            Attempt<Optional<String>> status,
            Optional<VirtualAddress> mappedDevice) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var devices = new ArrayList<DmDevice>();
        Attempt.orTell(
                context::warn,
                () -> "devices of device-mapper",
                () -> MappedDevices.hashCells(program).map(DmDevice::of).forEach(devices::add));
        if (!options.tree) {
            return named(devices, options.names).stream().flatMap(device -> rows(Optional.empty(), device));
        }
        var others = Attempt.of(() -> otherNames(program));
        var tree = new DmTree(devices, context::warn);
        var places = options.names.isEmpty() ? tree.places() : tree.places(named(devices, options.names));
        return places.flatMap(place -> place.device()
                .map(device -> rows(Optional.of(place.depth()), device))
                .orElseGet(() -> Stream.of(other(place, others))));
    }

    private static List<DmDevice> named(List<DmDevice> devices, List<String> names) {
        return names.isEmpty()
                ? devices
                : names.stream()
                        .map(name -> devices.stream()
                                .filter(device -> device.name().equals(name))
                                .findFirst()
                                .orElseThrow(() ->
                                        new LookupFailedException("device of device-mapper", name, "`dm` lists them")))
                        .toList();
    }

    /** {@return the names of disks and partitions by their numbers, as {@code 254:16}} */
    private static Map<String, String> otherNames(Program program) {
        var names = new HashMap<String, String>();
        Partitions.forEachPartition(program).forEach(part -> {
            var number = Partitions.partDevt(part);
            names.put((number >>> MINOR_BITS) + ":" + (number & (1 << MINOR_BITS) - 1), Partitions.partName(part));
        });
        return names;
    }

    private static Stream<Row> rows(Optional<Integer> depth, DmDevice device) {
        var targets = Attempt.of(device::targets);
        var found = targets.orElse(List.of());
        return found.isEmpty()
                ? Stream.of(row(depth, device, targets.map(none -> Optional.empty())))
                : found.stream().map(target -> row(depth, device, Attempt.of(() -> Optional.of(target))));
    }

    private static Row row(Optional<Integer> depth, DmDevice device, Attempt<Optional<Value>> target) {
        var md = device.md();
        return new Row(
                depth,
                Attempt.of(device::number),
                Attempt.of(device::name),
                Attempt.of(device::uuid),
                Attempt.of(device::state),
                Attempt.of(() ->
                        Optional.of(Disks.getDiskRo(MappedDevices.dmDisk(md).dereference()))),
                Attempt.of(() ->
                        Optional.of(md.member("open_count").member("counter").longValue())),
                Attempt.of(() -> Optional.of(MappedDevices.mdInFlight(md))),
                Attempt.of(() -> Optional.of(MappedDevices.deferred(md).count())),
                Attempt.of(device::tables),
                target.map(of -> of.map(each -> each.member("begin").longValue())),
                target.map(of -> of.map(each -> each.member("len").longValue())),
                target.map(of -> of.map(DmTables::typeName)),
                target.map(of -> of.flatMap(TargetParameters::of)),
                target.map(of -> of.flatMap(TargetStatus::of)),
                Optional.of(new VirtualAddress(md.address())));
    }

    private static Row other(DmTree.Place place, Attempt<Map<String, String>> names) {
        return new Row(
                Optional.of(place.depth()),
                Attempt.of(place::number),
                names.map(known -> known.getOrDefault(place.number(), place.number())),
                Attempt.of(Optional::empty),
                Attempt.of(List::of),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(List::of),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                Optional.empty());
    }
}
