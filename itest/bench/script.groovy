// script.groovy COUNT: how often a script does in a second what values are for; script.drgn.py does the same.
count = args[0] as int

def member(task) {
    long total = 0
    for (int i = 0; i < count; i++) total += task.prio.value_()
    total
}

def compare(task) {
    int found = 0
    for (int i = 0; i < count; i++) if (task.prio + 1 == 121) found++
    found
}

def chain(head) {
    int found = 0
    def entry = head
    for (int i = 0; i < count; i++) {
        entry = entry.next
        if (entry == head) found++
    }
    found
}

def walk(head) {
    int found = 0, seen = 0
    while (seen < count) {
        for (task in list_for_each_entry('struct task_struct', head, 'tasks')) {
            seen++
            if (task.pid == 1) found++
        }
    }
    found
}

def task = prog['init_task']
[member: task, compare: task, chain: task.tasks.address_of_(), walk: task.tasks.address_of_()].each { name, argument ->
    long start = System.nanoTime()
    def result = "$name"(argument)
    println "$name ${(long) (count * 1e9d / (System.nanoTime() - start))} $result"
}
