package org.wyrm.symbols.dwarf;

import java.util.ArrayList;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.LineHeader;

/** Paths of source files. */
final class SourcePath {
    private SourcePath() {}

    /** {@return the path of a file of a unit as people know it: from the folder of the compilation on, without detours} */
    static String shown(DwarfUnit unit, LineHeader lines, int file) {
        return shown(unit, unit.filePath(lines, lines.files(), file));
    }

    /** {@return likewise, of a whole path} */
    static String shown(DwarfUnit unit, String path) {
        return normalized(unit.sourcePath(path));
    }

    /**
     * {@return a path without {@code .} and {@code ..}, as far as there is something before them}: one header is included
     * by many ways, {@code fs/mount.h} and {@code fs/notify/../mount.h}
     */
    static String normalized(String path) {
        if (!path.contains("/.") && !path.startsWith("./")) {
            return path;
        }
        var kept = new ArrayList<String>();
        for (var part : path.split("/", -1)) {
            var isUp = part.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..");
            if (isUp && !kept.getLast().isEmpty()) {
                kept.removeLast();
            } else if (!part.equals(".") && !isUp) {
                kept.add(part);
            }
        }
        return String.join("/", kept);
    }
}
