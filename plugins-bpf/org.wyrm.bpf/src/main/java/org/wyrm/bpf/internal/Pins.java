package org.wyrm.bpf.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Where BPF objects are pinned: the files of the file systems {@code bpf}, which keep objects in use by a path. */
final class Pins {
    /** The kernel's own mount of a file system, which nobody sees. */
    private static final long MNT_INTERNAL = 0x4000;

    private final Program program;
    private final Consumer<String> warnings;
    private final Set<Long> operations;
    private final Set<Long> seen = new HashSet<>();
    private final Map<Long, List<String>> byObject = new HashMap<>();

    private Pins(Program program, Consumer<String> warnings) {
        this.program = program;
        this.warnings = warnings;
        this.operations = Stream.of("bpf_prog_iops", "bpf_map_iops", "bpf_link_iops")
                .flatMap(name -> program.findVariable(name).stream())
                .map(Value::address)
                .collect(Collectors.toSet());
    }

    /** {@return the pins of all objects; what cannot be read of a file system is told, and the rest goes on} */
    static Pins of(Program program, Consumer<String> warnings) {
        var pins = new Pins(program, warnings);
        pins.tolerant(
                "file systems",
                () -> Lists.listForEachEntry(
                                program.type("struct super_block"), program.variable("super_blocks"), "s_list")
                        .filter(superBlock -> superBlock
                                .member("s_type")
                                .member("name")
                                .string()
                                .equals("bpf"))
                        .forEach(superBlock -> pins.tolerant(
                                "pins of the super block", superBlock.address(), () -> pins.add(superBlock))));
        return pins;
    }

    /**
     * {@return the paths by which an object is pinned}
     *
     * @param object the address of {@code struct bpf_prog}, {@code bpf_map} or {@code bpf_link}
     */
    List<String> of(long object) {
        return List.copyOf(byObject.getOrDefault(object, List.of()));
    }

    private void tolerant(String what, long address, Runnable walk) {
        tolerant(what + " at 0x" + Long.toHexString(address), walk);
    }

    private void tolerant(String what, Runnable walk) {
        Attempt.orTell(warnings, () -> what, walk);
    }

    private void add(Value superBlock) {
        var root = superBlock.member("s_root");
        if (root.isNull()) {
            return;
        }
        var mount = mount(superBlock, root.longValue());
        Deque<Value> directories = new ArrayDeque<>(List.of(root.dereference()));
        while (!directories.isEmpty()) {
            var directory = directories.pop();
            tolerant(
                    "directory",
                    directory.address(),
                    () -> Dcache.children(directory).forEach(dentry -> {
                        if (!seen.add(dentry.address())) {
                            throw new CorruptStructureException("dentry", dentry.address(), "it is in two directories");
                        }
                        add(mount, dentry);
                        directories.push(dentry);
                    }));
        }
    }

    private void add(Optional<Value> mount, Value dentry) {
        var inode = dentry.member("d_inode");
        if (!inode.isNull() && operations.contains(inode.member("i_op").longValue())) {
            var path = mount.map(of -> Dcache.dPath(of, dentry.addressOf())).orElseGet(() -> Dcache.dentryPath(dentry));
            byObject.computeIfAbsent(inode.member("i_private").longValue(), none -> new ArrayList<>())
                    .add(path);
        }
    }

    /** {@return a mount by which all of a file system can be reached, one of the initial name space if there is one} */
    private Optional<Value> mount(Value superBlock, long root) {
        var initial =
                program.variable("init_task").member("nsproxy").member("mnt_ns").longValue();
        var whole = Lists.listForEachEntry(program.type("struct mount"), superBlock.member("s_mounts"), "mnt_instance")
                .filter(mount -> (mount.member("mnt").member("mnt_flags").longValue() & MNT_INTERNAL) == 0
                        && mount.member("mnt").member("mnt_root").longValue() == root)
                .toList();
        return whole.stream()
                .filter(mount -> mount.member("mnt_ns").longValue() == initial)
                .findFirst()
                .or(() -> whole.stream().findFirst());
    }
}
