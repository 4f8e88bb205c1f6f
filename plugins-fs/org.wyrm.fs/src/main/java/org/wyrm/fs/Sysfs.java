package org.wyrm.fs;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Devices, drivers and modules as {@code /sys} shows them: {@code struct kobject}. */
@ProvidesHelpers(names = {"kobject_path", "sysfs_listdir", "sysfs_lookup", "sysfs_lookup_kobject", "sysfs_lookup_node"})
public final class Sysfs {
    private static final String MOUNT_POINT = "/sys";

    private Sysfs() {}

    /**
     * {@return the node at a path, {@code struct kernfs_node}; empty if there is none}
     *
     * @param path from {@code /sys}, with it or without: {@code /sys/block} or {@code block}; symbolic links are followed
     * @kernel fs/sysfs/dir.c
     */
    @KernelName("sysfs_lookup_node")
    public static Optional<Value> sysfsLookupNode(Program program, String path) {
        var inside = path;
        if (path.startsWith("/")) {
            if (!path.equals(MOUNT_POINT) && !path.startsWith(MOUNT_POINT + "/")) {
                return Optional.empty();
            }
            inside = path.substring(MOUNT_POINT.length());
        }
        return Kernfs.kernfsWalk(program.variable("sysfs_root_kn").dereference(), inside)
                .map(Kernfs::target);
    }

    /**
     * {@return what a directory shows, {@code struct kobject}; empty if the directory is not there, or only groups
     * others or files}
     *
     * @param path as of {@link #sysfsLookupNode}
     * @kernel fs/sysfs/dir.c
     */
    @KernelName("sysfs_lookup_kobject")
    public static Optional<Value> sysfsLookupKobject(Program program, String path) {
        return sysfsLookupNode(program, path).filter(Kernfs::isDirectory).flatMap(node -> kobject(program, node));
    }

    private static Optional<Value> kobject(Program program, Value node) {
        var shown = node.member("priv").longValue();
        if (shown == 0) {
            return Optional.empty();
        }
        var kobject = program.object(program.type("struct kobject"), shown);
        // The directory of a group of files has the kobject of the one that it is in.
        return kobject.member("sd").longValue() == node.address() ? Optional.of(kobject) : Optional.empty();
    }

    /**
     * {@return what a directory shows: {@code struct device} if it is one, else {@code struct kobject}; empty if the
     * directory is not there}
     *
     * @param path as of {@link #sysfsLookupNode}
     * @kernel drivers/base/core.c
     */
    @KernelName("sysfs_lookup")
    public static Optional<Value> sysfsLookup(Program program, String path) {
        var deviceType = program.symbol("device_ktype").address();
        return sysfsLookupKobject(program, path)
                .map(kobject -> kobject.member("ktype").longValue() == deviceType
                        ? kobject.addressOf().containerOf(program.type("struct device"), "kobj")
                        : kobject);
    }

    /**
     * {@return the names in a directory}
     *
     * @param path as of {@link #sysfsLookupNode}
     * @throws LookupFailedException if there is no such directory
     * @kernel fs/sysfs/dir.c
     */
    @KernelName("sysfs_listdir")
    public static Stream<String> sysfsListdir(Program program, String path) {
        var node = sysfsLookupNode(program, path).orElseThrow(() -> new LookupFailedException("directory", path));
        return Kernfs.kernfsChildren(node).map(Kernfs::kernfsName);
    }

    /**
     * {@return the path of a kobject from {@code /sys}, as in {@code /devices/virtual/tty}}
     *
     * @param kobject {@code struct kobject *}
     * @throws LookupFailedException if {@code /sys} does not show it
     * @kernel lib/kobject.c
     */
    @KernelName("kobject_path")
    public static String kobjectPath(Value kobject) {
        var node = kobject.member("sd");
        if (node.isNull()) {
            throw new LookupFailedException("path", kobject.toString(), "/sys does not show this kobject");
        }
        return Kernfs.kernfsPath(node);
    }
}
