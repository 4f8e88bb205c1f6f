package org.wyrm.symbols.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;

/**
 * Which symbols have the names that every command asks for, kept for the next process on a dump of the same kernel: to
 * read all names takes a tenth of a short command. What is kept counts only if the table of names is the same here: damage
 * to it may have taken a name away, there or here. Of a table known to be damaged nothing is kept.
 *
 * <pre>
 * content  count of symbols (4), hash of the names (4), checksum of the table (4); for each name the count of its symbols,
 *          and their numbers (4 each)
 * </pre>
 *
 * <p>Immutable.
 *
 * @param key of the kernel's image, its build ID; empty if it is not known, and then nothing is kept
 */
record KeptNames(CacheFolder cache, Optional<String> key) {
    private static final String KIND = "names";
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 12;
    private static final int MOST_SYMBOLS_OF_NAME = 1 << 10;

    /** {@return the numbers of the symbols of each name, ascending, if they are kept} */
    Optional<List<int[]>> find(List<String> wanted, KallsymsNames names) {
        return key.flatMap(known -> cache.find(KIND, VERSION, known))
                .flatMap(content -> decode(content, wanted, names));
    }

    private static Optional<List<int[]>> decode(ByteSlice content, List<String> wanted, KallsymsNames names) {
        if (!content.has(0, HEADER_BYTES)
                || content.s32(0) != names.symbolCount()
                || content.s32(4) != wanted.hashCode()
                || content.s32(8) != names.checksum()) {
            return Optional.empty();
        }
        var found = new ArrayList<int[]>();
        var at = (long) HEADER_BYTES;
        for (var name : wanted) {
            var count = content.has(at, Integer.BYTES) ? content.s32(at) : -1;
            if (count < 0 || count > MOST_SYMBOLS_OF_NAME || !content.has(at + 4, 4L * count)) {
                return Optional.empty();
            }
            var symbols = new int[count];
            for (var index = 0; index < count; index++) {
                symbols[index] = content.s32(at + 4 + 4L * index);
                if (symbols[index] < 0
                        || symbols[index] >= names.symbolCount()
                        || !names.hasName(symbols[index], KallsymsSymbols.bytes(name))) {
                    return Optional.empty();
                }
            }
            found.add(symbols);
            at += 4 + 4L * count;
        }
        return at == content.byteSize() ? Optional.of(found) : Optional.empty();
    }

    /** Keeps the numbers of the symbols of each name. */
    void keep(List<String> wanted, KallsymsNames names, List<int[]> symbols) {
        if (key.isEmpty() || names.damage().isPresent()) {
            return;
        }
        var count = symbols.stream().mapToInt(each -> 1 + each.length).sum();
        var content = ByteBuffer.allocate(HEADER_BYTES + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        content.putInt(names.symbolCount()).putInt(wanted.hashCode()).putInt(names.checksum());
        for (var each : symbols) {
            content.putInt(each.length);
            for (var symbol : each) {
                content.putInt(symbol);
            }
        }
        cache.keep(KIND, VERSION, key.get(), List.of(MemorySegment.ofBuffer(content.flip())));
    }
}
