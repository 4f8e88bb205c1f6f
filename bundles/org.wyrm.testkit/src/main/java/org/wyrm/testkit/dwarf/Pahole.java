package org.wyrm.testkit.dwarf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What {@code pahole} prints of structures. */
public final class Pahole {
    private static final Pattern MEMBER = Pattern.compile("\t(\\S.*?)\\s+/\\* *(\\d+)(?:: *(\\d+))? +(\\d+) \\*/");
    private static final Pattern SIZE = Pattern.compile("\t/\\* size: (\\d+),.*");
    private static final Pattern FUNCTION =
            Pattern.compile(".*?\\(\\*+ *(?:const +|volatile +)*(\\w+)(?:\\[\\d*\\])*\\)\\(.*");
    private static final Pattern END_OF_MEMBERS =
            Pattern.compile("\\} *(?:__attribute__\\(\\(.*?\\)\\) *)?\\** *(?:const +)?((?!__attribute__)\\w+)"
                    + "(?:\\[\\d*\\])*(?::\\d+)?(?: +__attribute__.*)?;");
    private static final Pattern PLAIN = Pattern.compile(".*?(\\w+)(?:\\[\\d*\\])*(?::\\d+)?(?: *__attribute__.*)?;");

    private Pahole() {}

    /** The layout of a structure, to be compared by its text. Confined. */
    public static final class Layout {
        private final StringBuilder text;

        /** Of a structure without members yet. */
        public Layout(long byteSize) {
            text = new StringBuilder("size ").append(byteSize);
        }

        /** Adds a member that has a name: one that is no bit field counts in bytes. */
        public void member(String name, long bitOffset, boolean isBitField) {
            text.append(' ').append(name).append('@').append(isBitField ? bitOffset : bitOffset / Byte.SIZE);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    /** {@return the layouts of each structure, as texts of {@link Layout}} */
    public static Map<String, Set<String>> layouts(List<String> printed) {
        var all = new HashMap<String, Set<String>>();
        var name = "";
        var members = new StringBuilder();
        for (var line : printed) {
            if (line.startsWith("struct ") && line.endsWith(" {")) {
                name = line.substring("struct ".length(), line.length() - 2);
                members.setLength(0);
                continue;
            }
            var size = SIZE.matcher(line);
            if (!name.isEmpty() && size.matches()) {
                all.computeIfAbsent(name, fresh -> new TreeSet<>()).add("size " + size.group(1) + members);
                name = "";
                continue;
            }
            var member = MEMBER.matcher(line);
            if (!name.isEmpty() && member.matches()) {
                memberName(member.group(1)).ifPresent(of -> {
                    var offset = Long.parseLong(member.group(2));
                    var bit = member.group(3);
                    members.append(' ')
                            .append(of)
                            .append('@')
                            .append(bit == null ? offset : offset * 8 + Long.parseLong(bit));
                });
            }
        }
        return all;
    }

    /** {@return the name in a declaration; empty for an anonymous member's end} */
    private static Optional<String> memberName(String declaration) {
        var function = FUNCTION.matcher(declaration);
        if (function.matches()) {
            return Optional.of(function.group(1));
        }
        var other = (declaration.startsWith("}") ? END_OF_MEMBERS : PLAIN).matcher(declaration);
        return other.matches() ? Optional.of(other.group(1)) : Optional.empty();
    }
}
