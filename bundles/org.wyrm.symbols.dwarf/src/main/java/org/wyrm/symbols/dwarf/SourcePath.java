package org.wyrm.symbols.dwarf;

import java.util.ArrayList;

/** Paths of source files. */
final class SourcePath {
    private SourcePath() {}

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
