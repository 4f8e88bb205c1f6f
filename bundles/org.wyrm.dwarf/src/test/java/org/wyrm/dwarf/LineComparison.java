package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Our line tables of a file beside those that {@code llvm-dwarfdump --debug-line} prints. */
final class LineComparison {
    private static final Pattern TABLE = Pattern.compile("debug_line\\[0x([0-9a-f]+)]");
    private static final Pattern ENTRY =
            Pattern.compile("(include_directories|file_names)\\[ *(\\d+)](?: = \"(.*)\"|:)");
    private static final Pattern FIELD =
            Pattern.compile(" +(name|dir_index|mod_time|length|md5_checksum): (?:\"(.*)\"|(?:0x)?([0-9a-f]+))");

    private final DebugFile file;
    private final List<String> differences = new ArrayList<>();
    private @Nullable LineHeader header;
    private @Nullable LineProgram program;
    private int entry;
    int tables;
    int names;
    long rows;

    LineComparison(DebugFile file) {
        this.file = file;
    }

    List<String> run() {
        file.print(this::accept, "llvm-dwarfdump", "--debug-line");
        finish();
        return differences;
    }

    private void accept(String text) {
        if (text.startsWith("0x")) {
            row(text);
        } else if (text.startsWith("debug_line[")) {
            finish();
            var matcher = TABLE.matcher(text);
            matcher.lookingAt();
            header = LineHeader.parse(
                    file.section(".debug_line"), Long.parseLong(matcher.group(1), 16), file.addressByteSize());
            program = new LineProgram(header);
            tables++;
        } else if (text.startsWith("include_directories") || text.startsWith("file_names")) {
            entry(text);
        } else if (text.startsWith("   ")) {
            field(text);
        }
    }

    private void finish() {
        if (program != null && program.next()) {
            differ("ours goes on at 0x%x".formatted(program.address()));
        }
    }

    private void entry(String text) {
        var matcher = ENTRY.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException(text);
        }
        entry = Integer.parseInt(matcher.group(2));
        if (matcher.group(3) != null) {
            names++;
            compare(text, header.directories().name(entry, file.lineStrings()), matcher.group(3));
        }
    }

    private void field(String text) {
        var matcher = FIELD.matcher(text);
        if (matcher.matches()) {
            switch (matcher.group(1)) {
                case "name" -> {
                    names++;
                    compare(text, header.files().name(entry, file.lineStrings()), matcher.group(2));
                }
                case "dir_index" -> compare(text, "" + header.files().directoryIndex(entry), matcher.group(3));
                case "mod_time" -> compare(text, hex(header.files().modificationTime(entry)), matcher.group(3));
                case "length" -> compare(text, hex(header.files().byteSize(entry)), matcher.group(3));
                default -> {
                    var digest = header.files().md5(entry).orElseThrow();
                    compare(text, java.util.HexFormat.of().formatHex(digest), matcher.group(3));
                }
            }
        }
    }

    private static String hex(OptionalLong number) {
        return "%08x".formatted(number.orElse(0));
    }

    private void row(String text) {
        rows++;
        if (!program.next()) {
            differ("ours ends before " + text);
            return;
        }
        compare("row", ours(), text.stripTrailing());
    }

    /** {@return our row as LLVM prints it} */
    private String ours() {
        var flags = program.flags();
        var text = new StringBuilder(96).append("0x").append(hex16(program.address()));
        pad(text.append(' '), program.line(), 6);
        pad(text.append(' '), program.column(), 6);
        pad(text.append(' '), program.file(), 6);
        pad(text.append(' '), program.isa(), 3);
        pad(text.append(' '), program.discriminator(), 13);
        text.append(' ');
        text.append((flags & LineProgram.IS_STATEMENT) != 0 ? " is_stmt" : "");
        text.append((flags & LineProgram.BASIC_BLOCK) != 0 ? " basic_block" : "");
        text.append((flags & LineProgram.PROLOGUE_END) != 0 ? " prologue_end" : "");
        text.append((flags & LineProgram.EPILOGUE_BEGIN) != 0 ? " epilogue_begin" : "");
        text.append((flags & LineProgram.END_SEQUENCE) != 0 ? " end_sequence" : "");
        return text.toString().stripTrailing();
    }

    private static String hex16(long number) {
        var digits = Long.toHexString(number);
        return "0".repeat(16 - digits.length()) + digits;
    }

    private static void pad(StringBuilder text, int number, int width) {
        var digits = Integer.toUnsignedString(number);
        text.repeat(' ', Math.max(0, width - digits.length())).append(digits);
    }

    private void compare(String what, String ours, String theirs) {
        if (!ours.equals(theirs)) {
            differ(what + ": " + ours + ", not " + theirs);
        }
    }

    private void differ(String what) {
        if (differences.size() < 20) {
            differences.add("table 0x%x: %s".formatted(header.offset(), what));
        }
    }
}
