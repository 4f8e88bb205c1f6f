package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Our range lists and address ranges of a file beside those that {@code llvm-dwarfdump} prints. */
final class RangeComparison {
    private static final Pattern ENTRY =
            Pattern.compile("0x([0-9a-f]+): \\[(DW_RLE_\\w+) *](?:.*\\[(0x[0-9a-f]+), (0x[0-9a-f]+)\\))?.*");
    private static final Pattern SET = Pattern.compile(".*cu_offset = (0x[0-9a-f]+),.*");
    private static final Pattern RANGE = Pattern.compile("\\[(0x[0-9a-f]+), (0x[0-9a-f]+)\\)");

    private final DebugFile file;
    private final List<String> differences = new ArrayList<>();
    int lists;
    int ranges;
    int unitRanges;

    RangeComparison(DebugFile file) {
        this.file = file;
    }

    /** Compares {@code .debug_rnglists}, list by list. LLVM and we take 0 for the units' bases. */
    List<String> runLists() {
        var ours = new RangeLists(
                file.section(".debug_rnglists"), new UnitEncoding(5, 4, 8), AddressTable.none(), ZeroAddress.IS_CODE);
        var entries = new ArrayList<String>();
        var offset = new long[] {-1};
        file.print(
                text -> {
                    var matcher = ENTRY.matcher(text);
                    if (!matcher.matches()) {
                        return;
                    }
                    offset[0] = offset[0] < 0 ? Long.parseLong(matcher.group(1), 16) : offset[0];
                    if (matcher.group(2).equals("DW_RLE_end_of_list")) {
                        compare("list at 0x%x".formatted(offset[0]), text(ours.read(offset[0], 0)), text(entries));
                        lists++;
                        entries.clear();
                        offset[0] = -1;
                    } else if (matcher.group(3) != null && !matcher.group(3).equals(matcher.group(4))) {
                        ranges++;
                        entries.add(range(matcher.group(3), matcher.group(4)));
                    }
                },
                "llvm-dwarfdump",
                "-v",
                "--debug-rnglists");
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
