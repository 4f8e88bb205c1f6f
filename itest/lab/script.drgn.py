# script.drgn.py: what script.groovy prints, by drgn's Python; a name, a colon and words a line.
# python3 -c "$(cat script.drgn.py)" VMCORE VMLINUX
import sys

import drgn
from drgn import cast, container_of, offsetof, sizeof
from drgn.helpers.linux.cpumask import for_each_online_cpu
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.percpu import per_cpu
from drgn.helpers.linux.pid import find_task, for_each_task
from drgn.helpers.linux.sched import task_state_to_char

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def files(task):
    table = task.files.fdt
    for fd in range(table.max_fds.value_()):
        file = table.fd[fd]
        if file:
            inode = file.f_inode
            print(f"file {task.pid.value_()} {fd}: {inode.i_ino.value_()} {hex(file.f_flags.value_())} {inode.i_sb.s_id.string_().decode()}")


for task in for_each_task(prog):
    pid = task.pid.value_()
    mm = hex(task.mm.value_())
    print(f"task {pid}: {task.comm.string_().decode()} {task_state_to_char(task)} {mm} {task.tgid.value_()} {task.real_parent.pid.value_()}")
    # C's arithmetic: promotions, and what wraps.
    print(f"numbers {pid}: {(task.prio - 120).value_()} {(task.flags + 0xffffffff).value_()} {(~task.flags).value_()} {(task.start_time / 1000).value_()} {(task.flags & 0x200000 != 0)} {(-task.start_time).value_()} {(task.start_time << 40).value_()}")
    print(f"order {pid}: {bool(task.prio < 120)} {bool(task.flags > -1)} {bool(-1 < task.start_time)} {not task.mm} {bool(task.pid == task.tgid)}")
    if task.mm:
        print(f"memory {pid}: {task.mm.mm_users.counter.value_()} {hex(task.mm.start_code.value_())} {task.mm.total_vm.value_()}")
    if task.files:
        files(task)
    child = [each.pid.value_() for each in list_for_each_entry("struct task_struct", task.children.address_of_(), "sibling")]
    print(f"children {pid}: {child}")

for module in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
    print(f"module {module.name.string_().decode()}: {module.state.value_()} {hex(module.value_())}")

for block in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
    print(f"block {hex(block.value_())}: {block.s_id.string_().decode()} {block.s_type.name.string_().decode()} {block.s_dev.value_()} {block.s_blocksize.value_()}")

for cpu in for_each_online_cpu(prog):
    queue = per_cpu(prog["runqueues"], cpu)
    print(f"cpu {cpu}: {queue.nr_running.value_()} {queue.curr.comm.string_().decode()} {queue.clock.value_()} {queue.cpu.value_()}")

init = find_task(prog, 1)
print(f"init: {hex(container_of(init.tasks.address_of_(), 'struct task_struct', 'tasks').value_())} {hex(init.tasks.next.value_())} {hex(init.value_())}")
print(f"sizes: {sizeof(init.comm)} {sizeof(prog.type('struct list_head'))} {offsetof(prog.type('struct list_head'), 'prev')}")
print(f"casts: {cast('unsigned char', init.prio + 200).value_()} {drgn.Object(prog, 'int', 0xffffffff).value_()} {hex(drgn.Object(prog, 'struct task_struct *', init.value_()).parent.value_())}")
print(f"bits: {[init.cpus_mask.bits[0].value_() & 1, init.in_execve.value_(), init.sched_reset_on_fork.value_()]}")
