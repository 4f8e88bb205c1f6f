package org.wyrm.net.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Who has a socket open: found by going once through the open files of all processes. */
final class SocketOwners {
    private final Consumer<String> warnings;
    private final Map<Long, List<Owner>> bySocket = new HashMap<>();
    private final Set<SharedFiles> done = new HashSet<>();

    private SocketOwners(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** A process that has a socket open, and as which file. */
    public record Owner(int pid, int fd, String comm) {}

    /** Threads share their process's files, but need not. */
    private record SharedFiles(int pid, long files) {}

    /** {@return the owners of all sockets; what cannot be read of a task is told, and the rest goes on} */
    static SocketOwners of(Program program, Consumer<String> warnings) {
        var owners = new SocketOwners(warnings);
        var operations = program.variable("socket_file_ops").address();
        new Chains(program, error -> warnings.accept("owners of sockets: " + error.getMessage()))
                .tolerant(Pids.forEachTask(program))
                .forEach(task -> owners.add(task, operations));
        return owners;
    }

    /**
     * {@return who has a socket open}
     *
     * @param socket the address of {@code struct socket}
     */
    List<Owner> of(long socket) {
        return List.copyOf(bySocket.getOrDefault(socket, List.of()));
    }

    private void add(Value task, long operations) {
        var walk = Attempt.of(() -> {
            addFiles(task, operations);
            return task;
        });
        if (walk instanceof Attempt.Failure<Value> failure) {
            warnings.accept("open files of the task at 0x%x: %s"
                    .formatted(task.address(), failure.error().getMessage()));
        }
    }

    private void addFiles(Value task, long operations) {
        var files = task.member("files");
        var pid = task.member("tgid").intValue();
        if (files.isNull() || !done.add(new SharedFiles(pid, files.longValue()))) {
            return;
        }
        OpenFiles.forEachFile(task)
                .filter(open -> open.file().member("f_op").longValue() == operations)
                .forEach(open -> bySocket.computeIfAbsent(
                                open.file().member("private_data").longValue(), none -> new ArrayList<>())
                        .add(new Owner(pid, open.fd(), task.member("comm").string())));
    }
}
