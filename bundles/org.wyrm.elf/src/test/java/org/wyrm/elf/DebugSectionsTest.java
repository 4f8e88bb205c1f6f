package org.wyrm.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfSymbolsBuilder;

/** Symbols, relocations, compression headers, links and build IDs. */
@Timeout(60)
class DebugSectionsTest {
    private static final int EM_X86_64 = 62;
    private static final long SHF_ALLOC = 2;
    private static final long SHF_COMPRESSED = 0x800;

    static Stream<Arguments> shapes() {
        return Stream.of(32, 64)
                .flatMap(bits -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                        .map(order -> Arguments.of(bits, order)));
    }

    private static ElfFile parse(byte[] file) {
        return ElfFile.parse(ByteSlice.of("a.ko", file, ByteOrder.LITTLE_ENDIAN));
    }

    private static byte[] words(int bits, ByteOrder order, long... values) {
        var bytes = ByteBuffer.allocate(values.length * bits / 8).order(order);
        for (var value : values) {
            if (bits == 64) {
                bytes.putLong(value);
            } else {
                bytes.putInt((int) value);
            }
        }
        return bytes.array();
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (var part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * A relocatable file with one of everything: 1 .text, 2 .debug_info, 3 its relocations, 4 .symtab, 5 .strtab, 6
     * section numbers, 7 build ID, 8 and 9 links, 10 and 11 compressed sections.
     */
    static byte[] everything(int bits, ByteOrder order) {
        var symbols = new ElfSymbolsBuilder(bits, order)
                .symbol("", 0, 0, 3, 0, 1)
                .symbol("start", 0x10, 4, 0x12, 0, 1)
                .symbol("weak", 0x20, 8, 0x21, 2, 0xffff)
                .symbol("absolute", 0x1234, 0, 0x10, 0, 0xfff1)
                .symbol("common", 8, 16, 0x11, 0, 0xfff2)
                .symbol("elsewhere", 0, 0, 0x10, 3, 0);
        var info = bits == 64 ? 32 : 8;
        return new ElfBuilder()
                .bits(bits)
                .order(order)
                .type(1)
                .machine(bits == 64 ? EM_X86_64 : 3)
                .section(".text", 1, SHF_ALLOC, 0, 0, new byte[64])
                .section(".debug_info", 1, new byte[40])
                .section(
                        ".rela.debug_info",
                        4,
                        0,
                        4,
                        2,
                        words(bits, order, 0, 2L << info | 1, 4, 8, 3L << info | 2, -4, 16, 0, 0))
                .section(".symtab", 2, 0, 5, 2, symbols.symbols())
                .section(".strtab", 3, symbols.names())
                .section(".symtab_shndx", 18, 0, 4, 0, words(32, order, 0, 0, 0, 2, 0, 0, 0))
                .buildId((byte) 0xab, (byte) 0xcd, (byte) 1)
                .section(".gnu_debuglink", 1, join(text("a.debug\0"), words(32, order, 0xcafe_babeL)))
                .section(".gnu_debugaltlink", 1, join(text("../dwz/a\0"), new byte[] {1, 2, 3}))
                .section(".debug_str", 1, SHF_COMPRESSED, 0, 0, compressed(bits, order, 1, 1000, 4))
                .section(".zdebug_line", 1, join(text("ZLIB"), words(64, ByteOrder.BIG_ENDIAN, 77), text("xyz")))
                .build();
    }

    private static byte[] compressed(int bits, ByteOrder order, int type, long byteSize, long alignment) {
        return join(
                words(32, order, type),
                bits == 64 ? new byte[4] : new byte[0],
                words(bits, order, byteSize, alignment),
                text("packed"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void symbolsHaveTheirParts(int bits, ByteOrder order) {
        var table = parse(everything(bits, order)).symbolTable().orElseThrow();

        assertThat(table.symbols())
                .containsExactly(
                        new ElfSymbol("", 0, 0, 0, 0, 0, 0),
                        new ElfSymbol("", 0, 0, 0, ElfSymbol.STT_SECTION, 0, 1),
                        new ElfSymbol("start", 0x10, 4, ElfSymbol.STB_GLOBAL, ElfSymbol.STT_FUNC, 0, 1),
                        new ElfSymbol(
                                "weak", 0x20, 8, ElfSymbol.STB_WEAK, ElfSymbol.STT_OBJECT, ElfSymbol.STV_HIDDEN, 2),
                        new ElfSymbol("absolute", 0x1234, 0, 1, 0, 0, ElfSymbol.SHN_ABS),
                        new ElfSymbol("common", 8, 16, 1, 1, 0, ElfSymbol.SHN_COMMON),
                        new ElfSymbol("elsewhere", 0, 0, 1, 0, ElfSymbol.STV_PROTECTED, ElfSymbol.SHN_UNDEF));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void linksAndBuildIdAreFound(int bits, ByteOrder order) {
        var elf = parse(everything(bits, order));

        assertThat(elf.buildId()).contains(new BuildId("abcd01"));
        assertThat(elf.debugLink()).contains(new ElfDebugLink("a.debug", 0xcafe_babe));
        assertThat(elf.alternateLink()).contains(new ElfAlternateLink("../dwz/a", new BuildId("010203")));
    }

    /** {@return {@code .debug_sup}, of the file that is shared if there is no name} */
    private static byte[] supplementary(ByteOrder order, String name, int... checksum) {
        var version = ByteBuffer.allocate(2).order(order).putShort((short) 5);
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(version.array());
        bytes.write(name.isEmpty() ? 1 : 0);
        bytes.writeBytes(text(name + "\0"));
        bytes.write(checksum.length);
        for (var digit : checksum) {
            bytes.write(digit);
        }
        return bytes.toByteArray();
    }

    private static ElfFile withSupplementary(int bits, ByteOrder order, byte[] section) {
        return parse(new ElfBuilder()
                .bits(bits)
                .order(order)
                .buildId((byte) 9)
                .section(".debug_sup", 1, section)
                .build());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theSharedFileOfDwarf5IsNamedAndKnownByItsChecksum(int bits, ByteOrder order) {
        var user = withSupplementary(bits, order, supplementary(order, "../dwz/a", 1, 2, 3));
        var shared = withSupplementary(bits, order, supplementary(order, "", 1, 2, 3));

        assertThat(user.alternateLink()).contains(new ElfAlternateLink("../dwz/a", new BuildId("010203")));
        assertThat(user.sharedId()).isEmpty();
        assertThat(shared.alternateLink()).isEmpty();
        assertThat(shared.sharedId()).contains(new BuildId("010203"));
        assertThat(parse(everything(bits, order)).sharedId()).contains(new BuildId("abcd01"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aSectionOfSharedFilesThatIsDamagedIsRejected(int bits, ByteOrder order) {
        var sound = supplementary(order, "a", 1, 2, 3);
        for (var size = 1; size < sound.length; size++) {
            var cut = withSupplementary(bits, order, Arrays.copyOf(sound, size));
            assertThatThrownBy(cut::alternateLink).isInstanceOf(MalformedDataException.class);
        }
        for (var at : List.of(0, 1, 2, 5)) {
            var changed = sound.clone();
            changed[at] = 99;
            var elf = withSupplementary(bits, order, changed);
            assertThatThrownBy(elf::alternateLink)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(".debug_sup");
        }
        var empty = withSupplementary(bits, order, supplementary(order, "a"));
        assertThatThrownBy(empty::alternateLink).hasMessageContaining("0 bytes are no build ID");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void compressedSectionsSayHowAndHowMuch(int bits, ByteOrder order) {
        var elf = parse(everything(bits, order));

        assertThat(elf.compression(elf.findDebugSection(".debug_str").orElseThrow()))
                .hasValueSatisfying(compression -> {
                    assertThat(compression.kind()).isEqualTo(ElfCompressedSection.Kind.ZLIB);
                    assertThat(compression.byteSize()).isEqualTo(1000);
                    assertThat(compression.alignmentBytes()).isEqualTo(4);
                    assertThat(compression.compressed().text(0, 6)).isEqualTo("packed");
                });
        assertThat(elf.compression(elf.findDebugSection(".debug_line").orElseThrow()))
                .hasValueSatisfying(compression -> {
                    assertThat(compression.byteSize()).isEqualTo(77);
                    assertThat(compression.compressed().text(0, 3)).isEqualTo("xyz");
                });
        assertThat(elf.compression(elf.findSection(".text").orElseThrow())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void relocationsPutAddressesIntoASection(int bits, ByteOrder order) {
        var elf = parse(everything(bits, order));
        var section = elf.findSection(".debug_info").orElseThrow();
        var layout = new ElfSectionAddresses.SideBySide(elf);
        var content = new byte[40];

        var relocator = new ElfRelocator(elf, layout);
        relocator.apply(section, content);

        assertThat(relocator.concerns(section)).isTrue();
        assertThat(relocator.concerns(elf.findSection(".text").orElseThrow())).isFalse();
        var bytes = ByteBuffer.wrap(content).order(order);
        // start + 4, and weak - 4 less the place, which is not in memory: section 2 has no address.
        assertThat(bits == 64 ? bytes.getLong(0) : bytes.getInt(0)).isEqualTo(0x1000 + 0x10 + 4);
        assertThat(bytes.getInt(8)).isEqualTo(0x20 - 4 - 8);
        assertThat(Arrays.copyOfRange(content, 12, 40)).containsOnly(0);
        assertThat(layout.sectionAt(0x1000 + 0x10)).map(ElfSection::name).contains(".text");
        assertThat(layout.sectionAt(0x1040)).isEmpty();
    }

    @Nested
    class ARelocation {
        private static byte[] file(int type, int machine, int bits, ByteOrder order, int tableType, byte[] table) {
            var symbols = new ElfSymbolsBuilder(bits, order).symbol("there", 0x1234_5678_9aL, 0, 0x10, 0, 0xfff1);
            return new ElfBuilder()
                    .bits(bits)
                    .order(order)
                    .type(type)
                    .machine(machine)
                    .section(".debug_info", 1, new byte[16])
                    .section(".rel", tableType, 0, 3, 1, table)
                    .section(".symtab", 2, 0, 4, 1, symbols.symbols())
                    .section(".strtab", 3, symbols.names())
                    .build();
        }

        private static byte[] relocated(byte[] file, byte[] content) {
            var elf = parse(file);
            new ElfRelocator(elf, ElfSectionAddresses.ofHeaders())
                    .apply(elf.findSection(".debug_info").orElseThrow(), content);
            return content;
        }

        @ParameterizedTest
        @CsvSource({
            "62, 1, 8", "62, 10, 4", "62, 11, 4", "62, 12, 2", "62, 14, 1", "62, 17, 8", "62, 21, 4",
            "183, 257, 8", "183, 258, 4", "183, 259, 2", "22, 22, 8", "22, 4, 4", "22, 3, 2", "22, 1, 1",
            "21, 38, 8", "21, 43, 8", "21, 1, 4", "21, 24, 4", "21, 3, 2",
        })
        void isWrittenInSoManyBytes(int machine, int type, int byteSize) {
            for (var order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                var table = words(64, order, 8, 1L << 32 | type, 1);

                var content = relocated(file(1, machine, 64, order, 4, table), new byte[16]);

                var whole = words(64, order, 0x1234_5678_9bL);
                var expected = new byte[16];
                System.arraycopy(whole, order == ByteOrder.LITTLE_ENDIAN ? 0 : 8 - byteSize, expected, 8, byteSize);
                assertThat(content).isEqualTo(expected);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "62, 2, 4",
            "62, 24, 8",
            "62, 13, 2",
            "183, 260, 8",
            "183, 261, 4",
            "183, 262, 2",
            "22, 5, 4",
            "22, 23, 8",
            "21, 26, 4",
            "21, 44, 8",
        })
        void isRelativeToItsPlace(int machine, int type, int byteSize) {
            var order = ByteOrder.LITTLE_ENDIAN;

            var content =
                    relocated(file(1, machine, 64, order, 4, words(64, order, 8, 1L << 32 | type, 0)), new byte[16]);

            var expected = new byte[16];
            System.arraycopy(words(64, order, 0x1234_5678_9aL - 8), 0, expected, 8, byteSize);
            assertThat(content).isEqualTo(expected);
        }

        @Test
        void withoutAddendTakesWhatStandsThere() {
            var order = ByteOrder.LITTLE_ENDIAN;
            var table = words(32, order, 4, 1 << 8 | 1, 8, 1 << 8 | 2, 12, 0);

            var content = relocated(file(1, 3, 32, order, 9, table), words(32, order, 1, 2, 3, 4));

            assertThat(content).isEqualTo(words(32, order, 1, 0x3456_789a + 2, 0x3456_789a + 3 - 8, 4));
        }

        /** So many are shared out to threads; the first one that is wrong is told. */
        @Test
        void isOneOfManyThatAreEachAppliedOnce() {
            var order = ByteOrder.LITTLE_ENDIAN;
            var count = 200_001;
            var entries = new long[3 * count];
            var expected = new long[count];
            for (var i = 0; i < count; i++) {
                entries[3 * i] = 8L * i;
                entries[3 * i + 1] = 1L << 32 | 1;
                entries[3 * i + 2] = i;
                expected[i] = 0x1234_5678_9aL + i;
            }

            var content = relocated(file(1, EM_X86_64, 64, order, 4, words(64, order, entries)), new byte[8 * count]);
            entries[3 * (count - 1)] = -1;
            entries[3 * (count - 2)] = -2;
            var broken = file(1, EM_X86_64, 64, order, 4, words(64, order, entries));

            assertThat(content).isEqualTo(words(64, order, expected));
            assertThatThrownBy(() -> relocated(broken, new byte[8 * count]))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("+0x%x: relocation at".formatted(24L * (count - 2)));
        }

        @Test
        void isAppliedAlreadyInAnythingButARelocatableFile() {
            var order = ByteOrder.LITTLE_ENDIAN;
            var vmlinux = file(2, EM_X86_64, 64, order, 4, words(64, order, 8, 1L << 32 | 1, 1));

            assertThat(relocated(vmlinux, new byte[16])).containsOnly(0);
        }

        @Test
        void ofAnUnknownTypeIsRefused() {
            var order = ByteOrder.LITTLE_ENDIAN;

            assertThatThrownBy(() -> relocated(
                            file(1, EM_X86_64, 64, order, 4, words(64, order, 0, 0, 0, 8, 1L << 32 | 99, 1)),
                            new byte[16]))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessage("a.ko[.rel]+0x18: relocation type 99 of machine 62 is not known");
            assertThatThrownBy(() -> relocated(file(1, 243, 64, order, 4, words(64, order, 0, 0, 0)), new byte[16]))
                    .isInstanceOf(UnsupportedTargetException.class);
        }

        @ParameterizedTest
        @CsvSource({"9, 1, relocation at 0x9", "-1, 1, relocation at 0xf", "0, 2, relocation to symbol 2"})
        void staysInside(long offset, long symbol, String message) {
            var order = ByteOrder.LITTLE_ENDIAN;
            var table = words(64, order, offset, symbol << 32 | 1, 0);

            assertThatThrownBy(() -> relocated(file(1, EM_X86_64, 64, order, 4, table), new byte[16]))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(message);
        }

        @Test
        void isWhole() {
            var order = ByteOrder.LITTLE_ENDIAN;

            assertThatThrownBy(() -> relocated(file(1, EM_X86_64, 64, order, 4, words(64, order, 8, 1)), new byte[16]))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("a.ko[.rel]+0x0: the last relocation is cut off");
        }
    }

    @Nested
    class ASymbolTable {
        private static ElfBuilder file(byte[] symbols, int link) {
            return new ElfBuilder().section(".symtab", 2, 0, link, 0, symbols);
        }

        @Test
        void isWhole() {
            assertThatThrownBy(() -> parse(file(new byte[25], 2).build()).symbolTable())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("a.ko[.symtab]+0x18: the last symbol is cut off");
        }

        @Test
        void hasItsNamesInASection() {
            assertThatThrownBy(() -> parse(file(new byte[24], 3).build()).symbolTable())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageEndingWith("the names of symbols are in section 3, the file has 3 sections");
        }

        @Test
        void needsTheSectionOfLargeNumbersWhereItPointsThere() {
            var symbols = new ElfSymbolsBuilder(64, ByteOrder.LITTLE_ENDIAN).symbol("", 0, 0, 0, 0, 0xffff);
            var table = parse(file(symbols.symbols(), 2).build()).symbolTable().orElseThrow();

            assertThatThrownBy(() -> table.sectionIndex(1))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageStartingWith("a.ko[.symtab]+0x18: the section number is kept in a section of such");
        }

        @Test
        void isTheDynamicOneWhereThereIsNoOther() {
            var symbols = new ElfSymbolsBuilder(64, ByteOrder.LITTLE_ENDIAN).symbol("a", 1, 2, 3, 0, 1);
            var elf = parse(new ElfBuilder()
                    .section(".dynsym", 11, 0, 2, 0, symbols.symbols())
                    .section(".dynstr", 3, symbols.names())
                    .build());

            assertThat(elf.symbolTable())
                    .hasValueSatisfying(table -> assertThat(table.name(1)).isEqualTo("a"));
            assertThat(elf.symbolTable(ElfSection.SHT_SYMTAB)).isEmpty();
        }
    }

    @Test
    void anUnknownWayToCompressIsRefused() {
        var elf = parse(new ElfBuilder()
                .section(".debug_str", 1, SHF_COMPRESSED, 0, 0, compressed(64, ByteOrder.LITTLE_ENDIAN, 9, 1, 1))
                .build());

        assertThatThrownBy(() -> elf.compression(elf.sections().get(1)))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessage("a.ko[.debug_str]: compressed in way 9; known are 1 (zlib) and 2 (zstd)");
    }

    @Test
    void aBuildIdMayBeInASegmentOfAFileWithoutSections() {
        var note = ElfBuilder.note(ByteOrder.LITTLE_ENDIAN, 4, "GNU", 3, new byte[] {1, (byte) 0xff});

        assertThat(parse(new ElfBuilder().notes(note, 4).build()).buildId()).contains(new BuildId("01ff"));
    }

    @Test
    void aBuildIdIsHexDigits() {
        assertThat(BuildId.parse("ABCD")).contains(new BuildId("abcd"));
        assertThat(Stream.of("", "a", "xy", "a".repeat(130), "../..", "ab/d"))
                .allSatisfy(text -> assertThat(BuildId.parse(text)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyTruncationIsReported(int bits, ByteOrder order) {
        Damage.truncated(everything(bits, order)).forEach(DebugSectionsTest::readAll);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyDamageIsReported(int bits, ByteOrder order) {
        var file = everything(bits, order);

        Damage.extremes(file, 0, file.length).forEach(DebugSectionsTest::readAll);
    }

    /** Does all that can be done with a file; anything but a {@link DebuggerException} gets out. */
    static void readAll(byte[] file) {
        attempt(() -> {
            var elf = parse(file);
            attempt(elf::buildId);
            attempt(elf::debugLink);
            attempt(elf::alternateLink);
            attempt(elf::sharedId);
            attempt(() -> elf.symbolTable().ifPresent(table -> {
                for (var i = 0; i < Math.min(table.count(), 1000); i++) {
                    var index = i;
                    attempt(() -> table.symbol(index));
                }
            }));
            attempt(() -> readSections(elf));
        });
    }

    private static void readSections(ElfFile elf) {
        for (var section : elf.sections()) {
            attempt(() -> elf.compression(section));
        }
        var relocator = new ElfRelocator(elf, new ElfSectionAddresses.SideBySide(elf));
        for (var section : elf.sections()) {
            attempt(() -> {
                var content = elf.bytes(section);
                relocator.apply(section, content.toArray(0, content.byteSize()));
            });
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }
}
