package org.wyrm.lang.c.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The words that make one of C's own types, in any order: {@code unsigned long int} and {@code long unsigned} are one.
 */
final class Specifiers {
    /** The words, each with how often it was said. */
    private final Map<String, Integer> words = new TreeMap<>();

    static final Set<String> WORDS = Set.of(
            "void",
            "char",
            "short",
            "int",
            "long",
            "signed",
            "unsigned",
            "_Bool",
            "bool",
            "float",
            "double",
            "__int128");

    /** The usual name of each type, then how it may be written. */
    private static final List<List<String>> SPELLINGS = List.of(
            List.of("void", "void"),
            List.of("char", "char"),
            List.of("signed char", "signed char"),
            List.of("unsigned char", "unsigned char"),
            List.of("short", "short", "short int", "signed short", "signed short int"),
            List.of("unsigned short", "unsigned short", "unsigned short int"),
            List.of("int", "int", "signed", "signed int"),
            List.of("unsigned int", "unsigned", "unsigned int"),
            List.of("long", "long", "long int", "signed long", "signed long int"),
            List.of("unsigned long", "unsigned long", "unsigned long int"),
            List.of("long long", "long long", "long long int", "signed long long", "signed long long int"),
            List.of("unsigned long long", "unsigned long long", "unsigned long long int"),
            List.of("__int128", "__int128", "signed __int128"),
            List.of("unsigned __int128", "unsigned __int128"),
            List.of("_Bool", "_Bool", "bool"),
            List.of("float", "float"),
            List.of("double", "double"),
            List.of("long double", "long double"));

    private static final Map<Map<String, Integer>, String> NAMES = names();

    private static Map<Map<String, Integer>, String> names() {
        var names = new HashMap<Map<String, Integer>, String>();
        for (var spellings : SPELLINGS) {
            for (var spelling : spellings.subList(1, spellings.size())) {
                names.put(count(spelling), spellings.getFirst());
            }
        }
        return names;
    }

    private static Map<String, Integer> count(String spelling) {
        var count = new TreeMap<String, Integer>();
        for (var word : spelling.split(" ", -1)) {
            count.merge(word, 1, Integer::sum);
        }
        return count;
    }

    void add(String word) {
        words.merge(word, 1, Integer::sum);
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    /** {@return the type's usual name, or empty if the words make none} */
    Optional<String> name() {
        return Optional.ofNullable(NAMES.get(words));
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        words.forEach((word, count) -> text.append((word + " ").repeat(count)));
        return text.toString().strip();
    }
}
