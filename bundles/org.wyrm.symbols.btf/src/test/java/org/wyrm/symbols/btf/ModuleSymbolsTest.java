package org.wyrm.symbols.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.Symbol;

class ModuleSymbolsTest {
    private static final long CODE = 0xffff_ffff_c000_0000L;
    private static final int FUNCTION = 2;
    private static final int WEAK_OBJECT = 2 << 4 | 1;

    private final ByteArrayOutputStream symtab = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strtab = new ByteArrayOutputStream();
    private final ByteArrayOutputStream typetab = new ByteArrayOutputStream();

    ModuleSymbolsTest() {
        strtab.write(0);
        symtab.writeBytes(new byte[24]);
        typetab.write('U');
    }

    private ModuleSymbolsTest add(String name, int info, int section, long address, long byteSize, char letter) {
        symtab.writeBytes(ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(name.isEmpty() ? 0 : strtab.size())
                .put((byte) info)
                .put((byte) 0)
                .putShort((short) section)
                .putLong(address)
                .putLong(byteSize)
                .array());
        strtab.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        strtab.write(0);
        typetab.write(letter);
        return this;
    }

    private static ByteSlice slice(String name, byte[] bytes) {
        return ByteSlice.of(name, bytes, ByteOrder.LITTLE_ENDIAN);
    }

    private ModuleSymbols.Tables tables() {
        return new ModuleSymbols.Tables(
                "ext4",
                slice("ext4[symtab]", symtab.toByteArray()),
                slice("ext4[strtab]", strtab.toByteArray()),
                Optional.of(slice("ext4[typetab]", typetab.toByteArray())));
    }

    @Test
    void symbolsHaveTheirSizeLetterAndModule() {
        add("ext4_fill", FUNCTION, 1, CODE + 16, 32, 't');

        assertThat(ModuleSymbols.decode(tables()))
                .containsExactly(new Symbol("ext4_fill", CODE + 16, OptionalLong.of(32), 't', Optional.of("ext4")));
    }

    @Test
    void theyComeInTheOrderOfAddressesWhateverTheTables() {
        add("c", FUNCTION, 1, -8, 8, 't').add("a", FUNCTION, 1, 16, 8, 'a').add("b", FUNCTION, 1, CODE, 8, 't');

        assertThat(ModuleSymbols.decode(tables())).extracting(Symbol::name).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsNoSymbolOfTheModuleIsLeftOut() {
        add("printk", FUNCTION, 0, 0, 0, 'U')
                .add("", FUNCTION, 1, CODE, 0, 't')
                .add("$x", 0, 1, CODE, 0, 't')
                .add(".L12", 0, 1, CODE, 0, 't')
                .add("kept", FUNCTION, 1, CODE, 0, 't');

        assertThat(ModuleSymbols.decode(tables())).extracting(Symbol::name).containsExactly("kept");
    }

    @Test
    void beforeTheLettersHadATableTheyComeFromTheTypes() {
        add("f", FUNCTION, 1, CODE, 8, '?')
                .add("w", WEAK_OBJECT, 1, CODE + 8, 8, '?')
                .add("d", 1, 1, CODE + 16, 8, '?');
        var tables = tables();

        var old = new ModuleSymbols.Tables("m", tables.symtab(), tables.strtab(), Optional.empty());

        assertThat(ModuleSymbols.decode(old)).extracting(Symbol::type).containsExactly('t', 'v', 'd');
    }

    @Test
    void lookupsKnowNamesAndCoveredAddresses() {
        add("f", FUNCTION, 1, CODE, 8, 't')
                .add("alias", FUNCTION, 1, CODE, 8, 't')
                .add("mark", 0, 1, CODE + 8, 0, 't');
        var source = new ModuleSymbols(this::tables, damage -> {});
        var finder = source.symbols().orElseThrow();

        assertThat(source.name()).isEqualTo("kallsyms");
        assertThat(finder.findSymbols("alias")).hasSize(1);
        assertThat(finder.findSymbols("none")).isEmpty();
        assertThat(finder.symbolsAt(CODE + 7)).extracting(Symbol::name).containsExactly("f", "alias");
        assertThat(finder.symbolsAt(CODE + 8)).extracting(Symbol::name).containsExactly("mark");
        assertThat(finder.symbolsAt(CODE + 9)).isEmpty();
        assertThat(finder.symbolsAt(CODE - 1)).isEmpty();
        assertThat(finder.allSymbols()).hasSize(3);
    }

    @Test
    void tablesCutAtAnyByteOnlySaySo() {
        add("f", FUNCTION, 1, CODE, 8, 't');
        var whole = tables();
        for (var byteSize = 25L; byteSize < 48; byteSize++) {
            var cut = new ModuleSymbols.Tables("m", whole.symtab().slice(0, byteSize), whole.strtab(), whole.typetab());
            assertThatThrownBy(() -> ModuleSymbols.decode(cut)).isInstanceOf(MalformedDataException.class);
        }
        for (var byteSize = 0L; byteSize < whole.strtab().byteSize(); byteSize++) {
            var cut =
                    new ModuleSymbols.Tables("m", whole.symtab(), whole.strtab().slice(0, byteSize), whole.typetab());
            assertThatThrownBy(() -> ModuleSymbols.decode(cut)).isInstanceOf(MalformedDataException.class);
        }
        var cut = new ModuleSymbols.Tables(
                "m", whole.symtab(), whole.strtab(), whole.typetab().map(letters -> letters.slice(0, 1)));
        assertThatThrownBy(() -> ModuleSymbols.decode(cut)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void aNameThatCannotBeReadCostsOneSymbolAndIsToldOnce() {
        add("f", FUNCTION, 1, CODE, 8, 't').add("g", FUNCTION, 1, CODE + 8, 8, 't');
        var bytes = symtab.toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(48, 0x7fff_ffff);
        var whole = tables();
        var told = new ArrayList<String>();
        var damaged = new ModuleSymbols.Tables("m", slice("m symtab", bytes), whole.strtab(), whole.typetab());
        var finder = new ModuleSymbols(() -> damaged, told::add).symbols().orElseThrow();

        assertThat(finder.allSymbols()).hasSize(1);
        assertThat(finder.findSymbols("f")).hasSize(1);
        assertThat(finder.symbolsAt(CODE + 8)).isEmpty();
        assertThat(told).singleElement().asString().startsWith("1 symbol: ").contains("strtab");
    }

    @Test
    void tablesThatCannotBeReadCostAllSymbolsAndAreToldOnce() {
        var told = new ArrayList<String>();
        var finder = new ModuleSymbols(
                        () -> {
                            throw new CorruptStructureException("mod_kallsyms", 0x10, "no such memory");
                        },
                        told::add)
                .symbols()
                .orElseThrow();

        assertThat(finder.allSymbols()).isEmpty();
        assertThat(finder.symbolsAt(CODE)).isEmpty();
        assertThat(told).singleElement().asString().startsWith("all symbols: ").contains("no such memory");
    }
}
