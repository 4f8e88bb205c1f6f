package org.wyrm.fs.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.FileLocks;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;

/** Lists locks of files. */
@ProvidesCommand(
        name = "filelocks",
        summary = "list the locks of files and who waits for them, as /proc/locks does",
        row = FilelocksCommand.Row.class,
        target = Program.class)
public final class FilelocksCommand implements Command<FilelocksCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * A lock.
     *
     * @param number the same of a lock and of those who wait for it
     * @param waiting whether it is waited for, and not held
     * @param lock its {@code struct file_lock}, or {@code struct file_lease}
     * @param type {@code FLOCK}, {@code POSIX}, {@code OFDLCK}, {@code LEASE}, {@code DELEG}
     * @param access {@code READ} or {@code WRITE}
     * @param pid -1 where it is of an open file and of no process
     * @param start its first byte
     * @param end its last byte; empty if it goes to the end of the file
     */
    public record Row(
            int number,
            boolean waiting,
            VirtualAddress lock,
            Attempt<String> type,
            Attempt<String> access,
            Attempt<Integer> pid,
            Attempt<String> device,
            Attempt<Long> ino,
            Attempt<Long> start,
            Attempt<OptionalLong> end,
            Attempt<Optional<String>> path) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return FileLocks.forEachLock(LinuxKernel.require(context.target(Program.class)))
                .map(FilelocksCommand::row);
    }

    private static Row row(FileLocks.Lock lock) {
        return new Row(
                lock.number(),
                lock.isWaiting(),
                new VirtualAddress(lock.lock().address()),
                Attempt.of(lock::type),
                Attempt.of(lock::access),
                Attempt.of(lock::pid),
                Attempt.of(() -> SuperBlocks.device(lock.inode().member("i_sb").dereference())),
                Attempt.of(() -> lock.inode().member("i_ino").longValue()),
                Attempt.of(lock::start),
                Attempt.of(lock::end),
                Attempt.of(() -> SuperBlocks.path(lock.inode())));
    }
}
