package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wyrm.base.bytes.ByteSlice;

/**
 * Our location lists of a file beside those that {@code readelf --debug-dump=loc} prints: offsets, bounds, views and
 * expressions. LLVM's reading of the section is of no use here: it takes GCC's views for lists.
 *
 * <p>readelf adds what it knows of the unit: to offsets of DIEs the unit's own; to
 * addresses without a base the unit's, which must then be the start of an address range.
 */
final class LocationComparison {

    private static final Pattern UNIT_DIE = Pattern.compile(
            "(?<=DW_OP_convert |DW_OP_GNU_parameter_ref: |regval_type: \\d{1,2} \\(\\w{2,4}\\) )<0x([0-9a-f]+)>");

    private static final Pattern LLVM_LIST = Pattern.compile("0x[0-9a-f]{8}: ");
    private static final Pattern LLVM_ENTRY =
            Pattern.compile(" +DW_LLE_(\\w+) +\\(0x([0-9a-f]+)(?:, 0x([0-9a-f]+))?\\)(?:: (.*))?");
    private static final Pattern OPERATION = Pattern.compile("DW_OP_\\w+");

    private final DebugFile file;
    private List<Long> addresses = List.of();
    private long base;
    private final List<Long> indexOffsets = new ArrayList<>();
    private final UnitEncoding encoding;
    private final LocationLists ours;
    private final TreeSet<Long> unitOffsets = new TreeSet<>();
    private final Set<Long> unitBases = new HashSet<>();
    private final List<String> differences = new ArrayList<>();
    private final List<String> entries = new ArrayList<>();
    private final List<String> expressions = new ArrayList<>();
    private OptionalLong viewsOffset = OptionalLong.empty();
    private OptionalLong listOffset = OptionalLong.empty();
    private String views = "";
    int lists;
    int ranges;
    int operations;

    LocationComparison(DebugFile file) {
        this.file = file;
        var isOld = file.section(".debug_loclists").byteSize() == 0;
        var section = file.section(isOld ? ".debug_loc" : ".debug_loclists");
        var offsetByteSize = !isOld && section.s32(0) == -1 ? 8 : 4;
        encoding = new UnitEncoding(isOld ? 4 : 5, offsetByteSize, file.addressByteSize());
        ours = LocationLists.of(section, encoding, file.addresses(), ZeroAddress.IS_CODE);
        var info = file.section(".debug_info");
        for (var offset = 0L; offset < info.byteSize(); offset = new UnitLength(info, offset).endOffset()) {
            unitOffsets.add(offset);
        }
        var ranges = UnitAddressRanges.parse(file.section(".debug_aranges"), ZeroAddress.IS_CODE);
        for (var index = 0; index < ranges.count(); index++) {
            unitBases.add(ranges.start(index));
        }
    }

    List<String> run() {
        file.print(this::accept, "readelf", "--wide", "--debug-dump=loc");
        return differences;
    }

    /**
     * Compares the lists of Clang's DWARF 5 with those that {@code llvm-dwarfdump --debug-loclists} prints: offsets,
     * bounds relative to the unit, names of operations. readelf before 2.41 adds up their offsets wrongly.
     */
    List<String> runLlvm() {
        addresses = file.addressesByLlvm();
        file.print(this::acceptLlvm, "llvm-dwarfdump", "--debug-loclists");
        endLlvmList();
        return differences;
    }

    private void acceptLlvm(String text) {
        var entry = LLVM_ENTRY.matcher(text);
        if (LLVM_LIST.matcher(text).matches()) {
            endLlvmList();
            listOffset = OptionalLong.of(Long.parseLong(text, 2, 10, 16));
        } else if (entry.matches()) {
            var first = Long.parseUnsignedLong(entry.group(2), 16);
            var second = entry.group(3) == null ? 0 : Long.parseUnsignedLong(entry.group(3), 16);
            switch (entry.group(1)) {
                case "base_addressx" -> base = addresses.get((int) first);
                case "offset_pair" -> addLlvm(base + first, base + second, entry.group(4));
                case "startx_length" -> {
                    var start = addresses.get((int) first);
                    addLlvm(start, start + second, entry.group(4));
                }
                default -> differences.add(text);
            }
        } else if (text.startsWith("0x") && listOffset.isEmpty()) {
            indexOffsets.add(Long.decode(text));
        }
    }

    private void addLlvm(long start, long end, String expression) {
        entries.add("%x-%x %s".formatted(start, end, operationNames(expression)));
    }

    private static String operationNames(String text) {
        return OPERATION.matcher(text).results().map(MatchResult::group).collect(Collectors.joining(" "));
    }

    private void endLlvmList() {
        if (listOffset.isPresent()) {
            var offset = listOffset.getAsLong();
            var list = ours.read(offset, 0);
            compare(
                    "list at 0x%x".formatted(offset),
                    list.entries().stream()
                            .map(entry -> text(entry) + " " + operationNames(text(entry.expression())))
                            .collect(Collectors.joining("; ")),
                    String.join("; ", entries));
            if (lists < indexOffsets.size()) {
                var listsBase = encoding.offsetByteSize() == 8 ? 20 : 12;
                compare(
                        "index " + lists,
                        "" + ours.offset(listsBase, lists),
                        "" + (listsBase + indexOffsets.get(lists)));
                compare("offset " + lists, "" + ours.offset(listsBase, lists), "" + offset);
            }
            lists++;
            entries.clear();
            base = 0;
        }
    }

    private void accept(String text) {
        if (text.length() < 14 || text.charAt(0) != ' ') {
            return;
        }
        if (text.endsWith("location view pair")) {
            viewsOffset = viewsOffset.isPresent() ? viewsOffset : OptionalLong.of(offset(text));
        } else if (text.endsWith("<End of list>")) {
            noteList(text);
            endList();
        } else if (text.endsWith("(base address)")) {
            noteList(text);
        } else if (text.contains(" views at ")) {
            noteList(text);
            views = " " + number(text, 14) + "," + number(text, secondColumn() + 1);
        } else if (text.charAt(13) != ' ' && text.contains("(")) {
            noteList(text);
            addEntry(text);
        }
    }

    private void noteList(String text) {
        if (listOffset.isEmpty() && text.charAt(4) != ' ') {
            listOffset = OptionalLong.of(offset(text));
        }
    }

    private static long offset(String text) {
        return Long.parseLong(text, 4, 12, 16);
    }

    /** {@return the number of 15 or 16 digits at a place, without leading zeros} */
    private static String number(String text, int at) {
        var end = text.indexOf(' ', at);
        return Long.toHexString(Long.parseUnsignedLong(text, at, end < 0 ? text.length() : end, 16));
    }

    private int secondColumn() {
        return 14 + 2 * file.addressByteSize();
    }

    private void addEntry(String line) {
        var text = line.replace(" [without DW_AT_frame_base]", "");
        entries.add(number(text, 13) + "-" + number(text, secondColumn()) + views);
        var end = text.contains(") (start ") ? text.lastIndexOf(" (start ") : text.length();
        expressions.add(text.substring(text.indexOf('(') + 1, end - 1));
        views = "";
    }

    private void endList() {
        var offset = listOffset.orElseThrow();
        var list = read(offset, 0);
        if (!list.entries().isEmpty() && !entries.isEmpty()) {
            var firstWord = entries.getFirst().substring(0, entries.getFirst().indexOf('-'));
            var base = Long.parseUnsignedLong(firstWord, 16)
                    - list.entries().getFirst().start();
            if (unitBases.contains(base)) {
                list = read(offset, base);
            }
        }
        var what = "list at 0x%x".formatted(offset);
        compare(
                what,
                list.entries().stream().map(LocationComparison::text).collect(Collectors.joining("; ")),
                String.join("; ", entries));
        for (var index = 0; index < Math.min(expressions.size(), list.entries().size()); index++) {
            var theirs = expressions.get(index);
            compare(
                    what,
                    text(list.entries().get(index).expression()),
                    UNIT_DIE.matcher(theirs).replaceAll(found -> inUnit(found.group(1))));
        }
        lists++;
        ranges += entries.size();
        entries.clear();
        expressions.clear();
        listOffset = OptionalLong.empty();
        viewsOffset = OptionalLong.empty();
    }

    /** {@return the offset of a DIE in the unit that it is of} */
    private String inUnit(String word) {
        var offset = Long.parseLong(word, 16);
        var unit = unitOffsets.floor(offset);
        return "<unit + 0x" + Long.toHexString(offset - (unit == null ? 0 : unit)) + ">";
    }

    private LocationList read(long offset, long unitBase) {
        return viewsOffset.isPresent()
                ? ours.readWithViews(offset, viewsOffset.getAsLong(), unitBase)
                : ours.read(offset, unitBase);
    }

    private static String text(LocationEntry entry) {
        return Long.toHexString(entry.start())
                + "-"
                + Long.toHexString(entry.end())
                + entry.views()
                        .map(pair -> " " + Long.toHexString(pair.start()) + "," + Long.toHexString(pair.end()))
                        .orElse("");
    }

    private String text(ByteSlice expression) {
        return text(Expression.parse(expression, encoding));
    }

    /** {@return an expression as readelf prints it} */
    private String text(Expression expression) {
        operations += expression.operations().size();
        return expression.operations().stream()
                .map(operation -> text(operation, expression))
                .collect(Collectors.joining("; "));
    }

    private String text(Operation operation, Expression expression) {
        var operands = operation.operands();
        var name = operation.operation().name();
        return switch (operation.operation().family()) {
            case DW_OP_lit0 -> name;
            case DW_OP_reg0 -> name + register(operands.getFirst());
            case DW_OP_breg0 -> name + register(operands.getFirst()) + ": " + text(operands.get(1));
            case DW_OP_bit_piece ->
                "%s: size: %s offset: %s ".formatted(name, text(operands.get(0)), text(operands.get(1)));
            case DW_OP_implicit_value -> {
                var bytes = ((Operand.Block) operands.getFirst()).bytes();
                var text = new StringBuilder(name + " " + bytes.byteSize() + " byte block: ");
                for (var at = 0L; at < bytes.byteSize(); at++) {
                    text.append(Integer.toHexString(bytes.u8(at))).append(' ');
                }
                yield text.toString();
            }
            case DW_OP_convert -> name + " " + text(operands.getFirst());
            case DW_OP_regval_type -> {
                var register = ((Operand.Register) operands.getFirst()).number();
                yield "%s: %d%s %s".formatted(name, register, register(operands.getFirst()), text(operands.get(1)));
            }
            case DW_OP_implicit_pointer -> name + ": " + text(operands.get(0)) + " " + text(operands.get(1));
            case DW_OP_entry_value -> name + ": (" + text(operands.getFirst()) + ")";
            case DW_OP_bra, DW_OP_skip -> name + ": " + distance(operation, expression);
            default -> operands.isEmpty() ? name : name + ": " + text(operands.getFirst());
        };
    }

    /** {@return by how many bytes a branch goes on, which is how readelf prints it} */
    private static long distance(Operation operation, Expression expression) {
        var index = ((Operand.Branch) operation.operands().getFirst()).operationIndex();
        var all = expression.operations();
        return index == all.size() ? Long.MIN_VALUE : all.get(index).offset() - operation.offset() - 3;
    }

    private String register(Operand register) {
        var names = file.addressByteSize() == 8
                ? "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip xmm0"
                : "eax ecx edx ebx esp ebp esi edi eip";
        return " (" + names.split(" ")[(int) ((Operand.Register) register).number()] + ")";
    }

    private String text(Operand operand) {
        return switch (operand) {
            case Operand.Unsigned number -> Long.toUnsignedString(number.value());
            case Operand.Signed number -> Long.toString(number.value());
            case Operand.Address address -> Long.toHexString(address.address());
            case Operand.BaseType type ->
                type.isGeneric() ? "<0>" : "<unit + 0x" + Long.toHexString(type.offsetInUnit()) + ">";
            case Operand.InfoDie die -> "<0x" + Long.toHexString(die.offset()) + ">";
            case Operand.UnitDie die -> "<unit + 0x" + Long.toHexString(die.offsetInUnit()) + ">";
            case Operand.Nested nested -> text(nested.expression());
            case Operand.AddressIndex index -> "index " + index.index();
            case Operand.Register register -> "register " + register.number();
            case Operand.Branch branch -> "operation " + branch.operationIndex();
            case Operand.Block block -> "block";
        };
    }

    private void compare(String what, String ours, String theirs) {
        if (!ours.equals(theirs) && differences.size() < 40) {
            var place = Arrays.mismatch(ours.toCharArray(), theirs.toCharArray());
            differences.add("%s: from character %d on %.80s, not %.80s"
                    .formatted(
                            what,
                            place,
                            ours.substring(Math.min(place, ours.length())),
                            theirs.substring(Math.min(place, theirs.length()))));
        }
    }
}
