package org.wyrm.debuginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.debuginfo.TestFiles.write;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfSymbolsBuilder;

class DebugFileTest {
    private static final byte[] CONTENT = TestFiles.text("what a compiler knew ".repeat(50));

    @TempDir
    Path folder;

    private static byte[] compressed(long byteSize) {
        var section = new ByteArrayOutputStream();
        section.writeBytes(ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1)
                .putInt(0)
                .putLong(byteSize)
                .putLong(1)
                .array());
        section.writeBytes(TestFiles.zlib(CONTENT));
        return section.toByteArray();
    }

    @Test
    void givesCompressedSectionsWhole() {
        var old = new ByteArrayOutputStream();
        old.writeBytes(TestFiles.text("ZLIB"));
        old.writeBytes(ByteBuffer.allocate(8).putLong(CONTENT.length).array());
        old.writeBytes(TestFiles.zlib(CONTENT));
        var path = write(
                folder.resolve("a"),
                new ElfBuilder()
                        .type(2)
                        .section(".debug_info", 1, 0x800, 0, 0, compressed(CONTENT.length))
                        .section(".zdebug_line", 1, old.toByteArray())
                        .section(".debug_str", 1, CONTENT)
                        .build());

        try (var file = DebugFile.open(path)) {
            for (var name : new String[] {".debug_info", ".debug_line", ".debug_str"}) {
                var section = file.section(name).orElseThrow();
                assertThat(section.toArray(0, section.byteSize())).as(name).isEqualTo(CONTENT);
            }
            assertThat(file.section(".debug_loc")).isEmpty();
            assertThat(file.hasDebugInformation()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10, 100_000, 1L << 40, -1})
    void saysWhichSectionBreaksItsPromise(long byteSize) {
        var path = write(
                folder.resolve("a"),
                new ElfBuilder()
                        .type(2)
                        .section(".debug_info", 1, 0x800, 0, 0, compressed(byteSize))
                        .build());

        try (var file = DebugFile.open(path)) {
            assertThatThrownBy(() -> file.section(".debug_info"))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageStartingWith(path + "[.debug_info]+0x");
        }
    }

    @Test
    void relocatesTheSectionsOfAModule() {
        var symbols = new ElfSymbolsBuilder(64, ByteOrder.LITTLE_ENDIAN).symbol("", 0, 0, 3, 0, 1);
        var relocation = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        relocation.putLong(8).putLong(1L << 32 | 1).putLong(0x22);
        var path = write(
                folder.resolve("a.ko"),
                new ElfBuilder()
                        .type(1)
                        .section(".text", 1, 6, 0, 0, new byte[64])
                        .section(".debug_info", 1, 0x800, 0, 0, compressed(CONTENT.length))
                        .section(".rela.debug_info", 4, 0, 4, 2, relocation.array())
                        .section(".symtab", 2, 0, 5, 0, symbols.symbols())
                        .section(".strtab", 3, symbols.names())
                        .build());

        try (var file = DebugFile.open(path)) {
            var section = file.section(".debug_info").orElseThrow();

            assertThat(section.u64(8)).isEqualTo(0x1022);
            assertThat(section.text(0, 8)).isEqualTo("what a c");
            assertThat(section.byteSize()).isEqualTo(CONTENT.length);
        }
    }

    @Test
    void opensFilesThatAreCompressedWhole() {
        var module = TestFiles.moduleDebugFile("abcd", "a");

        for (var packed : new byte[][] {module, TestFiles.xz(module), TestFiles.gzip(module)}) {
            try (var file = DebugFile.open(write(folder.resolve("a.ko"), packed))) {
                assertThat(file.buildId().orElseThrow()).hasToString("abcd");
                assertThat(file.section(".debug_info").orElseThrow().byteSize()).isEqualTo(3);
            }
        }
    }

    @Test
    void hasTheSymbolsThatAreEmbedded() {
        var inner = TestFiles.stripped("abcd").build();
        var path = write(
                folder.resolve("a"),
                TestFiles.stripped("abcd")
                        .section(".gnu_debugdata", 1, TestFiles.xz(inner))
                        .build());

        try (var file = DebugFile.open(path)) {
            assertThat(file.embeddedSymbols())
                    .hasValueSatisfying(elf ->
                            assertThat(elf.symbolTable().orElseThrow().name(1)).isEqualTo("main"));
        }
    }

    @Test
    void refusesWhatIsNoElfFile() {
        assertThatThrownBy(() -> DebugFile.open(write(folder.resolve("a"), TestFiles.text("hello"))))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessage(folder + "/a: is not an ELF file");
        assertThatThrownBy(() -> DebugFile.open(write(folder.resolve("b"), TestFiles.xz(CONTENT))))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessage(folder + "/b: is not an ELF file");
        assertThatThrownBy(() -> DebugFile.open(folder.resolve("c")))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessage(folder + "/c: no such file");
    }
}
