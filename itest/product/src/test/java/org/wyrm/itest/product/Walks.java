package org.wyrm.itest.product;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What helpers find in a dump, as lines of words by the name of what they are of; a script of the lab says the same. */
abstract class Walks {
    final Program program;
    final Map<String, String> lines = new LinkedHashMap<>();

    Walks(Program program) {
        this.program = program;
    }

    final void say(String name, Object... words) {
        say(name, Stream.of(words));
    }

    final void say(String name, Stream<?> words) {
        if (lines.put(name, words.map(String::valueOf).collect(Collectors.joining(" "))) != null) {
            throw new IllegalStateException("told twice: " + name);
        }
    }

    final void addresses(String name, Stream<Value> objects) {
        say(name, objects.map(Walks::hex));
    }

    static String hex(Value object) {
        return hex(Walk.addressOf(object));
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
