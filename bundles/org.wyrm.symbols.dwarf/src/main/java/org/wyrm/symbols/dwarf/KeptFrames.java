package org.wyrm.symbols.dwarf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;

/**
 * The functions and lines at addresses that were asked for, kept for the next process: the tasks of all machines with a
 * kernel wait in the same few places. They count for the very copy of the file that they were read from.
 *
 * <pre>
 * content  count of addresses (4), of frames (4), size of the texts (4), offset of the copy's stamp in the texts (4);
 *          the addresses, ascending (8 each);
 *          for each address the number of its first frame, and the count of all (4 each);
 *          the frames: offset of the function's name in the texts, of the path, or -1; line; column; 1 if it is inlined
 *          (4 each);
 *          the texts, each with a NUL
 * </pre>
 *
 * <p>Thread-safe.
 */
final class KeptFrames {
    private static final String KIND = "frames";
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int FRAME_BYTES = 20;
    private static final int ABSENT = -1;

    /** What all tasks of a large machine wait in, and more. */
    private static final int MOST_ADDRESSES = 1 << 14;

    private final CacheFolder cache;
    private final String key;
    private final String stamp;
    private final ConcurrentHashMap<Long, List<SourceFrame>> added = new ConcurrentHashMap<>();
    private volatile @Nullable Content content;

    /**
     * Makes them; nothing is read yet.
     *
     * @param key of the file's content: its build ID
     * @param stamp what tells this copy of the file from others
     */
    KeptFrames(CacheFolder cache, String key, String stamp) {
        this.cache = cache;
        this.key = key;
        this.stamp = stamp;
    }

    /** What an earlier process kept. */
    private record Content(ByteSlice bytes, int addressCount, int frameCount, int textOffset) {
        static final Content NONE =
                new Content(ByteSlice.of("no frames", new byte[0], ByteOrder.LITTLE_ENDIAN), 0, 0, 0);

        static Content of(ByteSlice bytes, String stamp) {
            if (bytes.byteSize() < HEADER_BYTES) {
                return NONE;
            }
            var addressCount = bytes.s32(0);
            var frameCount = bytes.s32(4);
            var textOffset = HEADER_BYTES + 12L * addressCount + 4 + (long) FRAME_BYTES * frameCount;
            if (addressCount < 0
                    || addressCount > MOST_ADDRESSES
                    || frameCount < 0
                    || textOffset + bytes.u32(8) != bytes.byteSize()) {
                return NONE;
            }
            var found = new Content(bytes, addressCount, frameCount, (int) textOffset);
            return found.text(12).filter(stamp::equals).isPresent() ? found : NONE;
        }

        long address(int index) {
            return bytes.u64(HEADER_BYTES + (long) Long.BYTES * index);
        }

        int find(long wanted) {
            var low = 0;
            var high = addressCount;
            while (low < high) {
                var middle = low + high >>> 1;
                if (Long.compareUnsigned(address(middle), wanted) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low < addressCount && address(low) == wanted ? low : -1;
        }

        List<SourceFrame> frames(int index) {
            var at = HEADER_BYTES + (long) Long.BYTES * addressCount + (long) Integer.BYTES * index;
            var frames = new ArrayList<SourceFrame>();
            for (var frame = bytes.s32(at); frame < bytes.s32(at + 4); frame++) {
                frames.add(frame(HEADER_BYTES + 12L * addressCount + 4 + (long) FRAME_BYTES * frame));
            }
            return frames;
        }

        private SourceFrame frame(long at) {
            var place = text(at + 4).map(path -> new SourcePlace(path, bytes.s32(at + 8), bytes.s32(at + 12)));
            return new SourceFrame(text(at), place, bytes.s32(at + 16) != 0);
        }

        private Optional<String> text(long at) {
            var offset = bytes.s32(at);
            return offset == ABSENT ? Optional.empty() : Optional.of(bytes.cString(textOffset + (long) offset));
        }
    }

    private Content content() {
        var known = content;
        if (known == null) {
            known = cache.find(KIND, VERSION, key)
                    .map(found -> Content.of(found, stamp))
                    .orElse(Content.NONE);
            content = known;
        }
        return known;
    }

    /** {@return what is at an address of the file, innermost first, if that is known} */
    Optional<List<SourceFrame>> find(long address) {
        var known = content();
        var index = known.find(address);
        return index < 0 ? Optional.empty() : Optional.of(known.frames(index));
    }

    /** Notes what is at an address of the file. */
    void add(long address, List<SourceFrame> frames) {
        if (content().addressCount + added.size() < MOST_ADDRESSES) {
            added.put(address, List.copyOf(frames));
        }
    }

    /** Keeps what was added since the last time. */
    synchronized void keep() {
        if (added.isEmpty()) {
            return;
        }
        var known = content();
        var all = new TreeMap<Long, List<SourceFrame>>(Long::compareUnsigned);
        for (var index = 0; index < known.addressCount; index++) {
            all.put(known.address(index), known.frames(index));
        }
        all.putAll(added);
        added.clear();
        cache.keep(KIND, VERSION, key, encode(all));
    }

    private List<MemorySegment> encode(Map<Long, List<SourceFrame>> all) {
        var texts = new Texts();
        var frameCount = all.values().stream().mapToInt(List::size).sum();
        var numbers = ByteBuffer.allocate(HEADER_BYTES + 12 * all.size() + 4 + FRAME_BYTES * frameCount)
                .order(ByteOrder.LITTLE_ENDIAN);
        numbers.position(HEADER_BYTES);
        all.keySet().forEach(numbers::putLong);
        var first = 0;
        for (var frames : all.values()) {
            numbers.putInt(first);
            first += frames.size();
        }
        numbers.putInt(first);
        for (var frames : all.values()) {
            for (var frame : frames) {
                var place = frame.place();
                numbers.putInt(frame.function().map(texts::offset).orElse(ABSENT))
                        .putInt(place.map(SourcePlace::file).map(texts::offset).orElse(ABSENT))
                        .putInt(place.map(SourcePlace::line).orElse(0))
                        .putInt(place.map(SourcePlace::column).orElse(0))
                        .putInt(frame.isInlined() ? 1 : 0);
            }
        }
        var stampOffset = texts.offset(stamp);
        numbers.putInt(0, all.size())
                .putInt(4, frameCount)
                .putInt(8, texts.pool.size)
                .putInt(12, stampOffset);
        return List.of(
                MemorySegment.ofBuffer(numbers.flip()),
                MemorySegment.ofArray(texts.pool.bytes).asSlice(0, texts.pool.size));
    }

    /** Each text once. */
    private static final class Texts {
        private final TextPool pool = new TextPool();
        private final Map<String, Integer> offsets = new HashMap<>();

        int offset(String text) {
            return offsets.computeIfAbsent(text, pool::add);
        }
    }
}
