#!/usr/bin/env -S wyrm script
// The areas of a process's memory, as /proc/PID/maps shows them. [vsyscall], which is the kernel's, is left out.
// Argument: PID.

if (args.size() != 1) {
    System.err.println 'usage: wyrm script vmmap PID'
    exit(2)
}
def task = find_task(args[0] as int)
if (!task) {
    System.err.println "vmmap: no task ${args[0]}"
    exit(1)
}
if (!task.mm) {
    System.err.println "vmmap: task ${args[0]}, ${task.comm}, has no memory of its own: it is a kernel thread, or ended"
    exit(1)
}

def permissions(flags) {
    (flags & 1 ? 'r' : '-') + (flags & 2 ? 'w' : '-') + (flags & 4 ? 'x' : '-') + (flags & 8 ? 's' : 'p')
}

def name(vma, mm) {
    if (vma.vm_file) {
        return file_path(vma.vm_file)
    }
    if (vma.vm_ops == prog['special_mapping_vmops'].address_of_()) {
        return cast('struct vm_special_mapping *', vma.vm_private_data).name.string_()
    }
    if (vma.vm_start <= mm.brk && vma.vm_end >= mm.start_brk) {
        return '[heap]'
    }
    if (vma.vm_start <= mm.start_stack && vma.vm_end >= mm.start_stack) {
        return '[stack]'
    }
    // Since v5.17, by prctl(PR_SET_VMA).
    vma.hasMember('anon_name') && vma.anon_name ? "[anon:${vma.anon_name.name.string_()}]" : ''
}

for (vma in for_each_vma(task.mm)) {
    def inode = vma.vm_file ? vma.vm_file.f_inode : null
    def device = inode ? inode.i_sb.s_dev.value_() : 0
    printf('%08x-%08x %s %08x %02x:%02x %-10d %s%n', vma.vm_start, vma.vm_end, permissions(vma.vm_flags),
            inode ? vma.vm_pgoff << 12 : 0, device >> 20, device & 0xfffff, inode ? inode.i_ino : 0, name(vma, task.mm))
}
