package org.wyrm.symbols.btf;

import java.util.List;
import java.util.Optional;
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
 * @param damage where the number of symbols is, if that is damaged and was told by the size of a table
 * @param knownAddresses of some symbols, from elsewhere: one of them must be among the addresses; empty if none is known
 */
public record KallsymsTables(
        long symbolCount,
        ByteSlice names,
        ByteSlice tokenTable,
        ByteSlice tokenIndex,
        Addresses addresses,
        Optional<String> damage,
        List<Long> knownAddresses) {
    public KallsymsTables {
        knownAddresses = List.copyOf(knownAddresses);
    }

    /** Makes tables that say how many symbols there are, where nothing is known from elsewhere. */
    public KallsymsTables(
            long symbolCount, ByteSlice names, ByteSlice tokenTable, ByteSlice tokenIndex, Addresses addresses) {
        this(symbolCount, names, tokenTable, tokenIndex, addresses, Optional.empty(), List.of());
    }

    /** {@return the same tables, and addresses of some symbols from elsewhere} */
    public KallsymsTables withKnownAddresses(List<Long> known) {
        return new KallsymsTables(symbolCount, names, tokenTable, tokenIndex, addresses, damage, known);
    }

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
     * Checks the one number that all addresses depend on.
     *
     * @throws MalformedDataException if no symbol is where one is known to be
     */
    void checkSymbolAt(KallsymsAddresses decoded) {
        if (!knownAddresses.isEmpty() && knownAddresses.stream().noneMatch(decoded::has)) {
            throw addresses
                    .bytes()
                    .malformed(
                            0,
                            "no symbol is at 0x%x, where one is known to be: kallsyms_relative_base may be damaged"
                                    .formatted(knownAddresses.getFirst()));
        }
    }

    /**
     * Reads the tables of a target.
     *
     * @param pointerByteSize the size of a pointer of the target, in bytes
     * @throws org.wyrm.base.error.FaultException if a part of them is absent
     * @throws MalformedDataException if they cannot be where {@code at} says
     */
    public static KallsymsTables read(TargetMemory memory, KallsymsLocations at, int pointerByteSize) {
        var saidCount = memory.u32(at.symbolCount());
        var symbolCount = symbolCount(memory, at, saidCount, pointerByteSize);
        var damage = symbolCount == saidCount ? Optional.<String>empty() : Optional.of("kallsyms_num_syms+0x0");
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
                addresses(memory, at, (int) symbolCount, pointerByteSize),
                damage,
                List.of());
    }

    /**
     * In every version the base follows the offsets, so that the place between them is that of so many, and of padding,
     * which is 0 as no offset of a last symbol is.
     */
    private static long symbolCount(TargetMemory memory, KallsymsLocations at, long said, int pointerByteSize) {
        if (at.offsets().isEmpty() || at.relativeBase().isEmpty()) {
            return said;
        }
        var offsets = at.offsets().getAsLong();
        var room = at.relativeBase().getAsLong() - offsets;
        if (room <= 0 || room > MAX_NAMES_BYTE_SIZE) {
            return said;
        }
        var most = room / Integer.BYTES;
        return pointerByteSize > Integer.BYTES && memory.u32(offsets + room - Integer.BYTES) == 0 ? most - 1 : most;
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
