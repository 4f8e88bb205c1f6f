package org.wyrm.fs;

import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Locks of files: {@code struct file_lock}, as {@code /proc/locks} shows them. */
public final class FileLocks {
    private static final long FL_POSIX = 1;
    private static final long FL_FLOCK = 2;
    private static final long FL_DELEG = 4;
    private static final long FL_ACCESS = 8;
    private static final long FL_LEASE = 32;
    private static final long FL_OFDLCK = 1024;

    /** {@code OFFSET_MAX}: to the end of the file, wherever that will be. */
    private static final long OFFSET_MAX = Long.MAX_VALUE;

    private FileLocks() {}

    /**
     * A lock.
     *
     * @param number as {@code /proc/locks} has it: that of the lock that is held, for those who wait too
     * @param lock {@code struct file_lock}; before v6.9 the same as {@code core}
     * @param core the members that locks and leases have in common, {@code struct file_lock_core}
     * @param prefix of the names of these members: {@code fl} or {@code flc}
     * @param isWaiting whether somebody waits for it, and has not got it
     */
    public record Lock(int number, Value lock, Value core, String prefix, boolean isWaiting) {
        /** {@return {@code FLOCK}, {@code POSIX}, {@code OFDLCK}, {@code ACCESS}, {@code LEASE} or {@code DELEG}} */
        public String type() {
            var flags = coreMember("flags").longValue();
            if ((flags & FL_POSIX) != 0) {
                return (flags & FL_ACCESS) != 0 ? "ACCESS" : (flags & FL_OFDLCK) != 0 ? "OFDLCK" : "POSIX";
            }
            if ((flags & FL_FLOCK) != 0) {
                return "FLOCK";
            }
            return (flags & FL_DELEG) != 0 ? "DELEG" : (flags & FL_LEASE) != 0 ? "LEASE" : "UNKNOWN";
        }

        /** {@return {@code READ}, {@code WRITE} or {@code UNLCK}} */
        public String access() {
            return switch ((int) coreMember("type").longValue()) {
                case 0 -> "READ";
                case 1 -> "WRITE";
                default -> "UNLCK";
            };
        }

        /** {@return the process that has it or waits for it; -1 where it is of an open file and of no process} */
        public int pid() {
            return coreMember("pid").intValue();
        }

        /** {@return the file that is locked, {@code struct inode *}} */
        public Value inode() {
            return coreMember("file").member("f_inode");
        }

        /** A lease is of the whole file. */
        private boolean isLease() {
            return (coreMember("flags").longValue() & (FL_LEASE | FL_DELEG)) != 0;
        }

        /** {@return the first byte} */
        public long start() {
            return isLease() ? 0 : lock.member("fl_start").longValue();
        }

        /** {@return the last byte; empty if it goes to the end of the file} */
        public OptionalLong end() {
            var end = isLease() ? OFFSET_MAX : lock.member("fl_end").longValue();
            return end == OFFSET_MAX ? OptionalLong.empty() : OptionalLong.of(end);
        }

        private Value coreMember(String name) {
            return core.member(prefix + "_" + name);
        }
    }

    /**
     * {@return all locks of files, each with those who wait for it behind it}
     *
     * @kernel fs/locks.c
     */
    public static Stream<Lock> forEachLock(Program program) {
        // Since Linux kernel commit a69ce85ec9af ("filelock: split common fields into struct file_lock_core") (in
        // v6.9),
        // what locks and leases have in common is a structure of its own.
        var lists = program.variable("file_lock_list");
        var layout = program.findType("struct file_lock_core").isPresent()
                ? new Layout("struct file_lock_core", "flc")
                : new Layout("struct file_lock", "fl");
        var counter = new int[1];
        return Cpumasks.forEachPossibleCpu(program)
                .boxed()
                .flatMap(cpu -> Lists.hlistForEachEntry(
                        program.type(layout.type), Percpu.perCpu(lists, cpu).member("hlist"), layout.prefix + "_link"))
                .flatMap(core -> {
                    var number = ++counter[0];
                    return Stream.concat(
                            Stream.of(layout.lock(number, core, false)),
                            layout.waiting(core).map(each -> layout.lock(number, each, true)));
                });
    }

    private record Layout(String type, String prefix) {
        Lock lock(int number, Value core, boolean isWaiting) {
            var program = core.program();
            var lock = prefix.equals("fl") ? core : core.addressOf().containerOf(program.type("struct file_lock"), "c");
            return new Lock(number, lock, core, prefix, isWaiting);
        }

        Stream<Value> waiting(Value core) {
            return Lists.listForEachEntry(
                    core.program().type(type), core.member(prefix + "_blocked_requests"), prefix + "_blocked_member");
        }
    }
}
