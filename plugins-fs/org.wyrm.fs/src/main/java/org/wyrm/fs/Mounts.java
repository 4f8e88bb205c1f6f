package org.wyrm.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.CompoundType;

/** Mounts: {@code struct mount}. */
@ProvidesHelpers(names = {"for_each_mount", "mount_dst", "mount_fstype", "mount_src"})
public final class Mounts {

    /** {@code MNT_CURSOR}: no mount, but the place where a reader of {@code /proc/mounts} is. */
    private static final long MNT_CURSOR = 0x1000_0000;

    private static final long MNT_READONLY = 0x40;
    static final long SB_RDONLY = 1;

    private Mounts() {}

    /** A flag and how an option is written for it. */
    private record Option(long bit, String name) {}

    /** {@code mnt_opts[]} of the kernel, in its order. */
    private static final List<Option> MOUNT_OPTIONS = List.of(
            new Option(0x01, "nosuid"),
            new Option(0x02, "nodev"),
            new Option(0x04, "noexec"),
            new Option(0x08, "noatime"),
            new Option(0x10, "nodiratime"),
            new Option(0x20, "relatime"),
            new Option(0x80, "nosymfollow"));

    /** {@code fs_opts[]} of the kernel, in its order. */
    private static final List<Option> SUPER_OPTIONS = List.of(
            new Option(1 << 4, "sync"),
            new Option(1 << 7, "dirsync"),
            new Option(1 << 6, "mand"),
            new Option(1 << 25, "lazytime"));

    /**
     * {@return the mounts of the initial mount name space, {@code struct mount}, in the kernel's order}
     *
     * @kernel fs/namespace.c
     */
    @KernelName("for_each_mount")
    public static Stream<Value> forEachMount(Program program) {
        return forEachMount(initialNamespace(program));
    }

    /** {@return the mount name space of the first process, {@code struct mnt_namespace *}} */
    public static Value initialNamespace(Program program) {
        return program.variable("init_task").member("nsproxy").member("mnt_ns");
    }

    /**
     * {@return the mounts of a name space, {@code struct mount}, in the kernel's order}
     *
     * @param namespace {@code struct mnt_namespace *}
     * @kernel fs/namespace.c
     */
    @KernelName("for_each_mount")
    public static Stream<Value> forEachMount(Value namespace) {
        var program = namespace.program();
        var type = program.type("struct mount");
        // Since Linux kernel commit 2eea9ce4310d ("mounts: keep list of mounts in an rbtree") (in v6.8),
        // mnt_namespace.mounts is a tree. Before that, mnt_namespace.list is a list.
        var tree = namespace.findMember("mounts").filter(member -> member.type().unaliased() instanceof CompoundType);
        if (tree.isPresent()) {
            return Rbtrees.rbtreeInorderForEachEntry(type, tree.get(), "mnt_node");
        }
        return Lists.listForEachEntry(type, namespace.member("list"), "mnt_list")
                .filter(mount -> (flags(mount) & MNT_CURSOR) == 0);
    }

    /**
     * {@return what is mounted: a device, or a name that the file system was given}
     *
     * @param mount {@code struct mount *}
     * @kernel fs/mount.h
     */
    @KernelName("mount_src")
    public static String mountSrc(Value mount) {
        var name = mount.member("mnt_devname");
        return name.isNull() ? "none" : name.string();
    }

    /**
     * {@return the type of the file system, with its subtype after a dot}
     *
     * @param mount {@code struct mount *}
     * @kernel include/linux/fs.h
     */
    @KernelName("mount_fstype")
    public static String mountFstype(Value mount) {
        return SuperBlocks.fstype(superBlock(mount));
    }

    /**
     * {@return where it is mounted, as a path from the root of the name space}
     *
     * @param mount {@code struct mount *}
     * @kernel fs/d_path.c
     */
    @KernelName("mount_dst")
    public static String mountDst(Value mount) {
        return Dcache.dPath(mount, mount.member("mnt").member("mnt_root"));
    }

    /**
     * {@return the options that the kernel itself keeps of a mount and its file system, as {@code /proc/mounts} writes
     * them; what the file system adds is known to its own code only}
     *
     * @param mount {@code struct mount *}
     * @kernel fs/proc_namespace.c
     */
    public static List<String> mountOptions(Value mount) {
        var options = superBlockOptions(superBlock(mount));
        var mountFlags = flags(mount);
        if ((mountFlags & MNT_READONLY) != 0) {
            options.set(0, "ro");
        }
        add(options, MOUNT_OPTIONS, mountFlags);
        return options;
    }

    /**
     * {@return the options that the kernel itself keeps of a file system}
     *
     * @param superBlock {@code struct super_block *}
     * @kernel fs/proc_namespace.c
     */
    public static List<String> superBlockOptions(Value superBlock) {
        var options = new ArrayList<String>();
        var flags = superBlock.member("s_flags").longValue();
        options.add((flags & SB_RDONLY) != 0 ? "ro" : "rw");
        add(options, SUPER_OPTIONS, flags);
        return options;
    }

    private static void add(List<String> to, List<Option> known, long flags) {
        for (var option : known) {
            if ((flags & option.bit) != 0) {
                to.add(option.name);
            }
        }
    }

    private static long flags(Value mount) {
        return mount.member("mnt").member("mnt_flags").longValue();
    }

    private static Value superBlock(Value mount) {
        return mount.member("mnt").member("mnt_sb");
    }
}
