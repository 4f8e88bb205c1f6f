package org.wyrm.itest.product;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.fs.Inodes;
import org.wyrm.fs.Kernfs;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.Paths;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers find of file systems in a dump, as lines that {@code itest/lab/fs.drgn.py} writes too. */
final class FsWalks extends Walks {
    private static final int NODES = 4000;

    private final Set<String> paths = new LinkedHashSet<>();

    FsWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of what they are of} */
    Map<String, String> lines() {
        Pids.forEachTask(program).forEach(this::files);
        Mounts.forEachMount(program).forEach(this::mount);
        List.of("/", "/dev", "/run", "/proc", "/tmp", "/mnt/ext4", "/mnt/overlay", "/sys/kernel")
                .forEach(this::names);
        paths.forEach(this::lookUp);
        SuperBlocks.forEachSuperBlock(program).forEach(this::superBlock);
        nodes();
        return lines;
    }

    private void files(Value task) {
        var pid = task.member("pid").intValue();
        OpenFiles.forEachFile(task).forEach(open -> {
            var name = pid + " " + open.fd();
            say(
                    "fd " + name,
                    hex(open.file()),
                    hex(OpenFiles.fget(task, open.fd()).orElseThrow()));
            var operations = open.file().member("f_path").member("dentry").member("d_op");
            if (operations.isNull() || operations.member("d_dname").isNull()) {
                say("path " + name, Dcache.filePath(open.file()));
            }
        });
    }

    private void mount(Value mount) {
        var path = Mounts.mountDst(mount);
        say("mount " + hex(mount), path, Mounts.mountFstype(mount));
        paths.addAll(List.of(path, path + "/.", path + "/..", path + "/../.", "/." + path));
    }

    private void lookUp(String path) {
        try {
            var found = Paths.pathLookup(program, path);
            say("lookup " + path, hex(found.member("mnt")), hex(found.member("dentry")));
        } catch (LookupFailedException e) {
            say("lookup " + path, "none");
        }
    }

    private void names(String directory) {
        Dcache.children(Paths.pathLookup(program, directory).member("dentry"))
                .forEach(child -> paths.add((directory.equals("/") ? "" : directory) + "/" + Dcache.name(child)));
    }

    private void superBlock(Value superBlock) {
        say(
                "mounts of " + hex(superBlock),
                SuperBlocks.superBlockForEachMount(superBlock).map(FsWalks::hex).toArray());
        var inodes = SuperBlocks.inodes(superBlock).toList();
        inodes.stream()
                .limit(NODES)
                .forEach(inode -> Inodes.inodePath(inode).ifPresent(path -> {
                    say("paths of " + hex(inode), Inodes.inodePaths(inode).toArray());
                    say("path of " + hex(inode), path);
                }));
        inodes.stream()
                .filter(inode -> inode.member("i_mapping").member("nrpages").longValue() != 0)
                .forEach(inode -> say(
                        "pages of " + hex(inode),
                        Inodes.inodeForEachPage(inode)
                                .map(cached -> cached.index() + "=" + hex(cached.page()))
                                .toArray()));
        say("inodes of " + hex(superBlock), inodes.size());
    }

    private void nodes() {
        var root = program.variable("sysfs_root_kn").dereference();
        var todo = new ArrayDeque<>(List.of(root));
        for (var seen = 1; seen <= NODES && !todo.isEmpty(); seen++) {
            var node = todo.remove();
            var children = (node.member("flags").longValue() & 0xf) == 1
                    ? Kernfs.kernfsChildren(node).toList()
                    : List.<Value>of();
            todo.addAll(children);
            say(
                    "node " + hex(node),
                    Stream.concat(
                                    Stream.of(
                                            Kernfs.kernfsPath(node),
                                            Kernfs.kernfsName(node),
                                            hex(Kernfs.kernfsRoot(node)),
                                            Kernfs.kernfsParent(node)
                                                    .map(FsWalks::hex)
                                                    .orElse("0x0")),
                                    children.stream().map(FsWalks::hex))
                            .toArray());
            if (seen % 10 == 0 && node.member("ns").isNull()) {
                say(
                        "walk " + hex(node),
                        Kernfs.kernfsWalk(root, Kernfs.kernfsPath(node))
                                .map(FsWalks::hex)
                                .orElse("0x0"));
            }
        }
    }
}
