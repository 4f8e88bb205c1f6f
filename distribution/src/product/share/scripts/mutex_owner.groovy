#!/usr/bin/env -S wyrm script
// Who holds a mutex: PID, name and address of the task.
// Argument: the mutex's address, or an expression of C for it, as in '&cgroup_mutex'.

if (args.size() != 1) {
    System.err.println 'usage: wyrm script mutex_owner ADDRESS'
    exit(2)
}
def mutex = prog.evaluate("(struct mutex *)(${args[0]})")
// The three lowest bits are flags.
def owner = cast('struct task_struct *', mutex.owner.counter & ~7)
println owner ? "${owner.pid} ${owner.comm} $owner" : 'nobody'
