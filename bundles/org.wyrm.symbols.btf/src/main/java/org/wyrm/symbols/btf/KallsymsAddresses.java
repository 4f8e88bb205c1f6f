package org.wyrm.symbols.btf;

import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** The addresses of the kernel's symbols, which never fall. Immutable. */
abstract sealed class KallsymsAddresses {
    private static final int SYMBOLS_AT_ONCE = 32;

    private final int symbolCount;

    private KallsymsAddresses(int symbolCount) {
        this.symbolCount = symbolCount;
    }

    /**
     * {@return the addresses of a table}
     *
     * @throws MalformedDataException if one is below that before it
     */
    static KallsymsAddresses of(KallsymsTables.Addresses table, int symbolCount) {
        var decoded = decode(table, symbolCount);
        var wrong = decoded.findFall();
        if (wrong != 0) {
            throw decoded.fallAt(wrong, table.bytes());
        }
        return decoded;
    }

    /**
     * {@return the addresses of a table, without those that damage put out of order}
     *
     * @throws MalformedDataException if those are more than half
     */
    static KallsymsAddresses ofDamaged(KallsymsTables.Addresses table, int symbolCount) {
        var decoded = decode(table, symbolCount);
        var wrong = decoded.findFall();
        return wrong == 0 ? decoded : Repaired.of(decoded).orElseThrow(() -> decoded.fallAt(wrong, table.bytes()));
    }

    private MalformedDataException fallAt(int symbol, ByteSlice table) {
        return table.malformed(
                symbol * byteSizeOfEach(),
                "symbol %d at 0x%x is below the one before it at 0x%x"
                        .formatted(symbol, address(symbol), address(symbol - 1)));
    }

    private int findFall() {
        // In small steps, so that the method that does the work is compiled early.
        for (var first = 1; first < symbolCount; first += SYMBOLS_AT_ONCE) {
            var wrong = findFall(first, Math.min(symbolCount, first + SYMBOLS_AT_ONCE));
            if (wrong != 0) {
                return wrong;
            }
        }
        return 0;
    }

    /** No switch over types: its first use costs a start 10 ms, see docs/adr/0003. */
    private static KallsymsAddresses decode(KallsymsTables.Addresses table, int symbolCount) {
        if (table instanceof KallsymsTables.Absolute absolute) {
            return new Pointers(absolute, symbolCount);
        }
        return table instanceof KallsymsTables.Relative relative
                ? new Offsets(relative, symbolCount)
                : new Offsets((KallsymsTables.PlaceRelative) table, symbolCount);
    }

    int symbolCount() {
        return symbolCount;
    }

    /** {@return the address of a symbol; of one that is left out, that of the nearest before it, 0 if there is none} */
    abstract long address(int symbol);

    /** {@return whether the address of a symbol is left out} */
    boolean isLost(int symbol) {
        return false;
    }

    /** {@return the symbols whose addresses are left out} */
    BitSet lost() {
        return new BitSet(0);
    }

    abstract long byteSizeOfEach();

    /** {@return the first symbol of some whose address is below that of the one before it, or 0} */
    abstract int findFall(int first, int end);

    /** {@return whether a symbol has an address} */
    boolean has(long address) {
        var after = firstAbove(address);
        return after > 0 && address(after - 1) == address;
    }

    /** {@return the first symbol with an address above {@code address}; the number of symbols if there is none} */
    int firstAbove(long address) {
        var low = 0;
        var high = symbolCount;
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(address(middle), address) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** What is left when those that are out of order are left out. */
    private static final class Repaired extends KallsymsAddresses {
        private final long[] addresses;
        private final BitSet lost;
        private final long byteSizeOfEach;

        private Repaired(KallsymsAddresses damaged, BitSet lost) {
            super(damaged.symbolCount());
            this.lost = lost;
            byteSizeOfEach = damaged.byteSizeOfEach();
            addresses = new long[damaged.symbolCount()];
            for (var symbol = 0; symbol < addresses.length; symbol++) {
                addresses[symbol] =
                        !lost.get(symbol) ? damaged.address(symbol) : symbol == 0 ? 0 : addresses[symbol - 1];
            }
        }

        static Optional<KallsymsAddresses> of(KallsymsAddresses damaged) {
            var numbers = new long[damaged.symbolCount()];
            for (var symbol = 0; symbol < numbers.length; symbol++) {
                // So that their order is that of numbers without a sign.
                numbers[symbol] = damaged.address(symbol) ^ Long.MIN_VALUE;
            }
            var lost = LongestRun.outside(numbers);
            return lost.cardinality() > numbers.length / 2
                    ? Optional.empty()
                    : Optional.of(new Repaired(damaged, lost));
        }

        @Override
        long address(int symbol) {
            return addresses[symbol];
        }

        @Override
        boolean isLost(int symbol) {
            return lost.get(symbol);
        }

        @Override
        BitSet lost() {
            return (BitSet) lost.clone();
        }

        @Override
        long byteSizeOfEach() {
            return byteSizeOfEach;
        }

        @Override
        int findFall(int first, int end) {
            return 0;
        }
    }

    /** A pointer for each. */
    private static final class Pointers extends KallsymsAddresses {
        private final ByteSlice bytes;
        private final int pointerByteSize;

        Pointers(KallsymsTables.Absolute table, int symbolCount) {
            super(symbolCount);
            pointerByteSize = table.pointerByteSize();
            bytes = table.bytes().slice(0, (long) symbolCount * pointerByteSize);
        }

        @Override
        long address(int symbol) {
            var at = (long) symbol * pointerByteSize;
            return pointerByteSize == Integer.BYTES ? bytes.u32(at) : bytes.u64(at);
        }

        @Override
        long byteSizeOfEach() {
            return pointerByteSize;
        }

        @Override
        int findFall(int first, int end) {
            for (var symbol = first; symbol < end; symbol++) {
                if (Long.compareUnsigned(address(symbol), address(symbol - 1)) < 0) {
                    return symbol;
                }
            }
            return 0;
        }
    }

    /**
     * 32 bits for each. The address is {@code base + symbol * step + offset}, or where the base counts downwards,
     * {@code base - 1 - offset} of an offset below 0, and the others are addresses of per-CPU symbols.
     */
    private static final class Offsets extends KallsymsAddresses {
        private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;

        private final int[] offsets;
        private final long base;
        private final long mask;
        private final Form form;

        private enum Form {
            FROM_BASE,
            FROM_BASE_OR_PER_CPU,
            FROM_PLACE
        }

        Offsets(KallsymsTables.Relative table, int symbolCount) {
            super(symbolCount);
            offsets = offsets(table.bytes(), symbolCount);
            base = table.relativeBase();
            mask = mask(table);
            form = areMostBelow0(offsets) ? Form.FROM_BASE_OR_PER_CPU : Form.FROM_BASE;
        }

        Offsets(KallsymsTables.PlaceRelative table, int symbolCount) {
            super(symbolCount);
            offsets = offsets(table.bytes(), symbolCount);
            base = table.tableAddress();
            mask = mask(table);
            form = Form.FROM_PLACE;
        }

        /** The last one tells, and may be damaged; so may the one in the middle. */
        private static boolean areMostBelow0(int[] offsets) {
            var isLast = offsets[offsets.length - 1] < 0;
            if (isLast == offsets[offsets.length / 2] < 0) {
                return isLast;
            }
            var below = 0;
            for (var offset : offsets) {
                below += offset >>> 31;
            }
            return below > offsets.length / 2;
        }

        private static int[] offsets(ByteSlice table, int symbolCount) {
            var bytes = table.slice(0, (long) symbolCount * Integer.BYTES);
            return bytes.segment().toArray(U32.withOrder(bytes.order()));
        }

        private static long mask(KallsymsTables.Addresses table) {
            return table.pointerByteSize() == Integer.BYTES ? 0xffff_ffffL : -1L;
        }

        @Override
        long address(int symbol) {
            long offset = offsets[symbol];
            return switch (form) {
                case FROM_BASE -> (base + (offset & 0xffff_ffffL)) & mask;
                case FROM_BASE_OR_PER_CPU -> offset >= 0 ? offset : (base - 1 - offset) & mask;
                case FROM_PLACE -> (base + 4L * symbol + offset) & mask;
            };
        }

        @Override
        long byteSizeOfEach() {
            return Integer.BYTES;
        }

        @Override
        int findFall(int first, int end) {
            // Without the base: the numbers rise as the addresses do, and this runs before anything is compiled.
            var step = form == Form.FROM_PLACE ? 4L : 0L;
            var signs = form == Form.FROM_BASE ? 0xffff_ffffL : -1L;
            var below = form == Form.FROM_BASE_OR_PER_CPU ? -1L >>> 32 : 0L;
            var before = Long.MIN_VALUE;
            for (var symbol = first - 1; symbol < end; symbol++) {
                long offset = offsets[symbol];
                var next = below != 0 && offset < 0 ? below - offset : (offset & signs) + symbol * step;
                if (next < before) {
                    return symbol;
                }
                before = next;
            }
            return 0;
        }
    }
}
