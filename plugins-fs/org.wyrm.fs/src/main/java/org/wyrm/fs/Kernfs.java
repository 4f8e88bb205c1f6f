package org.wyrm.fs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** The trees that sysfs and cgroups show as files: {@code struct kernfs_node}. */
@ProvidesHelpers(
        names = {"kernfs_children", "kernfs_name", "kernfs_parent", "kernfs_path", "kernfs_root", "kernfs_walk"})
public final class Kernfs {
    private static final long KERNFS_TYPE_MASK = 0xf;
    private static final long KERNFS_DIR = 1;
    private static final long KERNFS_LINK = 4;

    /** No path has more components: it would not fit into {@code PATH_MAX}. */
    private static final int MAX_COMPONENTS = 4096;

    private Kernfs() {}

    /**
     * {@return the node that a node is in, {@code struct kernfs_node}; empty for a root}
     *
     * @param node {@code struct kernfs_node *}
     * @kernel fs/kernfs/kernfs-internal.h
     */
    @KernelName("kernfs_parent")
    public static Optional<Value> kernfsParent(Value node) {
        // Since Linux kernel commit 633488947ef6 ("kernfs: Use RCU to access kernfs_node::parent.") (in v6.15), it is
        // __parent. Before that, parent.
        var parent = node.findMember("__parent").orElseGet(() -> node.member("parent"));
        return parent.isNull() ? Optional.empty() : Optional.of(parent.dereference());
    }

    /**
     * {@return the tree of a node, {@code struct kernfs_root *}}
     *
     * @param node {@code struct kernfs_node *}
     * @kernel fs/kernfs/kernfs-internal.h
     */
    @KernelName("kernfs_root")
    public static Value kernfsRoot(Value node) {
        return kernfsParent(node).orElse(node).member("dir").member("root");
    }

    /**
     * {@return the name of a node; {@code /} for a root}
     *
     * @param node {@code struct kernfs_node *}
     * @kernel fs/kernfs/dir.c
     */
    @KernelName("kernfs_name")
    public static String kernfsName(Value node) {
        return kernfsParent(node).isPresent() ? node.member("name").string() : "/";
    }

    /**
     * {@return the path of a node from the root of its tree}
     *
     * @param node {@code struct kernfs_node *}
     * @throws CorruptStructureException if the way up does not end
     * @kernel fs/kernfs/dir.c
     */
    @KernelName("kernfs_path")
    public static String kernfsPath(Value node) {
        Deque<String> names = new ArrayDeque<>();
        var at = node;
        for (var steps = 0; steps < MAX_COMPONENTS; steps++) {
            node.program().cancellation().check();
            var parent = kernfsParent(at);
            if (parent.isEmpty()) {
                return "/" + String.join("/", names);
            }
            names.push(at.member("name").string());
            at = parent.get();
        }
        throw new CorruptStructureException("kernfs_node", Walk.addressOf(node), "its path has no end");
    }

    /**
     * {@return the nodes in a directory, {@code struct kernfs_node}, in the order of their names' hashes}
     *
     * @param node {@code struct kernfs_node *}
     * @throws LookupFailedException if it is no directory
     * @kernel include/linux/kernfs.h
     */
    @KernelName("kernfs_children")
    public static Stream<Value> kernfsChildren(Value node) {
        if (!isOfType(node, KERNFS_DIR)) {
            throw new LookupFailedException("directory", kernfsPath(node), "this is a file or a link");
        }
        return Rbtrees.rbtreeInorderForEachEntry(
                node.program().type("struct kernfs_node"), node.member("dir").member("children"), "rb");
    }

    /**
     * {@return the node at a path, {@code struct kernfs_node}; empty if there is none}
     *
     * @param from {@code struct kernfs_node *} that the path is from
     * @param path symbolic links on the way are followed, one at its end is not; nodes that only one network name space
     *     has are not found
     * @kernel fs/kernfs/dir.c
     */
    @KernelName("kernfs_walk")
    public static Optional<Value> kernfsWalk(Value from, String path) {
        var at = Optional.of(from);
        for (var name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                at = at.map(Kernfs::target)
                        .filter(node -> isOfType(node, KERNFS_DIR))
                        .flatMap(directory -> child(directory, name));
            }
        }
        return at;
    }

    private static Optional<Value> child(Value directory, String name) {
        return kernfsChildren(directory)
                .filter(child -> child.member("name").string().equals(name)
                        && child.member("ns").isNull())
                .findFirst();
    }

    /** {@return what a symbolic link leads to, which is never a link; any other node itself} */
    static Value target(Value node) {
        return isOfType(node, KERNFS_LINK)
                ? node.member("symlink").member("target_kn").dereference()
                : node;
    }

    /** {@return whether a node is a directory} */
    static boolean isDirectory(Value node) {
        return isOfType(node, KERNFS_DIR);
    }

    private static boolean isOfType(Value node, long type) {
        return (node.member("flags").longValue() & KERNFS_TYPE_MASK) == type;
    }
}
