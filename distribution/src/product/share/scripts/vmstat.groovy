#!/usr/bin/env -S wyrm script
// Counters of memory management under the names and in the order of /proc/vmstat, from the kernel's own list of
// names. Thresholds of dirty pages, which the kernel works out when it is asked, and nr_memmap_* are left out.
// Arguments: names of counters; none means all.

def names = prog['vmstat_text']
def count = { constant -> prog[constant].value_() }

// What CPUs have not added yet may leave a counter below zero.
def counter = { value -> Math.max(0, value.counter.value_()) }

// The values that belong to the names, in the same order.
def values = (0..<count('NR_VM_ZONE_STAT_ITEMS')).collect { counter(prog['vm_zone_stat'][it]) }

if ('vm_numa_event' in prog) {
    // The kernel adds what CPUs hold when it is asked.
    def held = for_each_zone().collectMany { zone ->
        for_each_possible_cpu().collect { per_cpu_ptr(zone.per_cpu_zonestats, it) }
    }
    values += (0..<count('NR_VM_NUMA_EVENT_ITEMS')).collect { i ->
        held.sum(counter(prog['vm_numa_event'][i])) { it.vm_numa_event[i].value_() }
    }
} else if ('vm_numa_stat' in prog) {
    values += (0..<count('NR_VM_NUMA_STAT_ITEMS')).collect { counter(prog['vm_numa_stat'][it]) }
}

// Since v5.12 huge pages are counted in pages of 4 KiB, and shown as huge ones.
def huge = ['NR_ANON_THPS', 'NR_FILE_THPS', 'NR_SHMEM_THPS', 'NR_SHMEM_PMDMAPPED', 'NR_FILE_PMDMAPPED'].collect(count)
def (major, minor) = prog['init_uts_ns'].name.release.string_().split(/\D/)[0..1]*.toInteger()
def inPages = major > 5 || major == 5 && minor >= 12
values += (0..<count('NR_VM_NODE_STAT_ITEMS')).collect { i ->
    def value = counter(prog['vm_node_stat'][i])
    inPages && i in huge ? value.intdiv(512) : value
}

if (names[values.size()] != 'nr_dirty_threshold') {
    System.err.println "vmstat: this kernel has counters that are not known here: ${names[values.size()].string_()}"
    exit(1)
}
while (names[values.size()] != 'pgpgin') {
    values << null
}

def cpus = for_each_possible_cpu().collect { per_cpu(prog['vm_event_states'], it) }
values += (0..<count('NR_VM_EVENT_ITEMS')).collect { i ->
    def sum = cpus.sum { it.event[i] }
    // What is read from disks and written to them is counted in sectors, and shown in KiB.
    i in [count('PGPGIN'), count('PGPGOUT')] ? sum / 2 : sum
}

values.eachWithIndex { value, i ->
    def name = names[i].string_()
    if (value != null && (!args || name in args)) {
        println "$name $value"
    }
}
