package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wyrm.dwarf.constants.DwRangeListEntry;

/** Our range lists and address ranges of a file beside those that {@code llvm-dwarfdump} prints. */
final class RangeComparison {
    private static final Pattern ENTRY =
            Pattern.compile("0x([0-9a-f]+): \\[(DW_RLE_\\w+) *](?:: +0x([0-9a-f]+)(?:, 0x([0-9a-f]+))?.*)?");
    private static final Pattern PAIR = Pattern.compile("([0-9a-f]{8}) (?:<End of list>|([0-9a-f]+) ([0-9a-f]+))");
    private static final Pattern SET = Pattern.compile(".*cu_offset = (0x[0-9a-f]+),.*");
    private static final Pattern RANGE = Pattern.compile("\\[(0x[0-9a-f]+), (0x[0-9a-f]+)\\)");

    private final DebugFile file;
    private final List<String> differences = new ArrayList<>();
    private List<Long> addresses = List.of();
    private final List<String> entries = new ArrayList<>();
    private long listOffset = -1;
    private long base;
    int lists;
    int ranges;
    int unitRanges;

    RangeComparison(DebugFile file) {
        this.file = file;
    }

    /**
     * Compares {@code .debug_rnglists}, list by list. LLVM and we take 0 for the units' bases. LLVM takes indexes of
     * addresses for addresses, so they are looked up here, in what it prints of {@code .debug_addr}.
     */
    List<String> runLists() {
        addresses = file.addressesByLlvm();
        file.print(this::acceptEntry, "llvm-dwarfdump", "-v", "--debug-rnglists");
        return differences;
    }

    private void acceptEntry(String text) {
        var matcher = ENTRY.matcher(text);
        if (!matcher.matches()) {
            return;
        }
        listOffset = listOffset < 0 ? Long.parseLong(matcher.group(1), 16) : listOffset;
        var first = matcher.group(3) == null ? 0 : Long.parseUnsignedLong(matcher.group(3), 16);
        var second = matcher.group(4) == null ? 0 : Long.parseUnsignedLong(matcher.group(4), 16);
        switch (DwRangeListEntry.valueOf(matcher.group(2))) {
            case DW_RLE_end_of_list -> {
                var ours = new RangeLists(
                        file.section(".debug_rnglists"),
                        new UnitEncoding(5, 4, file.addressByteSize()),
                        file.addresses(),
                        ZeroAddress.IS_CODE);
                compare("list at 0x%x".formatted(listOffset), text(ours.read(listOffset, 0)), text(entries));
                lists++;
                entries.clear();
                listOffset = -1;
                base = 0;
            }
            case DW_RLE_base_address -> base = first;
            case DW_RLE_base_addressx -> base = addresses.get((int) first);
            case DW_RLE_offset_pair -> addRange(base + first, base + second);
            case DW_RLE_start_end -> addRange(first, second);
            case DW_RLE_start_length -> addRange(first, first + second);
            case DW_RLE_startx_endx -> addRange(addresses.get((int) first), addresses.get((int) second));
            case DW_RLE_startx_length -> addRange(addresses.get((int) first), addresses.get((int) first) + second);
        }
    }

    private void addRange(long start, long end) {
        if (start != end) {
            ranges++;
            entries.add("%x-%x".formatted(start, end));
        }
    }

    /** Compares {@code .debug_ranges}, list by list. Neither LLVM nor we know the units' bases. */
    List<String> runPairs() {
        var ours = new RangeLists(
                file.section(".debug_ranges"),
                new UnitEncoding(4, 4, file.addressByteSize()),
                file.addresses(),
                ZeroAddress.IS_CODE);
        file.print(
                text -> {
                    var matcher = PAIR.matcher(text);
                    if (matcher.matches() && matcher.group(3) != null) {
                        if (!matcher.group(2).equals(matcher.group(3))) {
                            entries.add(range("0x" + matcher.group(2), "0x" + matcher.group(3)));
                            ranges++;
                        }
                    } else if (matcher.matches()) {
                        var offset = Long.parseLong(matcher.group(1), 16);
                        compare("list at 0x%x".formatted(offset), text(ours.read(offset, 0)), text(entries));
                        entries.clear();
                        lists++;
                    }
                },
                "llvm-dwarfdump",
                "--debug-ranges");
        return differences;
    }

    private static String text(RangeList list) {
        return IntStream.range(0, list.count())
                .mapToObj(index -> "%x-%x".formatted(list.start(index), list.end(index)))
                .collect(Collectors.joining(" "));
    }

    private static String text(List<String> entries) {
        return String.join(" ", entries);
    }

    private static String range(String start, String end) {
        return "%x-%x"
                .formatted(
                        Long.parseUnsignedLong(start.substring(2), 16), Long.parseUnsignedLong(end.substring(2), 16));
    }

    /** Compares {@code .debug_aranges}, range by range. */
    List<String> runUnits() {
        var ours = UnitAddressRanges.parse(file.section(".debug_aranges"), ZeroAddress.IS_CODE);
        var unitOffset = new long[1];
        var missing = new ArrayList<Integer>();
        file.print(
                text -> {
                    var set = SET.matcher(text);
                    var range = RANGE.matcher(text);
                    if (set.matches()) {
                        unitOffset[0] = Long.decode(set.group(1));
                    } else if (range.matches() && !range.group(1).equals(range.group(2))) {
                        if (unitRanges < ours.count()) {
                            var start = ours.start(unitRanges);
                            compare(
                                    "range " + unitRanges,
                                    "%x: %x-%x"
                                            .formatted(
                                                    ours.unitOffset(unitRanges),
                                                    start,
                                                    start + ours.byteSize(unitRanges)),
                                    "%x: %s".formatted(unitOffset[0], range(range.group(1), range.group(2))));
                        } else {
                            missing.add(unitRanges);
                        }
                        unitRanges++;
                    }
                },
                "llvm-dwarfdump",
                "--debug-aranges");
        compare("count of ranges", ours.count() + missing.size() + "", unitRanges + "");
        return differences;
    }

    private void compare(String what, String ours, String theirs) {
        if (!ours.equals(theirs) && differences.size() < 20) {
            differences.add(what + ": " + ours + ", not " + theirs);
        }
    }
}
