#!/usr/bin/env -S wyrm script
// The ranges of memory that /proc/kcore offers: begin, bytes, what is there.
// Arguments: none.

for (range in list_for_each_entry('struct kcore_list', prog['kclist_head'].address_of_(), 'list')) {
    def kind = cast('enum kcore_type', range.member_('type')).format_() - '(enum kcore_type)'
    printf('0x%016x %18d %s%n', range.addr, range.size, kind)
}
