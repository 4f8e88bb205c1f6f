package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.DW_AT_stmt_list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.LineFiles;

/** Numbers for the source files of all units, the same for the same file. Confined to one thread. */
final class FileNames {
    private final LineFiles files = new LineFiles();
    private final LongTable numbers = new LongTable();
    private final List<String> paths = new ArrayList<>(List.of(""));
    private long[] identities = new long[256];

    /** Of the present unit: the number of each of its files, 0 for those not yet asked for. */
    private int[] ofUnit = new int[256];

    private @Nullable DwarfUnit unread;
    private int fileCount;

    /** Goes to a unit. */
    void start(DwarfUnit unit) {
        unread = unit;
        fileCount = 0;
    }

    /** {@return the number of a file by its number in the unit; 0 where there is none} */
    int number(int file) {
        if (unread != null) {
            read(unread);
        }
        if (file <= 0 || file >= fileCount) {
            return 0;
        }
        var number = ofUnit[file];
        return number != 0 ? number : find(file);
    }

    private void read(DwarfUnit unit) {
        unread = null;
        var table = unit.root().number(DW_AT_stmt_list);
        if (table.isPresent()) {
            files.read(unit, table.getAsLong());
            fileCount = files.fileCount();
            if (ofUnit.length < fileCount) {
                ofUnit = new int[fileCount * 2];
            } else {
                Arrays.fill(ofUnit, 0, fileCount, 0);
            }
        }
    }

    private int find(int file) {
        var identity = LongTable.mix(files.identity(file));
        var number = numbers.find(identity);
        if (number < 0) {
            number = paths.size();
            numbers.add(identity, number);
            paths.add(files.path(file));
            if (number == identities.length) {
                identities = Arrays.copyOf(identities, number * 2);
            }
            identities[number] = identity;
        }
        ofUnit[file] = number;
        return number;
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
