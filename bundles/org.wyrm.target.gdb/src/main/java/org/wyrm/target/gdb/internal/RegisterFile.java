package org.wyrm.target.gdb.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the registers are in the answer to {@code g}, by name, as the stub's {@code target.xml} describes them. Immutable.
 *
 * @param places by name
 */
record RegisterFile(Map<String, Place> places) {
    private static final Pattern REGISTER = Pattern.compile("<reg\\s+([^>]*?)/?>", Pattern.DOTALL);
    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Za-z_-]+)\\s*=\\s*[\"']([^\"']*)[\"']");

    /** More than any machine has, in bytes. */
    private static final int MOST_BITS = 1 << 15;

    private static final int MOST_NUMBER = 1 << 16;

    /** What a stub without a description gives for x86-64: eight bytes for each of the first, four for the others. */
    private static final List<String> USUAL_LONG = List.of(
            "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "rip");

    private static final List<String> USUAL_INT = List.of("eflags", "cs", "ss", "ds", "es", "fs", "gs");

    /** @param offset and size in bytes */
    private record Place(int offset, int byteSize) {}

    private record Described(int number, String name, int bits) {}

    /** {@return the registers that descriptions name, in the order of the target's features} */
    static RegisterFile parse(List<String> features) {
        var described = new ArrayList<Described>();
        var next = 0;
        for (var feature : features) {
            for (var matcher = REGISTER.matcher(feature); matcher.find(); ) {
                var attributes = attributes(matcher.group(1));
                var number = number(attributes.get("regnum"), next, MOST_NUMBER);
                described.add(new Described(
                        number, attributes.getOrDefault("name", ""), number(attributes.get("bitsize"), 0, MOST_BITS)));
                next = number + 1;
            }
        }
        described.sort(Comparator.comparingInt(Described::number));
        var places = new LinkedHashMap<String, Place>();
        var offset = 0;
        for (var register : described) {
            var byteSize = register.bits / Byte.SIZE;
            places.putIfAbsent(register.name, new Place(offset, byteSize));
            offset += byteSize;
        }
        return new RegisterFile(places);
    }

    /** {@return those of a stub for x86-64 that describes none} */
    static RegisterFile usual() {
        var places = new LinkedHashMap<String, Place>();
        for (var name : USUAL_LONG) {
            places.put(name, new Place(places.size() * Long.BYTES, Long.BYTES));
        }
        var first = USUAL_LONG.size() * Long.BYTES;
        for (var name : USUAL_INT) {
            places.put(name, new Place(first + (places.size() - USUAL_LONG.size()) * Integer.BYTES, Integer.BYTES));
        }
        return new RegisterFile(places);
    }

    private static Map<String, String> attributes(String text) {
        var attributes = new LinkedHashMap<String, String>();
        for (Matcher matcher = ATTRIBUTE.matcher(text); matcher.find(); ) {
            attributes.put(matcher.group(1), matcher.group(2));
        }
        return attributes;
    }

    /** {@return a number of an attribute; another one where it has none, or one that makes no sense} */
    private static int number(@Nullable String text, int otherwise, int most) {
        try {
            var number = text == null ? otherwise : Integer.parseInt(text);
            return number < 0 || number > most ? otherwise : number;
        } catch (NumberFormatException none) {
            return otherwise;
        }
    }

    /** {@return the value of a register; empty if the stub has none, or does not know it now} */
    OptionalLong value(String answer, String name) {
        var place = places.get(name);
        if (place == null || place.byteSize == 0 || place.byteSize > Long.BYTES) {
            return OptionalLong.empty();
        }
        var value = 0L;
        for (var at = place.byteSize - 1; at >= 0; at--) {
            var digit = 2 * (place.offset + at);
            if (digit + 2 > answer.length() || !Hex.isByte(answer, digit)) {
                return OptionalLong.empty();
            }
            value = value << Byte.SIZE | Hex.byteAt(answer, digit);
        }
        return OptionalLong.of(value);
    }
}
