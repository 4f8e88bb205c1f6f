package org.wyrm.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.spi.MemorySource;

/**
 * One address space of a target, joined from sources. Where sources overlap, the earlier one counts.
 *
 * <p>Reads that cannot be done are {@link FaultException}s that name the first absent byte. Thread-safe.
 */
public final class TargetMemory {
    private static final int SLOT_SHIFT = 12;
    private static final int SLOT_COUNT = 512;

    /** Few texts have more. */
    private static final int USUAL_TEXT_BYTES = 64;

    /** From how many bytes on a read is worth a second thread. */
    private static final long PARALLEL_BYTE_SIZE = 1 << 19;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final AddressSpace space;
    private final ByteOrder order;
    private final boolean bigEndian;
    private final List<Piece> pieces;
    private final boolean stable;
    private final LongAdder lookups = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private final LongAdder copiedBytes = new LongAdder();

    /**
     * The chunks last used, by the address's page. Written and read without a lock: a chunk is immutable, and an entry
     * is checked against the address each time it is used.
     */
    private final @Nullable Chunk[] slots = new Chunk[SLOT_COUNT];

    private record Piece(long firstAddress, long lastAddress, MemorySource source) {}

    /**
     * Joins sources to one space.
     *
     * @param sources the pieces; where two overlap, the earlier one counts
     */
    public TargetMemory(AddressSpace space, ByteOrder order, List<? extends MemorySource> sources) {
        this.space = space;
        this.order = order;
        this.bigEndian = order == ByteOrder.BIG_ENDIAN;
        this.pieces = join(sources);
        this.stable = sources.stream().allMatch(MemorySource::isStable);
    }

    private static List<Piece> join(List<? extends MemorySource> sources) {
        var pieces = new ArrayList<Piece>();
        // First to last address of what is taken. A source swallows the ranges it touches, so that none is passed twice
        // and a hundred thousand segments are joined at once.
        var taken = new TreeMap<Long, Long>(Long::compareUnsigned);
        for (var source : sources) {
            var first = source.firstAddress();
            var last = source.lastAddress();
            var next = first;
            var below = taken.floorEntry(first);
            if (below != null && Long.compareUnsigned(below.getValue(), first) >= 0) {
                if (Long.compareUnsigned(below.getValue(), last) >= 0) {
                    continue;
                }
                first = below.getKey();
                next = below.getValue() + 1;
            }
            var full = false;
            var above = taken.ceilingEntry(next);
            while (!full && above != null && Long.compareUnsigned(above.getKey(), last) <= 0) {
                if (above.getKey() != next) {
                    pieces.add(new Piece(next, above.getKey() - 1, source));
                }
                taken.remove(above.getKey());
                next = above.getValue() + 1;
                if (Long.compareUnsigned(above.getValue(), last) >= 0) {
                    last = above.getValue();
                    full = true;
                }
                above = taken.ceilingEntry(next);
            }
            if (!full) {
                pieces.add(new Piece(next, last, source));
            }
            taken.put(first, last);
        }
        // Not Comparator.comparingLong: its lambda is not in the AOT cache.
        pieces.sort((left, right) -> Long.compareUnsigned(left.firstAddress, right.firstAddress));
        return List.copyOf(pieces);
    }

    /** {@return which addresses these are} */
    public AddressSpace space() {
        return space;
    }

    /** {@return the target's byte order} */
    public ByteOrder order() {
        return order;
    }

    /** {@return whether the bytes at an address stay the same; those of a target that runs do not} */
    public boolean isStable() {
        return stable;
    }

    /** {@return the ranges that sources serve, lowest first; they may have holes inside} */
    public List<AddressRange> ranges() {
        return pieces.stream()
                .map(piece -> new AddressRange(piece.firstAddress, piece.lastAddress))
                .toList();
    }

    /** {@return how often a source was asked, because what was looked for was not at hand} */
    public long lookupCount() {
        return lookups.sum();
    }

    /** {@return lookups, faults among them, and bytes that were copied, for {@code --stats}} */
    public Map<String, Long> statistics() {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("lookups", lookups.sum());
        counts.put("faults", faults.sum());
        counts.put("bytes copied", copiedBytes.sum());
        return counts;
    }

    /** {@return the byte at an address, 0 to 255} */
    public int u8(long address) {
        var chunk = chunk(address, 1);
        return chunk.bytes().get(ValueLayout.JAVA_BYTE, address - chunk.firstAddress()) & 0xff;
    }

    /** {@return the 16-bit number at an address, 0 to 65535} */
    public int u16(long address) {
        var chunk = chunk(address, 2);
        var offset = address - chunk.firstAddress();
        var value = offset <= chunk.bytes().byteSize() - 2
                ? chunk.bytes().get(U16, offset)
                : copy(address, 2).get(U16, 0);
        return (bigEndian ? Short.reverseBytes(value) : value) & 0xffff;
    }

    /** {@return the signed 32-bit number at an address} */
    public int s32(long address) {
        var chunk = chunk(address, 4);
        var offset = address - chunk.firstAddress();
        var value = offset <= chunk.bytes().byteSize() - 4
                ? chunk.bytes().get(U32, offset)
                : copy(address, 4).get(U32, 0);
        return bigEndian ? Integer.reverseBytes(value) : value;
    }

    /** {@return the 32-bit number at an address, 0 to 2^32 - 1} */
    public long u32(long address) {
        return s32(address) & 0xffff_ffffL;
    }

    /** {@return the 64-bit number at an address, unsigned by convention} */
    public long u64(long address) {
        var chunk = chunk(address, 8);
        var offset = address - chunk.firstAddress();
        var value = offset <= chunk.bytes().byteSize() - 8
                ? chunk.bytes().get(U64, offset)
                : copy(address, 8).get(U64, 0);
        return bigEndian ? Long.reverseBytes(value) : value;
    }

    /** Fills {@code destination} with the bytes at an address. */
    public void read(long address, MemorySegment destination) {
        var byteSize = destination.byteSize();
        copiedBytes.add(byteSize);
        var chunk = byteSize == 0 ? null : chunk(address, byteSize);
        if (byteSize >= PARALLEL_BYTE_SIZE && chunk != null && chunk.bytes().byteSize() < PARALLEL_BYTE_SIZE) {
            readInHalves(address, destination);
        } else {
            readInOrder(address, destination);
        }
    }

    /** Much memory in small chunks is memory that takes work, such as that of a compressed dump: two do it together. */
    private void readInHalves(long address, MemorySegment destination) {
        var half = destination.byteSize() / 2;
        var second = new FutureTask<@Nullable Void>(() -> readInOrder(address + half, destination.asSlice(half)), null);
        Thread.ofPlatform().daemon().name("wyrm-read").start(second);
        readInOrder(address, destination.asSlice(0, half));
        try {
            second.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DebuggerException error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private void readInOrder(long address, MemorySegment destination) {
        var done = 0L;
        var byteSize = destination.byteSize();
        while (done < byteSize) {
            var at = address + done;
            var chunk = chunk(at, byteSize - done);
            var offset = at - chunk.firstAddress();
            var count = Math.min(byteSize - done, chunk.bytes().byteSize() - offset);
            MemorySegment.copy(chunk.bytes(), offset, destination, done, count);
            done += count;
        }
    }

    /**
     * {@return a copy of the bytes at an address}
     *
     * @param byteSize how many; the caller has checked that it is sensible
     */
    public byte[] bytes(long address, int byteSize) {
        var bytes = new byte[byteSize];
        read(address, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /**
     * {@return the bytes at an address as a slice, in place where they lie in one piece, else as a copy}
     *
     * @param name where they are from, for messages
     * @param byteSize how many; the caller has checked that it is sensible
     */
    public ByteSlice slice(String name, long address, int byteSize) {
        if (byteSize > 0) {
            var chunk = chunk(address, byteSize);
            var offset = address - chunk.firstAddress();
            if (offset <= chunk.bytes().byteSize() - byteSize) {
                return ByteSlice.of(name, chunk.bytes().asSlice(offset, byteSize), order);
            }
        }
        return ByteSlice.of(name, bytes(address, byteSize), order);
    }

    /**
     * {@return the text at an address, up to its NUL or to a number of bytes; what is not UTF-8 becomes U+FFFD}
     *
     * @param maxByteSize the most bytes to read
     */
    public String cString(long address, int maxByteSize) {
        return new String(bytesToNul(address, maxByteSize), StandardCharsets.UTF_8);
    }

    /**
     * {@return the bytes at an address, up to a NUL, which is left out, or to a number of bytes}
     *
     * @param maxByteSize the most bytes to read
     */
    public byte[] bytesToNul(long address, int maxByteSize) {
        var text = new byte[Math.min(maxByteSize, USUAL_TEXT_BYTES)];
        var length = 0;
        while (length < maxByteSize) {
            var at = address + length;
            var chunk = chunk(at, Math.min(maxByteSize - length, USUAL_TEXT_BYTES));
            var offset = at - chunk.firstAddress();
            var end = Math.min(chunk.bytes().byteSize(), offset + (maxByteSize - length));
            for (; offset < end; offset++) {
                var next = chunk.bytes().get(ValueLayout.JAVA_BYTE, offset);
                if (next == 0) {
                    return java.util.Arrays.copyOf(text, length);
                }
                if (length == text.length) {
                    text = java.util.Arrays.copyOf(text, (int) Math.min(maxByteSize, text.length * 2L));
                }
                text[length++] = next;
            }
        }
        return java.util.Arrays.copyOf(text, length);
    }

    /**
     * {@return bytes that hold an address, in place}
     *
     * @param wantedByteSize how many bytes from there on will be read
     * @throws FaultException if the byte at {@code address} is absent
     */
    public Chunk chunk(long address, long wantedByteSize) {
        var slot = (int) (address >>> SLOT_SHIFT) & (SLOT_COUNT - 1);
        var known = slots[slot];
        if (known != null && known.contains(address)) {
            return known;
        }
        lookups.increment();
        Piece piece;
        Chunk found;
        try {
            piece = pieceAt(address);
            found = piece.source.chunk(address, wantedByteSize);
        } catch (FaultException fault) {
            faults.increment();
            throw fault;
        }
        var lastFound = found.firstAddress() + found.bytes().byteSize() - 1;
        if (Long.compareUnsigned(found.firstAddress(), piece.firstAddress) < 0
                || Long.compareUnsigned(lastFound, piece.lastAddress) > 0) {
            found = found.between(
                    maxUnsigned(found.firstAddress(), piece.firstAddress), minUnsigned(lastFound, piece.lastAddress));
        }
        if (piece.source.isStable()) {
            slots[slot] = found;
        }
        return found;
    }

    /**
     * {@return the lowest address at or above another one whose byte is present; empty if there is none}
     *
     * @param cancellation polled, since page tables may describe more than anyone can go through
     */
    public OptionalLong nextPresent(long address, Cancellation cancellation) {
        for (var index = firstPieceTo(address); index < pieces.size(); index++) {
            cancellation.check();
            var piece = pieces.get(index);
            var found = piece.source.nextPresent(maxUnsigned(address, piece.firstAddress), cancellation);
            if (found.isPresent() && Long.compareUnsigned(found.getAsLong(), piece.lastAddress) <= 0) {
                return found;
            }
        }
        return OptionalLong.empty();
    }

    /** {@return the index of the first piece that does not end before an address} */
    private int firstPieceTo(long address) {
        var low = 0;
        var high = pieces.size();
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(pieces.get(middle).lastAddress, address) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Piece pieceAt(long address) {
        var index = firstPieceTo(address);
        if (index == pieces.size() || Long.compareUnsigned(address, pieces.get(index).firstAddress) < 0) {
            var isBeyond = space == AddressSpace.PHYSICAL && index == pieces.size() && index > 0;
            throw new FaultException(
                    FaultException.Kind.NO_MEMORY,
                    space,
                    address,
                    isBeyond
                            ? "beyond the dump, whose last address is 0x%x".formatted(pieces.getLast().lastAddress)
                            : "not in the dump");
        }
        return pieces.get(index);
    }

    private MemorySegment copy(long address, int byteSize) {
        return MemorySegment.ofArray(bytes(address, byteSize));
    }

    private static long minUnsigned(long left, long right) {
        return Long.compareUnsigned(left, right) < 0 ? left : right;
    }

    private static long maxUnsigned(long left, long right) {
        return Long.compareUnsigned(left, right) > 0 ? left : right;
    }
}
