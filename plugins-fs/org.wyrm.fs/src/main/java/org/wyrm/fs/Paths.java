package org.wyrm.fs;

import java.util.Arrays;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** From a path to a file, and back: {@code struct path}. */
@ProvidesHelpers(names = {"file_path", "path_lookup"})
public final class Paths {
    /** More mounts than this are not on top of one another. */
    private static final int MOST_STACKED = 1 << 16;

    private Paths() {}

    /** A place in the mounts of a name space: {@code struct mount} and {@code struct dentry *}. */
    private record Place(Value mount, Value dentry) {
        boolean is(Place other) {
            return Walk.addressOf(mount) == Walk.addressOf(other.mount)
                    && Walk.addressOf(dentry) == Walk.addressOf(other.dentry);
        }

        boolean isRootOfMount() {
            return mount.member("mnt").member("mnt_root").longValue() == Walk.addressOf(dentry);
        }
    }

    /**
     * {@return the file at a path from the root of the first process, {@code struct path}}
     *
     * @param path symbolic links in it are not followed
     * @throws LookupFailedException if a name is not in the kernel's cache of names, or is there as one without a file
     * @kernel fs/namei.c
     */
    @KernelName("path_lookup")
    public static Value pathLookup(Program program, String path) {
        return pathLookup(program.variable("init_task").member("fs").member("root"), path);
    }

    /**
     * {@return the file at a path, {@code struct path}}
     *
     * @param root {@code struct path *} that the path is from; {@code ..} does not lead out of it
     * @param path symbolic links in it are not followed
     * @throws LookupFailedException if a name is not in the kernel's cache of names, or is there as one without a file
     * @kernel fs/namei.c
     */
    @KernelName("path_lookup")
    public static Value pathLookup(Value root, String path) {
        var program = root.program();
        var top = new Place(mountOf(root), root.member("dentry"));
        var at = top;
        for (var name : path.split("/", -1)) {
            if (name.equals("..")) {
                at = up(at, top);
            } else if (!name.isEmpty() && !name.equals(".")) {
                at = mountedOn(down(at, name, path));
            }
        }
        if (at.dentry.member("d_inode").isNull()) {
            throw new LookupFailedException("file", path, "the kernel knows that there is none");
        }
        var bytes = Arrays.copyOf(at.mount.member("mnt").addressOf().bytes(), 2 * Long.BYTES);
        System.arraycopy(at.dentry.bytes(), 0, bytes, Long.BYTES, Long.BYTES);
        return program.ofBytes(program.type("struct path"), bytes);
    }

    private static Place down(Place at, String name, String path) {
        return Dcache.children(at.dentry)
                .filter(child -> Dcache.name(child).equals(name))
                .findFirst()
                .map(child -> new Place(at.mount, child.addressOf()))
                .orElseThrow(() -> new LookupFailedException(
                        "file", path, "'" + name + "' is not in the kernel's cache of names"));
    }

    private static Place up(Place from, Place top) {
        var at = from;
        for (var steps = 0; steps < MOST_STACKED && !at.is(top); steps++) {
            if (!at.isRootOfMount()) {
                return mountedOn(new Place(at.mount, at.dentry.member("d_parent")));
            }
            var parent = at.mount.member("mnt_parent");
            if (parent.longValue() == Walk.addressOf(at.mount)) {
                return at;
            }
            at = new Place(parent.dereference(), at.mount.member("mnt_mountpoint"));
        }
        return at;
    }

    private static Place mountedOn(Place below) {
        var type = below.mount.program().type("struct mount");
        var at = below;
        for (var steps = 0; steps < MOST_STACKED; steps++) {
            var dentry = Walk.addressOf(at.dentry);
            var upper = Lists.listForEachEntry(type, at.mount.member("mnt_mounts"), "mnt_child")
                    .filter(mount -> mount.member("mnt_mountpoint").longValue() == dentry)
                    .findFirst();
            if (upper.isEmpty()) {
                return at;
            }
            at = new Place(upper.get(), upper.get().member("mnt").member("mnt_root"));
        }
        throw new CorruptStructureException(
                "mount", Walk.addressOf(below.mount), "the mounts on top of one another have no end");
    }

    private static Value mountOf(Value path) {
        return path.member("mnt").containerOf(path.program().type("struct mount"), "mnt");
    }

    /**
     * {@return the path of an open file as {@code /proc/PID/fd} and {@code /proc/PID/maps} show it: what has no name in a
     * directory is said by its kind, as in {@code socket:[15786]}; what has none any more has {@code (deleted)} behind
     * it}
     *
     * @param file {@code struct file *}
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/d_path.c
     */
    @KernelName("file_path")
    public static String filePath(Value file) {
        return shownPath(file.member("f_path"));
    }

    /**
     * {@return a path as {@code /proc/PID/fd} shows it: what has no name in a directory is said by its kind, as in
     * {@code socket:[15786]}; what has none any more has {@code (deleted)} behind it}
     *
     * @param path {@code struct path *}
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/d_path.c
     */
    public static String shownPath(Value path) {
        var dentry = path.member("dentry");
        var isRoot = dentry.member("d_parent").longValue() == dentry.longValue();
        var operations = dentry.member("d_op");
        var isNamed = !operations.isNull() && !operations.member("d_dname").isNull();
        if (isNamed && !(isRoot && new Place(mountOf(path), dentry).isRootOfMount())) {
            return dynamicName(dentry);
        }
        var isUnlinked = !isRoot && dentry.member("d_hash").member("pprev").isNull();
        return Dcache.dPath(path) + (isUnlinked ? " (deleted)" : "");
    }

    /** What the {@code d_dname} of a file system makes: of which one is told by the type, so no symbol is needed. */
    private static String dynamicName(Value dentry) {
        var inode = dentry.member("d_inode");
        var type = dentry.member("d_sb").member("s_type").member("name").string();
        return switch (type) {
            case "sockfs" -> numbered("socket", inode);
            case "pipefs" -> numbered("pipe", inode);
            case "pidfs" -> "anon_inode:[pidfd]";
            case "nsfs" -> numbered(nameSpace(inode), inode);
            case "anon_inodefs" -> "anon_inode:" + Dcache.name(dentry);
            case "dmabuf" -> "/dmabuf:" + Dcache.name(dentry);
            default -> "/" + Dcache.name(dentry) + " (deleted)";
        };
    }

    private static String nameSpace(Value inode) {
        var program = inode.program();
        var common = program.object(
                program.type("struct ns_common"), inode.member("i_private").longValue());
        return common.member("ops").member("name").string();
    }

    private static String numbered(String kind, Value inode) {
        return kind + ":[" + Long.toUnsignedString(inode.member("i_ino").longValue()) + "]";
    }
}
