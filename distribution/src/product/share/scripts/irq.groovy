#!/usr/bin/env -S wyrm script
// Interrupts as /proc/interrupts shows them: how often each came on each CPU, chip, number at the chip and how it is
// handled, whose it is. What the architecture counts besides (NMI, LOC and so on) is left out.
// Arguments: none.

def cpus = for_each_present_cpu().toList()

// Since v6.5 the descriptors are in a maple tree.
def entries = 'irq_desc_tree' in prog
        ? xa_for_each(prog['irq_desc_tree'].address_of_())
        : mt_for_each(Object('struct maple_tree', address: prog.symbol('sparse_irqs').address).address_of_())

def actions(desc) {
    def names = []
    for (def action = desc.action; action; action = action.next) {
        names << action.name.string_()
    }
    names.join(', ')
}

println ' IRQ' + cpus.collect { "CPU$it".padLeft(11) }.join() + '  CHIP'
for (entry in entries) {
    def desc = cast('struct irq_desc *', entry.value())
    // Since v6.10 it is a struct irqstat, which begins with the count.
    def counts = cpus.collect { per_cpu_ptr(cast('unsigned int *', desc.kstat_irqs), it) }
    if (!desc.action && !counts.any()) {
        continue
    }
    def data = desc.irq_data
    def chip = data.chip && data.chip.name ? data.chip.name.string_() : '-'
    def flow = desc.name ? "-${desc.name.string_()}" : ''
    println "${data.irq}".padLeft(4) + counts.collect { "$it".padLeft(11) }.join() +
            "  $chip ${data.hwirq}$flow ${actions(desc)}".stripTrailing()
}
