package org.wyrm.bpf.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Who has a BPF object open: found by going once through the open files of all processes. */
final class Holders {
    private static final List<String> OPERATIONS =
            List.of("bpf_prog_fops", "bpf_map_fops", "bpf_link_fops", "bpf_link_fops_poll", "btf_fops");

    private final Consumer<String> warnings;
    private final Set<Long> operations;
    private final Set<Long> socketOperations;
    private final Map<Long, List<Holder>> byObject = new HashMap<>();
    private final Map<Long, List<Holder>> socketsByProgram = new HashMap<>();
    private final Set<SharedFiles> done = new HashSet<>();

    private Holders(Program program, Consumer<String> warnings) {
        this.warnings = warnings;
        this.operations = OPERATIONS.stream()
                .flatMap(name -> program.findVariable(name).stream())
                .map(Value::address)
                .collect(Collectors.toSet());
        this.socketOperations = program.findVariable("socket_file_ops").stream()
                .map(Value::address)
                .collect(Collectors.toSet());
    }

    /** A process that has an object open, and as which file. */
    public record Holder(int pid, int fd, String comm) {}

    /** Threads share their process's files, but need not. */
    private record SharedFiles(int pid, long files) {}

    /** {@return the holders of all objects; what cannot be read of a task is told, and the rest goes on} */
    static Holders of(Program program, Consumer<String> warnings) {
        var holders = new Holders(program, warnings);
        holders.tolerant(
                "tasks",
                () -> Pids.forEachTask(program)
                        .forEach(task -> holders.tolerant(
                                "open files of the task at 0x" + Long.toHexString(task.address()),
                                () -> holders.add(task))));
        return holders;
    }

    /**
     * {@return who has an object open}
     *
     * @param object the address of {@code struct bpf_prog}, {@code bpf_map}, {@code bpf_link} or {@code btf}
     */
    List<Holder> of(long object) {
        return List.copyOf(byObject.getOrDefault(object, List.of()));
    }

    /**
     * {@return who has a socket open that a program filters}
     *
     * @param prog the address of {@code struct bpf_prog}
     */
    List<Holder> socketsFilteredBy(long prog) {
        return List.copyOf(socketsByProgram.getOrDefault(prog, List.of()));
    }

    private void tolerant(String what, Runnable walk) {
        Attempt.orTell(warnings, () -> what, walk);
    }

    private void add(Value task) {
        var files = task.member("files");
        var pid = task.member("tgid").intValue();
        if (files.isNull() || !done.add(new SharedFiles(pid, files.longValue()))) {
            return;
        }
        var comm = task.member("comm").string();
        OpenFiles.forEachFile(task).forEach(open -> {
            var of = open.file().member("f_op").longValue();
            var object = open.file().member("private_data");
            if (operations.contains(of)) {
                add(byObject, object.longValue(), new Holder(pid, open.fd(), comm));
            } else if (socketOperations.contains(of)) {
                addFilter(object, new Holder(pid, open.fd(), comm));
            }
        });
    }

    private void addFilter(Value privateData, Holder holder) {
        var program = privateData.program();
        var sk = program.object(program.type("struct socket"), privateData.longValue())
                .member("sk");
        if (!sk.isNull() && !sk.member("sk_filter").isNull()) {
            add(socketsByProgram, sk.member("sk_filter").member("prog").longValue(), holder);
        }
    }

    private static void add(Map<Long, List<Holder>> to, long object, Holder holder) {
        to.computeIfAbsent(object, none -> new ArrayList<>()).add(holder);
    }
}
