package org.wyrm.symbols.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.LineHeader;
import org.wyrm.dwarf.LineNames;
import org.wyrm.dwarf.LineStringForm;

/** Numbers for the source files of all units, the same for the same file. Confined to one thread. */
final class FileNames {
    /** Together: paths may be made of few bytes each. */
    private static final long MAX_PATH_CHARS = 1 << 26;

    private final DwarfInfo main;
    private final boolean areTextsMerged;

    /** By what a unit calls a file. */
    private final LongTable numbers = new LongTable();

    /** Several names may lead to one file. */
    private final LongTable byPath = new LongTable();

    private final List<String> paths = new ArrayList<>(List.of(""));
    private long[] identities = new long[256];

    /** Of the present unit: the number of each of its files, 0 for those not yet asked for. */
    private int[] ofUnit = new int[256];

    private @Nullable DwarfUnit unit;
    private @Nullable LineHeader header;
    private boolean read;

    /** Where the numbers of the present unit end, 0 before its header was read. */
    private int knownEnd;
    /** Another unit that the present one refers to. */
    private @Nullable DwarfUnit other;

    private @Nullable LineHeader otherHeader;
    private long pathChars;

    /** @param main whose units have their texts in the same sections */
    FileNames(DwarfInfo main) {
        this.main = main;
        this.areTextsMerged = main.sections().areTextsMerged();
    }

    /** Goes to a unit. */
    void start(DwarfUnit next) {
        unit = next;
        header = null;
        read = false;
        knownEnd = 0;
    }

    /** {@return the number of a file by its number in the unit, 0 if it is not known yet} */
    int known(long file) {
        return file > 0 && file < knownEnd ? ofUnit[(int) file] : 0;
    }

    /** {@return the number of a file by its number in the unit; 0 where there is none} */
    int number(int file) {
        var already = known(file);
        if (already != 0) {
            return already;
        }
        if (file <= 0) {
            return 0;
        }
        var known = header();
        if (known == null || !known.files().has(file)) {
            return 0;
        }
        var number = ofUnit[file];
        if (number == 0) {
            number = find(Objects.requireNonNull(unit), known, file);
            ofUnit[file] = number;
        }
        return number;
    }

    /** {@return the number of a file by its number in another unit; 0 where there is none} */
    int number(DwarfUnit of, int file) {
        if (of != other) {
            other = of;
            otherHeader = null;
            otherHeader = of.lineHeader().orElse(null);
        }
        var known = otherHeader;
        return file <= 0 || known == null || !known.files().has(file) ? 0 : find(of, known, file);
    }

    private @Nullable LineHeader header() {
        var of = unit;
        if (!read && of != null) {
            read = true;
            header = of.lineHeader().orElse(null);
            if (header != null) {
                var end = header.files().endIndex();
                if (ofUnit.length < end) {
                    ofUnit = new int[end * 2];
                } else {
                    Arrays.fill(ofUnit, 0, end, 0);
                }
                knownEnd = end;
            }
        }
        return header;
    }

    private int find(DwarfUnit of, LineHeader known, int file) {
        var identity = LongTable.mix(identity(of, known, file));
        var number = numbers.find(identity);
        if (number < 0) {
            var path = SourcePath.normalized(of.filePath(known, known.files(), file));
            pathChars += path.length();
            if (pathChars > MAX_PATH_CHARS) {
                return 0;
            }
            number = number(path);
            numbers.add(identity, number);
        }
        return number;
    }

    /** {@return the number of a file by its path} */
    int number(String path) {
        var identity = LongTable.mix(hash(path));
        var number = byPath.find(identity);
        if (number < 0) {
            number = paths.size();
            byPath.add(identity, number);
            paths.add(path);
            if (number == identities.length) {
                identities = Arrays.copyOf(identities, number * 2);
            }
            identities[number] = identity;
        }
        return number;
    }

    /** {@return what two units share if a file of theirs has the same name in the same directory} */
    private long identity(DwarfUnit of, LineHeader known, int file) {
        var files = known.files();
        var directories = known.directories();
        var directory = files.directoryIndex(file);
        if (isOfSection(of, files) && isOfSection(of, directories)) {
            var ofDirectory = directories.has(directory) ? directories.nameOffset(directory) + 1L : 0;
            return LongTable.mix(ofDirectory) + files.nameOffset(file) + 1L;
        }
        var ofDirectory = directories.has(directory) ? identity(of, directories, directory) : 0;
        return LongTable.mix(ofDirectory) + identity(of, files, file);
    }

    private boolean isOfSection(DwarfUnit of, LineNames names) {
        return areTextsMerged
                && of.info() == main
                && (names.form() == LineStringForm.LINE_STRING || names.form() == LineStringForm.STRING);
    }

    private long identity(DwarfUnit of, LineNames names, int index) {
        return isOfSection(of, names) ? names.nameOffset(index) + 1L : hash(names.name(index, of.lineStrings()));
    }

    private static long hash(String text) {
        var hash = 1L;
        for (var at = 0; at < text.length(); at++) {
            hash = hash * 0x100_0000_01b3L + text.charAt(at);
        }
        return hash;
    }

    /** {@return what tells a file from others, in every thread} */
    long identity(int number) {
        return identities[number];
    }

    /** {@return the path of each file, by its number} */
    List<String> paths() {
        return paths;
    }
}
