#!/usr/bin/env -S wyrm script
// The open files that have a path: address of the struct file, PID, number, flags of open(2), name of the task.
// Argument: PATH, as in /proc/PID/fd; threads that share the files of their process are not told again.

if (args.size() != 1) {
    System.err.println 'usage: wyrm script find_struct_file PATH'
    exit(2)
}
println 'FILE                   PID    FD FLAGS      COMM'
for (task in for_each_task()) {
    if (!task.files || (task.pid != task.tgid && task.files == task.group_leader.files)) {
        continue
    }
    for (open in for_each_file(task)) {
        if (file_path(open.file) == args[0]) {
            printf('%s %7d %5d 0x%08x %s%n', "$open.file", task.pid, open.fd, open.file.f_flags, task.comm)
        }
    }
}
