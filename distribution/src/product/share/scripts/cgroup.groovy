#!/usr/bin/env -S wyrm script
// The control groups of the unified hierarchy (version 2): ID, as bpf_get_current_cgroup_id() gives it, how many tasks
// the group itself has, without those that have ended, and path. With a path: the tasks in that group, by PID.
// Argument: PATH, as in /proc/PID/cgroup; none means all groups.

def members(group) {
    list_for_each_entry('struct cgrp_cset_link', group.cset_links.address_of_(), 'cset_link').collectMany {
        list_for_each_entry('struct task_struct', it.cset.tasks.address_of_(), 'cg_list').toList()
    }
}

def walk(group, visit) {
    visit(group)
    for (css in list_for_each_entry('struct cgroup_subsys_state', group.self.children.address_of_(), 'sibling')) {
        walk(css.cgroup, visit)
    }
}

def root = prog['cgrp_dfl_root'].cgrp.address_of_()
if (!args) {
    println '      ID  TASKS PATH'
    walk(root) { printf('%8d %6d %s%n', it.kn.id, members(it).size(), kernfs_path(it.kn)) }
    exit(0)
}
def found = false
walk(root) { group ->
    if (kernfs_path(group.kn) == args[0]) {
        found = true
        members(group).sort { it.pid.value_() }.each { printf('%7d %s%n', it.pid, it.comm) }
    }
}
if (!found) {
    System.err.println "cgroup: no control group ${args[0]}"
    exit(1)
}
