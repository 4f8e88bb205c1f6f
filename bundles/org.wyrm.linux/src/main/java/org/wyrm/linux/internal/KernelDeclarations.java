package org.wyrm.linux.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of the kernel's core that the helpers of this bundle use, and those that people ask for most. */
@Contributes(type = Declarations.class, name = "linux", rank = 10)
public final class KernelDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.linux";
    }

    @Override
    public String text() {
        return """
                extern struct task_struct init_task;
                extern struct pid_namespace init_pid_ns;
                extern struct uts_namespace init_uts_ns;
                extern struct mm_struct init_mm;
                extern struct list_head modules;
                extern struct list_head btf_modules;
                extern struct list_head vmap_area_list;
                extern struct rb_root vmap_area_root;
                extern unsigned long __per_cpu_offset[];
                extern struct cpumask __cpu_online_mask;
                extern struct cpumask __cpu_possible_mask;
                extern struct cpumask __cpu_present_mask;
                extern unsigned int nr_cpu_ids;
                extern nodemask_t node_states[];
                extern unsigned int nr_node_ids;
                extern struct rq runqueues;
                extern void *hardirq_stack_ptr;
                extern struct cea_exception_stacks *cea_exception_stacks;
                extern unsigned long avenrun[3];
                extern unsigned long tainted_mask;
                extern struct taint_flag taint_flags[];
                extern struct printk_ringbuffer *prb;
                extern char *saved_command_line;
                extern unsigned int nr_swapfiles;
                extern struct swap_info_struct *swap_info[];
                extern unsigned long volatile jiffies;
                extern struct clocksource clocksource_jiffies;
                extern atomic_long_t _totalram_pages;
                extern atomic_long_t vm_zone_stat[];
                extern atomic_long_t vm_node_stat[];
                extern struct vm_event_state vm_event_states;
                extern struct pglist_data *node_data[];
                extern unsigned long totalreserve_pages;
                extern struct super_block *blockdev_superblock;
                extern long total_swap_pages;
                extern atomic_long_t nr_swap_pages;
                extern struct address_space *swapper_spaces[];
                extern unsigned int nr_swapper_spaces[];
                extern struct percpu_counter vm_committed_as;
                extern atomic_long_t nr_vmalloc_pages;
                extern unsigned long pcpu_nr_populated;
                extern int pcpu_nr_units;
                extern struct hstate hstates[];
                extern int hugetlb_max_hstate;
                extern struct list_head slab_caches;
                extern const char *const vmstat_text[];
                extern atomic_long_t vm_numa_stat[];
                extern atomic_long_t vm_numa_event[];
                extern struct xarray irq_desc_tree;
                extern unsigned int nr_vmap_nodes;
                extern const struct vm_operations_struct special_mapping_vmops;
                extern unsigned long vmemmap_base;
                extern const struct trace_print_flags pageflag_names[];
                extern struct list_head kclist_head;
                extern struct bus_type platform_bus_type;
                extern struct kset *bus_kset;
                // The same beginning for struct tk_data, which took its place in v6.13.
                extern struct { seqcount_raw_spinlock_t seq; struct timekeeper timekeeper; } tk_core;
                """;
    }
}
