package org.wyrm.fs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.fs.Inodes;
import org.wyrm.fs.Paths;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.sched.Sched;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the files that tasks have open. */
@ProvidesCommand(
        name = "files",
        summary = "list the open files of tasks, with their working and root directories",
        row = FilesCommand.Row.class,
        target = Program.class)
public final class FilesCommand implements Command<FilesCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-a", "--all"},
                    help = "of all tasks; directories of processes only")
            boolean all,

            @Argument(name = "[PID|TASK]", help = "tasks by number, or by address of the task_struct: 0x…")
            List<String> tasks) {}

    /**
     * A file that a task has.
     *
     * @param fd its number; {@code cwd} for the working directory, {@code root} for the root directory
     * @param file its {@code struct file}; of a directory its {@code struct path}
     * @param flags as it was opened: {@code O_…} in octal, as {@code /proc/PID/fdinfo} has them, without
     *     {@code O_CLOEXEC}; none of a directory
     * @param access whether it was opened to be read, written or both
     * @param mode of the inode, with the type
     * @param inode its {@code struct inode}
     * @param type {@code REG}, {@code DIR}, {@code CHR}, {@code BLK}, {@code FIFO}, {@code SOCK}
     * @param path as {@code /proc/PID/fd} shows it
     */
    public record Row(
            int pid,
            Attempt<String> comm,
            String fd,
            VirtualAddress file,
            Attempt<Optional<String>> flags,
            Attempt<Optional<String>> access,
            Attempt<String> mode,
            Attempt<VirtualAddress> inode,
            Attempt<Long> ino,
            Attempt<String> type,
            Attempt<String> path) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.all != options.tasks.isEmpty()) {
            throw new UsageException("say of which tasks, by PID or address; or --all");
        }
        return Tasks.told(context, options.tasks, task -> rows(context, task, options.all));
    }

    private static List<Row> rows(CommandContext context, Value task, boolean isOfAll) {
        var rows = new ArrayList<Row>();
        var pid = task.member("pid").intValue();
        var comm = Attempt.of(() -> task.member("comm").string());
        Tasks.walk(context, pid, () -> {
            if (!isOfAll || !Sched.taskIsKthread(task) && Tasks.hasOwn(task, "fs")) {
                var directories = task.member("fs");
                if (!directories.isNull()) {
                    rows.add(directory(pid, comm, "cwd", directories.member("pwd")));
                    rows.add(directory(pid, comm, "root", directories.member("root")));
                }
            }
        });
        Tasks.walk(context, pid, () -> {
            if (!isOfAll || Tasks.hasOwn(task, "files")) {
                OpenFiles.forEachFile(task).forEach(open -> rows.add(file(pid, comm, open)));
            }
        });
        return rows;
    }

    private static Row directory(int pid, Attempt<String> comm, String name, Value path) {
        return row(
                pid,
                comm,
                name,
                path.address(),
                Attempt.of(Optional::empty),
                Attempt.of(Optional::empty),
                () -> path.member("dentry").member("d_inode"),
                Attempt.of(() -> Paths.shownPath(path)));
    }

    private static Row file(int pid, Attempt<String> comm, OpenFiles.OpenFile open) {
        var file = open.file();
        return row(
                pid,
                comm,
                Integer.toString(open.fd()),
                file.address(),
                Attempt.of(() -> Optional.of(octal(file.member("f_flags").longValue()))),
                Attempt.of(() -> Optional.of(access(file.member("f_mode").longValue()))),
                () -> file.member("f_inode"),
                Attempt.of(() -> Paths.shownPath(file.member("f_path"))));
    }

    private static Row row(
            int pid,
            Attempt<String> comm,
            String fd,
            long address,
            Attempt<Optional<String>> flags,
            Attempt<Optional<String>> access,
            Supplier<Value> inode,
            Attempt<String> path) {
        var mode = Attempt.of(() -> inode.get().member("i_mode").longValue());
        return new Row(
                pid,
                comm,
                fd,
                new VirtualAddress(address),
                flags,
                access,
                mode.map(FilesCommand::octal),
                Attempt.of(() -> new VirtualAddress(inode.get().longValue())),
                Attempt.of(() -> inode.get().member("i_ino").longValue()),
                mode.map(Inodes::decodeFileType),
                path);
    }

    private static String octal(long number) {
        return "0" + Long.toOctalString(number);
    }

    /** {@code FMODE_READ} is 1, {@code FMODE_WRITE} 2. */
    private static String access(long mode) {
        return ((mode & 1) != 0 ? "r" : "-") + ((mode & 2) != 0 ? "w" : "-");
    }
}
