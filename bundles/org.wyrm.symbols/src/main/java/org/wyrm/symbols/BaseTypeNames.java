package org.wyrm.symbols;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The one spelling for each of C's integer types: producers write {@code long unsigned int}, {@code short}, and so on. */
public final class BaseTypeNames {
    private BaseTypeNames() {}

    /** {@return the spellings under which producers may have put a base type: clang's, which is the usual one, and GCC's} */
    public static Set<String> spellings(String name) {
        var usual = usual(name);
        var gcc = switch (usual) {
            case "short", "long", "long long" -> usual + " int";
            case "unsigned short" -> "short unsigned int";
            case "unsigned long" -> "long unsigned int";
            case "unsigned long long" -> "long long unsigned int";
            case "unsigned __int128" -> "__int128 unsigned";
            default -> usual;
        };
        return new LinkedHashSet<>(List.of(usual, gcc));
    }

    /** {@return the usual spelling of a base type, {@code unsigned long}; the name itself if it is none of C's} */
    public static String usual(String name) {
        var longs = 0;
        var ints = 0;
        var unsigned = false;
        var signed = false;
        String core = null;
        for (var word : name.split(" ", -1)) {
            switch (word) {
                case "long" -> longs++;
                case "int" -> ints++;
                case "unsigned" -> unsigned = true;
                case "signed" -> signed = true;
                case "char", "short", "__int128" -> {
                    if (core != null) {
                        return name;
                    }
                    core = word;
                }
                default -> {
                    return name;
                }
            }
        }
        if ((unsigned && signed) || longs > 2 || ints > 1 || (core != null && longs > 0)) {
            return name;
        }
        var words = new ArrayList<String>(4);
        if (unsigned) {
            words.add("unsigned");
        } else if (signed && "char".equals(core)) {
            words.add("signed");
        }
        words.addAll(Collections.nCopies(longs, "long"));
        if (core != null) {
            words.add(core);
        } else if (longs == 0) {
            words.add("int");
        }
        return String.join(" ", words);
    }
}
