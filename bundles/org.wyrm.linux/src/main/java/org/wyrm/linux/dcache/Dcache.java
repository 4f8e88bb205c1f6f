package org.wyrm.linux.dcache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Names in file systems: {@code struct dentry}. */
@ProvidesHelpers(names = {"d_path", "dentry_path"})
public final class Dcache {
    /** No path has more components: it would not fit into {@code PATH_MAX}. */
    private static final int MAX_COMPONENTS = 4096;

    /** {@code NAME_MAX}. */
    private static final int MAX_NAME_BYTES = 255;

    private Dcache() {}

    /**
     * {@return the path of an open file from the root of its mount's name space}
     *
     * @param file {@code struct file *}
     * @throws CorruptStructureException if the way up does not end
     */
    public static String filePath(Value file) {
        return dPath(file.member("f_path"));
    }

    /**
     * {@return a path from the root of its mount's name space}
     *
     * @param path {@code struct path *}
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/d_path.c
     */
    @KernelName("d_path")
    public static String dPath(Value path) {
        return dPath(path.member("mnt").containerOf(path.program().type("struct mount"), "mnt"), path.member("dentry"));
    }

    /**
     * {@return the path of a file from the root of its mount's name space}
     *
     * @param mount {@code struct mount *}
     * @param dentry {@code struct dentry *} in it
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/d_path.c
     */
    @KernelName("d_path")
    public static String dPath(Value mount, Value dentry) {
        var program = mount.program();
        Deque<String> names = new ArrayDeque<>();
        var atMount = mount;
        var at = dentry;
        for (var steps = 0; steps < 2 * MAX_COMPONENTS; steps++) {
            program.cancellation().check();
            if (at.longValue() == atMount.member("mnt").member("mnt_root").longValue()) {
                var parent = atMount.member("mnt_parent");
                if (parent.longValue() == Walk.addressOf(atMount)) {
                    return "/" + String.join("/", names);
                }
                at = atMount.member("mnt_mountpoint");
                atMount = parent.dereference();
            } else {
                var parent = at.member("d_parent");
                if (parent.longValue() == at.longValue()) {
                    // The root of a file system that is not the root of this mount: it cannot be reached from here.
                    return "(unreachable)/" + String.join("/", names);
                }
                names.push(name(at));
                at = parent;
            }
        }
        throw new CorruptStructureException("dentry", dentry.longValue(), "its path has no end");
    }

    /**
     * {@return the path of a file from the root of its file system}
     *
     * @param dentry {@code struct dentry *}
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/d_path.c
     */
    @KernelName("dentry_path")
    public static String dentryPath(Value dentry) {
        Deque<String> names = new ArrayDeque<>();
        var at = dentry;
        for (var steps = 0; steps < MAX_COMPONENTS; steps++) {
            dentry.program().cancellation().check();
            var parent = at.member("d_parent");
            if (parent.longValue() == Walk.addressOf(at)) {
                return "/" + String.join("/", names);
            }
            names.push(name(at));
            at = parent;
        }
        throw new CorruptStructureException("dentry", Walk.addressOf(dentry), "its path has no end");
    }

    /**
     * {@return the names in a directory that the cache has, {@code struct dentry}; negative ones, of files that are not
     * there, too}
     *
     * @param dentry {@code struct dentry *}
     * @kernel include/linux/dcache.h
     */
    public static Stream<Value> children(Value dentry) {
        var type = dentry.program().type("struct dentry");
        // Since Linux kernel commit da549bdd15c2 ("dentry: switch the lists of children to hlist") (in v6.8), they are
        // d_children, an hlist. Before that, d_subdirs, a list.
        return dentry.findMember("d_children")
                .map(children -> Lists.hlistForEachEntry(type, children, "d_sib"))
                .orElseGet(() -> Lists.listForEachEntry(type, dentry.member("d_subdirs"), "d_child"));
    }

    /**
     * {@return the last component of a file's path}
     *
     * @param dentry {@code struct dentry *}
     * @throws CorruptStructureException if it is longer than any name
     */
    public static String name(Value dentry) {
        var name = dentry.member("d_name");
        var byteSize = name.member("len").longValue();
        if (byteSize > MAX_NAME_BYTES) {
            throw new CorruptStructureException(
                    "dentry", Walk.addressOf(dentry), "its name has " + byteSize + " bytes, more than any name");
        }
        var bytes = dentry.program().bytes(name.member("name").longValue(), (int) byteSize);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
