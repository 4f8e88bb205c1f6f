package org.wyrm.symbols.btf;

import java.lang.foreign.ValueLayout;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** The addresses of the kernel's symbols, which never fall. Immutable. */
final class KallsymsAddresses {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int SYMBOLS_AT_ONCE = 32;

    private final long[] addresses;

    KallsymsAddresses(KallsymsTables.Addresses table, int symbolCount) {
        addresses = switch (table) {
            case KallsymsTables.Absolute absolute -> absolute(absolute, symbolCount);
            case KallsymsTables.Relative relative -> relative(relative, symbolCount);
        };
        for (var first = 1; first < symbolCount; first += SYMBOLS_AT_ONCE) {
            checkOrder(table.bytes(), first, Math.min(symbolCount, first + SYMBOLS_AT_ONCE));
        }
    }

    private static long[] absolute(KallsymsTables.Absolute table, int symbolCount) {
        var decoded = new long[symbolCount];
        var byteSize = table.pointerByteSize();
        for (var symbol = 0; symbol < symbolCount; symbol++) {
            var at = (long) symbol * byteSize;
            decoded[symbol] = byteSize == Integer.BYTES
                    ? table.bytes().u32(at)
                    : table.bytes().u64(at);
        }
        return decoded;
    }

    private static long[] relative(KallsymsTables.Relative table, int symbolCount) {
        var bytes = table.bytes().slice(0, (long) symbolCount * Integer.BYTES);
        var offsets = bytes.segment().toArray(U32.withOrder(bytes.order()));
        var decoded = new long[symbolCount];
        var mask = table.pointerByteSize() == Integer.BYTES ? 0xffff_ffffL : -1L;
        var isPerCpuAbsolute = offsets[symbolCount - 1] < 0;
        for (var first = 0; first < symbolCount; first += SYMBOLS_AT_ONCE) {
            var end = Math.min(symbolCount, first + SYMBOLS_AT_ONCE);
            if (isPerCpuAbsolute) {
                addPerCpuAbsolute(offsets, table.relativeBase(), mask, decoded, first, end);
            } else {
                addFromBase(offsets, table.relativeBase(), mask, decoded, first, end);
            }
        }
        return decoded;
    }

    private static void addPerCpuAbsolute(int[] offsets, long base, long mask, long[] decoded, int first, int end) {
        for (var symbol = first; symbol < end; symbol++) {
            var offset = offsets[symbol];
            decoded[symbol] = offset >= 0 ? offset : base - 1 - offset & mask;
        }
    }

    private static void addFromBase(int[] offsets, long base, long mask, long[] decoded, int first, int end) {
        for (var symbol = first; symbol < end; symbol++) {
            decoded[symbol] = base + (offsets[symbol] & 0xffff_ffffL) & mask;
        }
    }

    private void checkOrder(ByteSlice bytes, int first, int end) {
        for (var symbol = first; symbol < end; symbol++) {
            if (Long.compareUnsigned(addresses[symbol], addresses[symbol - 1]) < 0) {
                throw misplaced(bytes, symbol);
            }
        }
    }

    private MalformedDataException misplaced(ByteSlice bytes, int symbol) {
        return bytes.malformed(
                symbol * (bytes.byteSize() / addresses.length),
                "symbol %d at 0x%x is below the one before it at 0x%x"
                        .formatted(symbol, addresses[symbol], addresses[symbol - 1]));
    }

    long address(int symbol) {
        return addresses[symbol];
    }

    /** {@return the first symbol with an address above {@code address}; the number of symbols if there is none} */
    int firstAbove(long address) {
        var low = 0;
        var high = addresses.length;
        while (low < high) {
            var middle = low + high >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    int symbolCount() {
        return addresses.length;
    }
}
