#!/usr/bin/env -S wyrm script
// What the kernel knows of the page at an address of a process: its struct page, flags, how often it is used and
// mapped, and what it is a page of. Of x86-64.
// Arguments: PID ADDRESS, the address in hexadecimal.

if (args.size() != 2) {
    System.err.println 'usage: wyrm script show_page_info PID ADDRESS'
    exit(2)
}
def place = vtop(args[1], task: args[0])[0]
if (place.fault) {
    System.err.println "show_page_info: ${args[1]} of ${args[0]}: ${place.fault}"
    exit(1)
}

def frame = place.physical_address.value() >> 12
def page = cast('struct page *', prog['vmemmap_base']) + frame

// Of a compound page, the first one has most of what is known; the others have its address and a bit.
def head = page.compound_head & 1 ? cast('struct page *', page.compound_head - 1) : page
def isCompound = page != head || head.flags & (1 << prog['PG_head'])

def flags(page) {
    def names = []
    for (def flag = prog['pageflag_names'][0].address_of_(); flag.name; flag++) {
        if (page.flags & flag.mask) {
            names << flag.name.string_()
        }
    }
    names.join('|')
}

def contents(head, page) {
    def mapping = cast('unsigned long', head.mapping)
    if (!mapping) {
        return 'none'
    }
    if (mapping & 3) {
        return mapping & 2 ? 'movable or KSM' : 'anonymous memory'
    }
    def inode = head.mapping.host
    def block = inode.i_sb
    def file = "inode ${inode.i_ino} of ${block.s_type.name.string_()}, ${inode_path(inode) ?: 'which has no name'}"
    // Until v6.7, hugetlbfs counted in huge pages.
    block.s_type.name == 'hugetlbfs' ? file : "page ${head.index + (page - head)} of $file"
}

println "physical  ${place.physical_address}"
println "page      $page" + (page == head ? '' : ", of $head")
println "flags     ${flags(head)}"
println "used      ${head._refcount.counter}"
println 'mapped    ' + (isCompound ? 'not told of a compound page' : "${page._mapcount.counter + 1}")
println "contents  ${contents(head, page)}"
