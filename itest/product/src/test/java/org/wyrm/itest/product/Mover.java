package org.wyrm.itest.product;

/**
 * Why a row of the dump may differ from what the guest said seconds before: one rule for each thing that moves. What no
 * rule takes is a difference, and what a rule takes is counted, up to its cap.
 */
enum Mover {
    SNAPSHOT_TASK_ENDED(1, "the task that took the facts is gone"),
    INIT_WENT_ON(
            1, "PID 1 has become `sleep`; of a crashed guest it is the shell that wrote to sysrq-trigger, running"),
    KWORKER_CAME_OR_WENT(8, "the kernel keeps as many kworkers as it has work for"),
    KERNEL_THREAD_ON_OTHER_CPU(
            8, "a kernel thread that is bound to no CPU runs where it is woken; a bound one moves to its own at first"),
    RUNNING_TASK_ON_OTHER_CPU(2, "the load balancer moves tasks that run"),
    RUNNING_OR_IDLE(6, "RCU's thread, ksoftirqd and kworkers run and idle by turns"),
    LAZY_INIT_ENDED(1, "ext4lazyinit ends when it has written the tables of what was mounted"),
    CRASH_KERNEL_THREADS(2, "the disk that the crash kernel was loaded from is mounted: its journal's threads"),
    CRASH_KERNEL_MOUNT(1, "the disk that the crash kernel was loaded from is mounted"),
    CRASH_KERNEL_CHECKSUMS(1, "ext4 on the crash kernel's disk holds crc32c twice"),
    SNAPSHOT_DISK_CLOSED(1, "the snapshot held its disk open, so virtio_blk once more"),
    BTRFS_DEVICE_UNKNOWN(1, "since 6.8 btrfs mounts itself within: its mount's device in memory is \"none\""),
    RSS_LEFT_TO_THREADS(
            40,
            "before 6.2 each thread keeps its last 64 faults, of up to 16 pages each, to itself: /proc/PID/stat leaves"
                    + " them out, and these facts have no smaps_rollup"),
    FILE_SYSTEM_OPTIONS(40, "what a file system adds to its options only its own code knows: `size=64k`"),
    LOG_WENT_ON(400, "what the kernel said after the facts; checked against the console where there is one"),
    FREE_MEMORY(1, "pages are taken and given back all the time"),
    LOAD_AVERAGE(3, "renewed every 5 s: between what the facts say and the number of tasks");

    private final int cap;
    private final String reason;

    Mover(int cap, String reason) {
        this.cap = cap;
        this.reason = reason;
    }

    /** {@return how many rows of one dump it may take} */
    int cap() {
        return cap;
    }

    String reason() {
        return reason;
    }

    /** {@return whether what it takes is compared in another way, so that it may take more of all rows than others} */
    boolean isComparedOtherwise() {
        return this == LOG_WENT_ON || this == FILE_SYSTEM_OPTIONS || this == RSS_LEFT_TO_THREADS;
    }
}
