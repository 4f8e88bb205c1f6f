package org.wyrm.fs.btrfs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.fs.btrfs.BtrfsDevices;
import org.wyrm.fs.btrfs.BtrfsInfos;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What walks find, as far as they come. */
record Found(CommandContext context) {
    /** {@return what a walk finds until it ends or cannot go on, which is said} */
    <T> List<T> by(Supplier<String> about, Supplier<Stream<T>> walk) {
        var found = new ArrayList<T>();
        Attempt.orTell(context::warn, about, () -> walk.get().forEach(found::add));
        return found;
    }

    /** {@return the super blocks of the file systems with some names, of all where none is given} */
    List<Value> superBlocks(List<String> names) {
        var program = LinuxKernel.require(context.target(Program.class));
        return named(
                by(() -> "file systems", () -> BtrfsInfos.forEachBtrfsSuperBlock(program)),
                superBlock -> BtrfsInfos.btrfsSb(superBlock).member("fs_devices"),
                names);
    }

    /** {@return the {@code struct btrfs_fs_devices} of the file systems with some names, of all where none is given} */
    List<Value> fsDevices(List<String> names) {
        var program = LinuxKernel.require(context.target(Program.class));
        return named(by(() -> "fs_uuids", () -> BtrfsDevices.forEachFsDevices(program)), Function.identity(), names);
    }

    private static List<Value> named(List<Value> all, Function<Value, Value> fsDevices, List<String> names) {
        if (names.isEmpty()) {
            return all;
        }
        return names.stream()
                .flatMap(name -> {
                    var found = all.stream()
                            .filter(each -> is(() -> hasName(fsDevices.apply(each), name)))
                            .toList();
                    if (found.isEmpty()) {
                        throw new LookupFailedException("file system of btrfs", name, "`btrfsdevices` lists them");
                    }
                    return found.stream();
                })
                .toList();
    }

    /** {@return whether a file system has a name: its UUID, its label, or that of one of its devices} */
    private static boolean hasName(Value fsDevices, String name) {
        return is(() -> BtrfsDevices.fsid(fsDevices).equals(name))
                || is(() -> BtrfsInfos.label(fsDevices.member("fs_info"))
                        .filter(name::equals)
                        .isPresent())
                || is(() -> BtrfsDevices.devices(fsDevices).anyMatch(device -> isDevice(device, name)));
    }

    private static boolean isDevice(Value device, String name) {
        return is(() -> BtrfsDevices.disk(device).filter(name::equals).isPresent())
                || is(() ->
                        BtrfsDevices.btrfsDevName(device).filter(name::equals).isPresent());
    }

    /** {@return whether something is so; no, where that cannot be found out} */
    private static boolean is(Supplier<Boolean> test) {
        return Attempt.of(test).orElse(false);
    }
}
