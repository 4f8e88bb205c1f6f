package org.wyrm.symbols.btf;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.memory.TargetMemory;

/**
 * The bytes of the kernel's tables of its own symbols.
 *
 * @param symbolCount how many symbols there are
 * @param names {@code kallsyms_names}; may go on behind its end
 * @param tokenTable {@code kallsyms_token_table}; may go on behind its end
 * @param tokenIndex {@code kallsyms_token_index}, 256 16-bit numbers
 * @param addresses the addresses, in one of the forms that kernels know
 */
public record KallsymsTables(
        long symbolCount, ByteSlice names, ByteSlice tokenTable, ByteSlice tokenIndex, Addresses addresses) {
    private static final int TOKEN_INDEX_BYTE_SIZE = 512;

    /** The most bytes that a token table can have, as its index has 16 bits. */
    private static final long MAX_TOKEN_TABLE_BYTE_SIZE = 1 << 17;

    /** More than any kernel's names have, in bytes: a tenth of it is the most seen. */
    private static final long MAX_NAMES_BYTE_SIZE = 1 << 26;

    /** The addresses of symbols. */
    public sealed interface Addresses {
        /** {@return the bytes of the table} */
        ByteSlice bytes();

        /** {@return the size of a pointer of the target, in bytes} */
        int pointerByteSize();
    }

    /** {@code kallsyms_addresses}: a pointer each. */
    public record Absolute(ByteSlice bytes, int pointerByteSize) implements Addresses {}

    /**
     * {@code kallsyms_offsets}: 32 bits each.
     *
     * <p>Where the last one is not negative, all are unsigned distances from the base. Where it is, the kernel is one with
     * CONFIG_KALLSYMS_ABSOLUTE_PERCPU (x86-64 before 6.15): those not negative are addresses themselves, of per-CPU
     * symbols; of a negative one the address is {@code relativeBase - 1 - offset}.
     *
     * @param relativeBase what {@code kallsyms_relative_base} holds
     * @kernel kernel/kallsyms.c
     */
    public record Relative(ByteSlice bytes, long relativeBase, int pointerByteSize) implements Addresses {}

    /**
     * {@code kallsyms_offsets} since Linux kernel commit a081b5789255 ("kallsyms: Get rid of kallsyms relative base") (in
     * v7.0): 32 bits each, the signed distance of the symbol from this number's own place.
     *
     * @param tableAddress the address of the table
     */
    public record PlaceRelative(ByteSlice bytes, long tableAddress, int pointerByteSize) implements Addresses {}

    /**
     * {@return how many symbols there are}
     *
     * @throws MalformedDataException if so many cannot be in the bytes of the names
     */
    int checkedSymbolCount() {
        if (symbolCount < 1 || symbolCount > names.byteSize() / 2) {
            throw names.malformed(0, symbolCount + " symbols cannot be in " + names.byteSize() + " bytes");
        }
        return (int) symbolCount;
    }

    /**
     * Reads the tables of a target.
     *
     * @param pointerByteSize the size of a pointer of the target, in bytes
     * @throws org.wyrm.base.error.FaultException if a part of them is absent
     * @throws MalformedDataException if they cannot be where {@code at} says
     */
    public static KallsymsTables read(TargetMemory memory, KallsymsLocations at, int pointerByteSize) {
        var symbolCount = memory.u32(at.symbolCount());
        // In every version the markers come after the names, then perhaps the sequences, then tokens and their index.
        var namesByteSize =
                distance("kallsyms_names", at.names(), "kallsyms_token_table", at.tokenTable(), MAX_NAMES_BYTE_SIZE);
        var tokensByteSize = distance(
                "kallsyms_token_table",
                at.tokenTable(),
                "kallsyms_token_index",
                at.tokenIndex(),
                MAX_TOKEN_TABLE_BYTE_SIZE);
        if (symbolCount == 0 || symbolCount > namesByteSize / 2) {
            throw new MalformedDataException(
                    "kallsyms_num_syms",
                    0,
                    "%d symbols do not fit in %d bytes of names".formatted(symbolCount, namesByteSize));
        }
        return new KallsymsTables(
                symbolCount,
                memory.slice("kallsyms_names", at.names(), namesByteSize),
                memory.slice("kallsyms_token_table", at.tokenTable(), tokensByteSize),
                memory.slice("kallsyms_token_index", at.tokenIndex(), TOKEN_INDEX_BYTE_SIZE),
                addresses(memory, at, (int) symbolCount, pointerByteSize));
    }

    private static Addresses addresses(
            TargetMemory memory, KallsymsLocations at, int symbolCount, int pointerByteSize) {
        if (at.addresses().isPresent()) {
            var bytes = memory.slice("kallsyms_addresses", at.addresses().getAsLong(), symbolCount * pointerByteSize);
            return new Absolute(bytes, pointerByteSize);
        }
        var offsetsAddress = at.offsets().getAsLong();
        var bytes = memory.slice("kallsyms_offsets", offsetsAddress, symbolCount * Integer.BYTES);
        if (at.relativeBase().isEmpty()) {
            return new PlaceRelative(bytes, offsetsAddress, pointerByteSize);
        }
        var baseAddress = at.relativeBase().getAsLong();
        var base = pointerByteSize == Integer.BYTES ? memory.u32(baseAddress) : memory.u64(baseAddress);
        return new Relative(bytes, base, pointerByteSize);
    }

    private static int distance(String firstName, long first, String nextName, long next, long maxByteSize) {
        var byteSize = next - first;
        if (byteSize <= 0 || byteSize > maxByteSize) {
            throw new MalformedDataException(
                    firstName,
                    0,
                    "it is at 0x%x, but %s, which follows it, is at 0x%x".formatted(first, nextName, next));
        }
        return (int) byteSize;
    }
}
