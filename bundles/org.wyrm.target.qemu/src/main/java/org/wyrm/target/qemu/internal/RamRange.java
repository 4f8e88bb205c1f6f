package org.wyrm.target.qemu.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.wyrm.base.address.AddressRange;

/**
 * The parts of a guest's physical addresses where memory is: lines of {@code info mtree -f} below the view that the machine
 * has.
 *
 * <pre>
 * FlatView #2
 *  AS "memory", root: system
 *  Root memory region: system
 *   0000000000000000-000000000009ffff (prio 0, ram): ram
 *   00000000000a0000-00000000000bffff (prio 1, i/o): vga-lowmem
 *   00000000000c0000-00000000000c9fff (prio 0, rom): ram @00000000000c0000
 * </pre>
 *
 * <p>What is not memory is never read: a device may take a read for an order.
 */
final class RamRange {
    private static final String VIEW = "FlatView #";
    private static final String MACHINE = " AS \"memory\", root: system";
    private static final Pattern LINE =
            Pattern.compile(" +([0-9a-f]{16})-([0-9a-f]{16}) \\(prio -?[0-9]{1,10}, (?:nv-)?(ram|rom)\\): .*");
    private static final int PAGE_BYTES = 1 << 12;

    /** More than any machine has. */
    private static final int MOST_RANGES = 1 << 12;

    private RamRange() {}

    /** {@return them, whole pages, in QEMU's order, which is that of the addresses} */
    static List<AddressRange> parse(QmpLink link, String tree) {
        var ranges = new ArrayList<AddressRange>();
        var isMachine = false;
        for (var line : tree.lines().toList()) {
            if (line.startsWith(VIEW)) {
                isMachine = false;
            } else if (line.equals(MACHINE)) {
                isMachine = true;
            } else if (isMachine) {
                add(link, ranges, line);
            }
        }
        if (ranges.isEmpty()) {
            throw link.malformed("'info mtree -f' names no memory of the machine: " + QmpLink.words(tree));
        }
        return ranges;
    }

    private static void add(QmpLink link, List<AddressRange> ranges, String line) {
        var parts = LINE.matcher(line);
        if (!parts.matches()) {
            return;
        }
        var first = Long.parseUnsignedLong(parts.group(1), 16) + PAGE_BYTES - 1 & -PAGE_BYTES;
        var last = (Long.parseUnsignedLong(parts.group(2), 16) + 1 & -PAGE_BYTES) - 1;
        if (last < 0
                || first < 0
                || !ranges.isEmpty() && first <= ranges.getLast().lastAddress()) {
            throw link.malformed("'info mtree -f' has a range that cannot be: " + QmpLink.words(line));
        }
        if (ranges.size() == MOST_RANGES) {
            throw link.malformed("'info mtree -f' has more than %d ranges".formatted(MOST_RANGES));
        }
        if (first < last) {
            ranges.add(new AddressRange(first, last));
        }
    }
}
