package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * Our call frame information of a file beside that which readelf prints: each FDE, and each row of it.
 *
 * <p>Readelf prints {@code u} for a register that is undefined and for one of which nothing is said, and no row at all of
 * an FDE without instructions. Its names of registers are taken from what it prints of the instructions.
 */
final class CallFrameComparison {
    private static final Pattern REGISTER = Pattern.compile("\\br(\\d+) \\((%?\\w+)\\)");
    private static final Pattern FDE =
            Pattern.compile("([0-9a-f]+) [0-9a-f]+ [0-9a-f]+ FDE cie=([0-9a-f]+) pc=([0-9a-f]+)\\.\\.([0-9a-f]+)");
    private static final Pattern CIE =
            Pattern.compile("([0-9a-f]+) [0-9a-f]+ [0-9a-f]+ CIE \"(.*)\" cf=(\\d+) df=(-?\\d+) ra=(\\d+)");
    private static final Pattern CFA = Pattern.compile("([%\\w]+?)([+-]\\d+)");

    private final DebugFile file;
    private final String sectionName;
    private final CallFrameTable table;
    private final Map<Long, FrameDescriptionEntry> byOffset = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> differences = new ArrayList<>();
    private boolean isInSection;
    private boolean hasRestored;
    private @Nullable FrameDescriptionEntry entry;
    private List<String> columns = List.of();
    private final List<CallFrameRow> ours = new ArrayList<>();
    private int row;
    int entries;
    long rows;

    CallFrameComparison(DebugFile file, ByteSlice bytes, CallFrameSection.Kind kind) {
        this.file = file;
        sectionName = kind == CallFrameSection.Kind.EH_FRAME ? ".eh_frame" : ".debug_frame";
        var address = file.elf().findSection(sectionName).orElseThrow().address();
        // What was left out is in the file still, at address 0.
        table = new CallFrameTable(new CallFrameSection(
                bytes, kind, file.addressByteSize(), ZeroAddress.IS_CODE, PointerBases.ofSection(address)));
        for (var index = 0; index < table.count(); index++) {
            var each = table.entry(index);
            byOffset.put(each.offset(), each);
            if (each.startAddress() != table.startAddress(index) || each.endAddress() != table.endAddress(index)) {
                differ("FDE 0x%x is not as in the index".formatted(each.offset()));
            }
        }
    }

    static CallFrameComparison debugFrame(DebugFile file) {
        return new CallFrameComparison(file, file.section(".debug_frame"), CallFrameSection.Kind.DEBUG_FRAME);
    }

    static CallFrameComparison ehFrame(DebugFile file) {
        return new CallFrameComparison(file, file.section(".eh_frame"), CallFrameSection.Kind.EH_FRAME);
    }

    List<String> run() {
        table.problems().forEach(problem -> differ(problem.getMessage()));
        file.print(this::acceptInstruction, "readelf", "-wNf");
        isInSection = false;
        file.print(this::accept, "readelf", "-wNF");
        finish();
        if (!byOffset.isEmpty()) {
            differ("FDEs that readelf has not: " + byOffset.size());
        }
        return differences;
    }

    /**
     * Compares the rows of an x86-64 file with those of LLVM, which tells what readelf does not, and expressions. LLVM 14
     * does not give back the CFA that was remembered; there only the other rules are compared.
     */
    List<String> runLlvm() {
        var option = sectionName.equals(".eh_frame") ? "--eh-frame" : "--debug-frame";
        var text = new LlvmRows();
        file.print(
                line -> {
                    if (line.startsWith(".") && line.endsWith(" contents:")) {
                        isInSection = line.startsWith(sectionName + " ");
                    } else if (isInSection && line.contains(" FDE cie=")) {
                        entry = byOffset.remove(hex(line.substring(0, 8)));
                        entries++;
                        hasRestored = false;
                        ours.clear();
                        row = 0;
                        if (entry != null) {
                            entry.forEachRow(ours::add);
                        }
                    } else if (line.startsWith("  DW_CFA_restore_state")) {
                        hasRestored = true;
                    } else if (entry != null && line.startsWith("  0x")) {
                        rows++;
                        var our = row < ours.size() ? text.of(ours.get(row)) : "none";
                        compare("row", rules(our), rules(line.strip()));
                        row++;
                        entry = row == ours.size() ? null : entry;
                    }
                },
                "llvm-dwarfdump",
                option);
        if (!byOffset.isEmpty()) {
            differ("FDEs that LLVM has not: " + byOffset.size());
        }
        return differences;
    }

    private String rules(String row) {
        return hasRestored ? row.replaceFirst("CFA=[^:]*", "") : row;
    }

    private void acceptInstruction(String text) {
        var matcher = REGISTER.matcher(text);
        while (matcher.find()) {
            numbers.put(matcher.group(2), Integer.parseInt(matcher.group(1)));
        }
    }

    private void accept(String text) {
        if (text.startsWith("Contents of the ")) {
            finish();
            isInSection = text.contains(sectionName + " ");
            return;
        }
        var fde = FDE.matcher(text);
        if (!isInSection || text.isBlank() || text.endsWith("ZERO terminator")) {
            return;
        }
        if (fde.matches()) {
            finish();
            start(hex(fde.group(1)), hex(fde.group(2)), hex(fde.group(3)), hex(fde.group(4)));
        } else if (text.contains(" CIE ")) {
            finish();
            acceptCie(text);
        } else if (text.stripLeading().startsWith("LOC ")) {
            columns = List.of(text.strip().split(" +"));
        } else if (entry != null) {
            acceptRow(text);
        }
    }

    private void acceptCie(String text) {
        var matcher = CIE.matcher(text);
        if (!matcher.matches()) {
            differ("readelf prints " + text);
            return;
        }
        var cie = CommonInformationEntry.read(table.section(), hex(matcher.group(1)));
        compare(
                text,
                "%s %d %d %d"
                        .formatted(
                                cie.augmentation(),
                                cie.codeAlignmentFactor(),
                                cie.dataAlignmentFactor(),
                                cie.returnAddressRegister()),
                "%s %s %s %s".formatted(matcher.group(2), matcher.group(3), matcher.group(4), matcher.group(5)));
    }

    private void start(long offset, long cieOffset, long start, long end) {
        entries++;
        entry = byOffset.remove(offset);
        if (entry == null) {
            if (start != end) {
                differ("we have no FDE 0x%x".formatted(offset));
            }
            return;
        }
        compare(
                "FDE 0x%x".formatted(offset),
                "%x %x %x".formatted(entry.cie().offset(), entry.startAddress(), entry.endAddress()),
                "%x %x %x".formatted(cieOffset, start, end));
        ours.clear();
        entry.forEachRow(ours::add);
        row = 0;
        for (var each : ours) {
            var found = entry.row(each.startAddress());
            if (found.startAddress() != each.startAddress() || !text(found).equals(text(each))) {
                differ("FDE 0x%x: another row for 0x%x".formatted(offset, each.startAddress()));
            }
        }
    }

    private void finish() {
        if (entry != null && row != ours.size() && !(row == 0 && ours.size() == 1)) {
            differ("FDE 0x%x has %d rows, we %d".formatted(entry.offset(), row, ours.size()));
        }
        entry = null;
    }

    private void acceptRow(String text) {
        rows++;
        // A register that has the value is printed as in instructions.
        var words = REGISTER.matcher(text.strip()).replaceAll("r$1").split(" +");
        if (row == ours.size()) {
            differ("FDE 0x%x: we end before %s".formatted(entry.offset(), text));
            return;
        }
        var our = ours.get(row++);
        var theirs = new ArrayList<String>();
        theirs.add("%x".formatted(hex(words[0])));
        theirs.add(cfa(words[1]));
        var named = new ArrayList<Integer>();
        for (var index = 2; index < words.length; index++) {
            var register = columns.get(index).equals("ra") ? our.returnAddressRegister() : number(columns.get(index));
            named.add(register);
            theirs.add(rule(register, words[index]));
        }
        our.registers()
                .filter(register -> !named.contains(register))
                .forEach(register -> differ("FDE 0x%x: register %d".formatted(entry.offset(), register)));
        var words2 = new ArrayList<String>();
        words2.add("%x".formatted(our.startAddress()));
        words2.add(cfa(our));
        named.forEach(register -> words2.add(register + "=" + rule(our, register)));
        compare("FDE 0x%x".formatted(entry.offset()), words2.toString(), theirs.toString());
    }

    private String text(CallFrameRow our) {
        var text = new StringBuilder(cfa(our));
        our.registers()
                .forEach(register ->
                        text.append(' ').append(register).append('=').append(rule(our, register)));
        return text.toString();
    }

    private static String cfa(CallFrameRow our) {
        return switch (our.cfaRule()) {
            case UNDEFINED -> "none";
            case REGISTER_OFFSET -> our.cfaRegister() + " " + our.cfaOffset();
            case EXPRESSION -> "exp";
        };
    }

    private String cfa(String theirs) {
        var matcher = CFA.matcher(theirs);
        return matcher.matches() ? number(matcher.group(1)) + " " + Long.parseLong(matcher.group(2)) : theirs;
    }

    private static String rule(CallFrameRow our, int register) {
        return switch (our.rule(register)) {
            case UNSPECIFIED, UNDEFINED -> "u";
            case SAME_VALUE -> "s";
            case OFFSET -> "c%+d".formatted(our.offset(register));
            case VAL_OFFSET -> "v%+d".formatted(our.offset(register));
            case REGISTER -> "" + our.otherRegister(register);
            case EXPRESSION -> "exp";
            case VAL_EXPRESSION -> "vexp";
        };
    }

    private String rule(int register, String theirs) {
        var isRegister = !theirs.matches("[us]|[cv][+-]\\d+|exp|vexp");
        return register + "=" + (isRegister ? number(theirs) : theirs);
    }

    private int number(String name) {
        var number = numbers.get(name);
        return number != null ? number : Integer.parseInt(name.substring(1));
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    private void compare(String what, String our, String theirs) {
        if (!our.equals(theirs)) {
            differ(what + ": " + our + ", not " + theirs);
        }
    }

    private void differ(String what) {
        if (differences.size() < 20) {
            differences.add(sectionName + ": " + what);
        }
    }
}
