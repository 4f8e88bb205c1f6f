package org.wyrm.itest.product;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.spi.LineFinder;

/**
 * A function with code at an address, as addr2line and llvm-symbolizer print it: {@code ??} is what is not known.
 *
 * @param function its name
 * @param place file and line, of the call in all but the innermost
 */
record Frame(String function, String place) {
    static final String UNKNOWN = "??";

    /** Where Debian compiles kernels, and where the tests compile. */
    private static final Pattern COMPILATION = Pattern.compile("^((/build/.*/)?debian/build/[^/]+|/tmp/junit-[^/]+)/");

    /** {@return the frames of an address, the innermost first; one without anything where nothing is known} */
    static List<Frame> at(LineFinder lines, long address) {
        var frames = lines.framesAt(address);
        return frames.isEmpty()
                ? List.of(new Frame(UNKNOWN, UNKNOWN))
                : frames.stream().map(Frame::of).toList();
    }

    private static Frame of(SourceFrame frame) {
        return new Frame(
                frame.function().orElse(UNKNOWN),
                frame.place()
                        .map(place -> place(place.file() + ":" + place.line()))
                        .orElse(UNKNOWN));
    }

    /** {@return what is printed of each address with {@code -a -i -f}: its line, then two lines for each frame} */
    static Map<String, List<Frame>> parse(List<String> printed) {
        var all = new LinkedHashMap<String, List<Frame>>();
        List<Frame> frames = List.of();
        for (var line = 0; line < printed.size(); line++) {
            if (printed.get(line).startsWith("0x")) {
                frames = new ArrayList<>();
                all.put(text(address(printed.get(line))), frames);
            } else {
                frames.add(new Frame(printed.get(line), place(printed.get(++line))));
            }
        }
        return all;
    }

    static String text(long address) {
        return "0x%016x".formatted(address);
    }

    static long address(String text) {
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
    }

    /**
     * {@return a place as all print it; without a line it is none} We begin a path where the unit was compiled, others
     * write that folder too, and keep the detours that a path makes.
     */
    private static String place(String text) {
        var place = text.replaceFirst(" \\(discriminator \\d+\\)", "");
        return place.endsWith(":?") || place.endsWith(":0")
                ? UNKNOWN
                : COMPILATION.matcher(Path.of(place).normalize().toString()).replaceFirst("");
    }

    static List<String> places(List<Frame> frames) {
        return frames.stream().map(Frame::place).toList();
    }
}
