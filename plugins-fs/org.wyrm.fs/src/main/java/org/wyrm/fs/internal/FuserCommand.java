package org.wyrm.fs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.fs.Paths;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.mm.Mm;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists who uses a file. */
@ProvidesCommand(
        name = "fuser",
        summary = "list the tasks that use a file: open, mapped, as a directory or executable",
        row = FuserCommand.Row.class,
        target = Program.class)
public final class FuserCommand implements Command<FuserCommand.Options> {
    private static final int HEXADECIMAL = 16;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-m", "--mount"},
                    help = "any file of the file system that it is on")
            boolean mount,

            @Argument(name = "PATH|INODE", help = "the file: its path, or the address of its inode: 0x…")
            String file) {}

    /**
     * How a task uses a file.
     *
     * @param use the number by which it is open; {@code cwd}, {@code root}, {@code exe}; {@code map}
     * @param at where it is mapped
     * @param inode its {@code struct inode}
     */
    public record Row(
            int pid,
            Attempt<String> comm,
            String use,
            Optional<VirtualAddress> at,
            VirtualAddress inode,
            Attempt<String> path) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var wanted = inode(program, options.file);
        // Also where only the address counts: one of no inode is to be an error, not a file that nobody uses.
        var superBlock = wanted.member("i_sb").longValue();
        Predicate<Value> isWanted = options.mount
                ? inode -> inode.member("i_sb").longValue() == superBlock
                : inode -> inode.longValue() == wanted.address();
        return Tasks.told(context, List.of(), task -> new Uses(context, task, isWanted).rows());
    }

    private static Value inode(Program program, String file) {
        if (!file.startsWith("0x")) {
            return Paths.pathLookup(program, file)
                    .member("dentry")
                    .member("d_inode")
                    .dereference();
        }
        try {
            return program.object(program.type("struct inode"), Long.parseUnsignedLong(file.substring(2), HEXADECIMAL));
        } catch (NumberFormatException e) {
            throw new UsageException(file + " is not an address");
        }
    }

    /** What one task uses. */
    private static final class Uses {
        private final CommandContext context;
        private final Value task;
        private final Predicate<Value> isWanted;
        private final int pid;
        private final Attempt<String> comm;
        private final List<Row> rows = new ArrayList<>();

        Uses(CommandContext context, Value task, Predicate<Value> isWanted) {
            this.context = context;
            this.task = task;
            this.isWanted = isWanted;
            this.pid = task.member("pid").intValue();
            this.comm = Attempt.of(() -> task.member("comm").string());
        }

        List<Row> rows() {
            Tasks.walk(context, pid, this::directories);
            Tasks.walk(context, pid, this::files);
            Tasks.walk(context, pid, this::mappings);
            return rows;
        }

        private void directories() {
            if (Tasks.hasOwn(task, "fs")) {
                var directories = task.member("fs");
                add("cwd", Optional.empty(), directories.member("pwd"));
                add("root", Optional.empty(), directories.member("root"));
            }
        }

        private void files() {
            if (Tasks.hasOwn(task, "files")) {
                OpenFiles.forEachFile(task)
                        .forEach(open -> add(
                                Integer.toString(open.fd()),
                                Optional.empty(),
                                open.file().member("f_path")));
            }
        }

        private void mappings() {
            if (!Tasks.hasOwn(task, "mm")) {
                return;
            }
            var mm = task.member("mm");
            var executable = mm.member("exe_file");
            if (!executable.isNull()) {
                add("exe", Optional.empty(), executable.member("f_path"));
            }
            Mm.forEachVma(mm).forEach(area -> {
                var file = area.member("vm_file");
                if (!file.isNull()) {
                    var start = new VirtualAddress(area.member("vm_start").longValue());
                    add("map", Optional.of(start), file.member("f_path"));
                }
            });
        }

        private void add(String use, Optional<VirtualAddress> at, Value path) {
            var inode = path.member("dentry").member("d_inode");
            if (!inode.isNull() && isWanted.test(inode)) {
                rows.add(new Row(
                        pid,
                        comm,
                        use,
                        at,
                        new VirtualAddress(inode.longValue()),
                        Attempt.of(() -> Paths.shownPath(path))));
            }
        }
    }
}
