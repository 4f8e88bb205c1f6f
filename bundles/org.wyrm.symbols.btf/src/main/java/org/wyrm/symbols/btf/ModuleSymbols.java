package org.wyrm.symbols.btf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.symbols.spi.SymbolSource;

/**
 * The symbols that a loaded module keeps, {@code struct mod_kallsyms}, as a source.
 *
 * <pre>
 * symtab   num_symtab records of 24 bytes: u32 name, u8 info, u8 other, u16 section, u64 value, u64 size
 * strtab   the names
 * typetab  num_symtab letters, since v5.2
 * </pre>
 *
 * <p>The letters are those of {@code typetab}: small ones. {@code /proc/kallsyms} makes those of exported symbols large,
 * which this table does not know. Symbols without a name or a section, and those that only tell code from data (
 * {@code $x}, {@code .L…}), are left out as the kernel does.
 *
 * <p>What is damaged costs what it touches: a symbol whose name cannot be read is left out, and where the tables cannot
 * be read, all are; that is told once.
 *
 * <p>Thread-safe. Nothing is read before something is asked.
 *
 * @kernel kernel/module/kallsyms.c
 */
public final class ModuleSymbols implements SymbolSource {
    private static final int RECORD_BYTE_SIZE = 24;
    private static final int SHN_UNDEF = 0;
    private static final int STT_FUNC = 2;
    private static final int STB_WEAK = 2;

    /**
     * The bytes of {@code struct mod_kallsyms}.
     *
     * @param module the module's name
     * @param symtab all records
     * @param strtab the names
     * @param typetab the letters, where the kernel has them
     */
    public record Tables(String module, ByteSlice symtab, ByteSlice strtab, Optional<ByteSlice> typetab) {}

    private final Finder finder;

    /**
     * @param tables gives the tables when they are first needed
     * @param damage is told, once, what is left out
     */
    public ModuleSymbols(Supplier<Tables> tables, Consumer<String> damage) {
        finder = new Finder(tables, damage);
    }

    @Override
    public String name() {
        return "kallsyms";
    }

    @Override
    public Optional<SymbolFinder> symbols() {
        return Optional.of(finder);
    }

    /**
     * {@return the symbols of a module, in the order of addresses}
     *
     * @throws org.wyrm.base.error.MalformedDataException if a name is not among the names
     */
    public static List<Symbol> decode(Tables tables) {
        var decoded = decode(tables, at -> true);
        if (decoded.firstDamage != null) {
            throw decoded.firstDamage;
        }
        return decoded.symbols;
    }

    /** Those that could be decoded, and why others could not be. */
    private record Decoded(
            List<Symbol> symbols,
            int damagedCount,
            @Nullable MalformedDataException firstDamage) {}

    /** Makes those only that are wanted: names take the most time. */
    private static Decoded decode(Tables tables, LongPredicate isWanted) {
        var symtab = tables.symtab();
        if (symtab.byteSize() % RECORD_BYTE_SIZE != 0) {
            throw symtab.malformed(
                    symtab.byteSize() - symtab.byteSize() % RECORD_BYTE_SIZE, "the last symbol is cut off");
        }
        var symbols = new ArrayList<Symbol>();
        var damagedCount = 0;
        MalformedDataException firstDamage = null;
        for (var at = 0L; at < symtab.byteSize(); at += RECORD_BYTE_SIZE) {
            if (symtab.u16(at + 6) != SHN_UNDEF && symtab.u32(at) != 0 && isWanted.test(at)) {
                try {
                    var name = tables.strtab().cString(symtab.u32(at));
                    if (!isMapping(name)) {
                        symbols.add(symbol(tables, at, name));
                    }
                } catch (MalformedDataException e) {
                    damagedCount++;
                    firstDamage = firstDamage == null ? e : firstDamage;
                }
            }
        }
        symbols.sort((left, right) -> Long.compareUnsigned(left.address(), right.address()));
        return new Decoded(List.copyOf(symbols), damagedCount, firstDamage);
    }

    private static boolean isMapping(String name) {
        return name.isEmpty() || name.charAt(0) == '$' || name.startsWith(".L") || name.startsWith("L0");
    }

    private static Symbol symbol(Tables tables, long at, String name) {
        var symtab = tables.symtab();
        var letter = tables.typetab()
                .map(letters -> (char) letters.u8(at / RECORD_BYTE_SIZE))
                .orElseGet(() -> letter(symtab.u8(at + 4)));
        var byteSize = OptionalLong.of(symtab.u64(at + 16));
        return new Symbol(name, symtab.u64(at + 8), byteSize, letter, Optional.of(tables.module()));
    }

    private static char letter(int info) {
        var isFunction = (info & 0xf) == STT_FUNC;
        if (info >>> 4 == STB_WEAK) {
            return isFunction ? 'w' : 'v';
        }
        return isFunction ? 't' : 'd';
    }

    private static final class Finder implements SymbolFinder {
        private static final ByteSlice NOTHING = ByteSlice.of("", new byte[0], ByteOrder.LITTLE_ENDIAN);

        private final Supplier<Tables> reader;
        private final Consumer<String> damage;
        private boolean isTold;
        private @Nullable Tables tables;
        private volatile @Nullable List<Symbol> decoded;

        Finder(Supplier<Tables> reader, Consumer<String> damage) {
            this.reader = reader;
            this.damage = damage;
        }

        private synchronized void tell(String what) {
            if (!isTold) {
                isTold = true;
                damage.accept(what);
            }
        }

        private List<Symbol> told(Decoded decoded) {
            if (decoded.firstDamage != null) {
                tell(decoded.damagedCount
                        + (decoded.damagedCount == 1 ? " symbol: " : " symbols: ")
                        + decoded.firstDamage.getMessage());
            }
            return decoded.symbols;
        }

        private synchronized Tables tables() {
            var known = tables;
            if (known == null) {
                known = switch (Attempt.of(reader)) {
                    case Attempt.Success<Tables>(var read) -> read;
                    case Attempt.Failure<Tables>(var error) -> {
                        tell("all symbols: " + error.getMessage());
                        yield new Tables("", NOTHING, NOTHING, Optional.empty());
                    }
                };
                tables = known;
            }
            return known;
        }

        @Override
        public List<Symbol> findSymbols(String name) {
            return all().stream().filter(symbol -> symbol.name().equals(name)).toList();
        }

        @Override
        public List<Symbol> symbolsAt(long virtualAddress) {
            var symtab = tables().symtab();
            var covering = told(decode(tables(), at -> covers(symtab, at, virtualAddress)));
            return covering.stream()
                    .filter(symbol -> symbol.address() == covering.getLast().address())
                    .toList();
        }

        private static boolean covers(ByteSlice symtab, long at, long virtualAddress) {
            var distance = virtualAddress - symtab.u64(at + 8);
            return distance == 0 || Long.compareUnsigned(distance, symtab.u64(at + 16)) < 0;
        }

        @Override
        public Stream<Symbol> allSymbols() {
            return all().stream();
        }

        private synchronized List<Symbol> all() {
            var known = decoded;
            if (known == null) {
                known = told(decode(tables(), at -> true));
                decoded = known;
            }
            return known;
        }
    }
}
