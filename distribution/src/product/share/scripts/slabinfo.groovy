#!/usr/bin/env -S wyrm script
// Slab caches as /proc/slabinfo counts them: objects in use and in all, bytes of one, objects and pages of a slab,
// slabs. Objects that a CPU keeps for itself count as used. The kernel's allocator is to be SLUB.
// Arguments: names of caches; none means all.

// Until v5.17, a slab was described by the struct page of its first page.
def slabType = 'struct slab'
try {
    prog.type(slabType)
} catch (org.wyrm.base.error.LookupFailedException e) {
    slabType = 'struct page'
}

println 'NAME                           USED OBJECTS   BYTES PER_SLAB PAGES   SLABS'
for (cache in list_for_each_entry('struct kmem_cache', prog['slab_caches'].address_of_(), 'list')) {
    def name = cache.name.string_()
    if (args && !(name in args)) {
        continue
    }
    def objects = 0L
    def slabs = 0L
    def free = 0L
    for (node in cache.node[0..<nr_node_ids()].findAll { it }) {
        objects += node.total_objects.counter
        slabs += node.nr_slabs.counter
        for (slab in list_for_each_entry(slabType, node.partial.address_of_(), 'slab_list')) {
            free += slab.objects - slab.inuse
        }
    }
    def perSlab = cache.oo.x & 0xffff
    def pages = 1 << (cache.oo.x >> 16)
    printf('%-28s %6s %7s %7s %8s %5s %7s%n', name, objects - free, objects, cache.size, perSlab, pages, slabs)
}
