package org.wyrm.linux.fdtable;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Open files: {@code struct file}, and the tables by which tasks have them. */
@ProvidesHelpers(names = {"fget", "for_each_file"})
public final class OpenFiles {
    private OpenFiles() {}

    /**
     * A file that a task has open.
     *
     * @param fd its number, the file descriptor
     * @param file {@code struct file}
     */
    public record OpenFile(int fd, Value file) {}

    /**
     * {@return the files that a task has open, by number}
     *
     * @param task {@code struct task_struct *}
     * @throws org.wyrm.base.error.CorruptStructureException if the table is larger than any
     * @throws org.wyrm.base.error.FaultException if a part of the table cannot be read
     * @kernel include/linux/fdtable.h
     */
    @KernelName("for_each_file")
    public static Stream<OpenFile> forEachFile(Value task) {
        var files = task.member("files");
        return files.isNull() ? Stream.empty() : Walk.whileFound(new Descriptors(files.member("fdt")));
    }

    /**
     * {@return the file that a task has open by a number, {@code struct file}; empty if there is none}
     *
     * @param task {@code struct task_struct *}
     * @kernel include/linux/file.h
     */
    @KernelName("fget")
    public static Optional<Value> fget(Value task, long fd) {
        var files = task.member("files");
        if (files.isNull()) {
            return Optional.empty();
        }
        var table = files.member("fdt");
        if (fd < 0 || fd >= table.member("max_fds").longValue()) {
            return Optional.empty();
        }
        var file = table.member("fd").subscript(fd);
        return file.isNull() ? Optional.empty() : Optional.of(file.dereference());
    }
}
