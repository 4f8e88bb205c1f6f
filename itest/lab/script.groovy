#!/usr/bin/env -S wyrm script
// script.groovy: what script.drgn.py prints, by Groovy.
def hex(number) { '0x' + new BigInteger(number.toString()).toString(16) }

def address(pointer) { hex(pointer.value_()) }

def files(task) {
    def table = task.files.fdt
    for (fd in 0..<table.max_fds.value_()) {
        def file = table.fd[fd]
        if (file) {
            def inode = file.f_inode
            println "file ${task.pid} $fd: ${inode.i_ino} ${hex(file.f_flags.value_())} ${inode.i_sb.s_id}"
        }
    }
}

def bool(value) { value ? 'True' : 'False' }

for (task in for_each_task()) {
    def pid = task.pid
    println "task $pid: ${task.comm} ${task_state_to_char(task)} ${address(task.mm)} ${task.tgid} ${task.real_parent.pid}"
    // C's arithmetic: promotions, and what wraps.
    println "numbers $pid: ${task.prio - 120} ${task.flags + 0xffffffffL} ${~task.flags} ${task.start_time / 1000} ${bool((task.flags & 0x200000) != 0)} ${-task.start_time} ${task.start_time << 40}"
    println "order $pid: ${bool(task.prio < 120)} ${bool(task.flags > -1)} ${bool(-1 < task.start_time)} ${bool(task.mm == null)} ${bool(task.pid == task.tgid)}"
    if (task.mm) {
        println "memory $pid: ${task.mm.mm_users.counter} ${hex(task.mm.start_code)} ${task.mm.total_vm}"
    }
    if (task.files) {
        files(task)
    }
    println "children $pid: ${list_for_each_entry('struct task_struct', task.children.address_of_(), 'sibling').collect { it.pid }}"
}

for (module in list_for_each_entry('struct module', prog['modules'].address_of_(), 'list')) {
    println "module ${module.name}: ${module.state.value_()} ${address(module)}"
}

for (block in list_for_each_entry('struct super_block', prog['super_blocks'].address_of_(), 's_list')) {
    println "block ${address(block)}: ${block.s_id} ${block.s_type.name} ${block.s_dev} ${block.s_blocksize}"
}

for (cpu in for_each_online_cpu()) {
    def queue = per_cpu(prog['runqueues'], cpu)
    println "cpu $cpu: ${queue.nr_running} ${queue.curr.comm} ${queue.clock} ${queue.cpu}"
}

def init = find_task(1)
println "init: ${address(container_of(init.tasks.address_of_(), 'struct task_struct', 'tasks'))} ${init.tasks.next} ${init}"
println "sizes: ${sizeof(init.comm)} ${sizeof('struct list_head')} ${offsetof('struct list_head', 'prev')}"
println "casts: ${cast('unsigned char', init.prio + 200)} ${Object(prog, 'int', 0xffffffffL)} ${Object(prog, 'struct task_struct *', init.value_()).parent}"
println "bits: ${[init.cpus_mask.bits[0].value_() & 1, init.in_execve, init.sched_reset_on_fork]}"
