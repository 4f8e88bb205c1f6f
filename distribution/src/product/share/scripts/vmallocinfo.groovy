#!/usr/bin/env -S wyrm script
// The areas that the kernel mapped for itself, as /proc/vmallocinfo shows them, by address: begin, end, bytes, who
// asked. Areas that are given up, but not yet unmapped, are left out.
// Arguments: none.

// Since v6.9 they are spread over nodes.
def lists = []
if ('vmap_area_list' in prog) {
    lists << prog['vmap_area_list']
} else {
    def nodes = Object('struct vmap_node *', address: prog.symbol('vmap_nodes').address)
    lists = (0..<prog['nr_vmap_nodes'].value_()).collect { nodes[it].busy.head }
}
def areas = lists.collectMany { list_for_each_entry('struct vmap_area', it.address_of_(), 'list').toList() }
def kinds = [1: 'ioremap', 2: 'vmalloc', 4: 'vmap', 8: 'user', 0x10: 'dma-coherent', 0x1000: 'sparse']

for (area in areas.sort { it.va_start.value_() }) {
    def bytes = area.va_end - area.va_start
    def vm = area.vm
    if (!vm) {
        printf('0x%016x-0x%016x %7d vm_map_ram%n', area.va_start, area.va_end, bytes)
        continue
    }
    def words = []
    if (vm.caller) {
        try {
            def place = sym(vm.caller)[0]
            words << place.name + sprintf('+0x%x', place.offset_bytes)
        } catch (org.wyrm.base.error.LookupFailedException e) {
            words << "${vm.caller}"
        }
    }
    if (vm.nr_pages) {
        words << "pages=${vm.nr_pages}"
    }
    if (vm.phys_addr) {
        words << sprintf('phys=0x%016x', vm.phys_addr.value_())
    }
    words.addAll(kinds.findAll { bit, kind -> vm.flags & bit }.values())
    printf('0x%016x-0x%016x %7d %s%n', area.va_start, area.va_end, bytes, words.join(' '))
}
