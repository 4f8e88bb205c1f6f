package org.wyrm.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfBuilder.Counts;
import org.wyrm.testkit.dump.ElfBuilder.Layout;

@Timeout(60)
class ElfFileTest {
    private static final byte[] MEMORY = {1, 2, 3, 4, 5};
    private static final byte[] BTF = {(byte) 0x9f, (byte) 0xeb, 1, 0};

    /** Each class, order, layout and place of the counts. */
    static Stream<Arguments> shapes() {
        return Stream.of(32, 64)
                .flatMap(bits -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                        .flatMap(order -> Stream.of(Layout.values())
                                .flatMap(layout -> Stream.of(Counts.values())
                                        .map(counts -> Arguments.of(bits, order, layout, counts)))));
    }

    static ElfBuilder elf(int bits, ByteOrder order, Layout layout, Counts counts) {
        return new ElfBuilder()
                .bits(bits)
                .order(order)
                .layout(layout)
                .counts(counts)
                .type(3)
                .machine(183)
                .notes(ElfBuilder.note(order, 4, "GNU", 3, new byte[] {7, 8, 9}), 4)
                .segment(1, 0x8000_0000L, 0x1000, MEMORY, 0x2000)
                .section(".BTF", 1, BTF)
                .section(".bss", 8, new byte[0]);
    }

    private static byte[] elf() {
        return elf(64, ByteOrder.LITTLE_ENDIAN, Layout.PROGRAM_HEADERS_FIRST, Counts.IN_HEADER)
                .build();
    }

    private static ByteSlice slice(byte[] file) {
        return ByteSlice.of("vmlinux", file, ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void readsEachShape(int bits, ByteOrder order, Layout layout, Counts counts) {
        var elf = ElfFile.parse(slice(elf(bits, order, layout, counts).build()));

        assertThat(elf.addressBits()).isEqualTo(bits);
        assertThat(elf.bytes().order()).isEqualTo(order);
        assertThat(elf.type()).isEqualTo(3);
        assertThat(elf.machine()).isEqualTo(183);
        var load = elf.segments().get(1);
        assertThat(load.type()).isEqualTo(ElfSegment.PT_LOAD);
        assertThat(load.flags()).isEqualTo(7);
        assertThat(load.virtualAddress()).isEqualTo(0x8000_0000L);
        assertThat(load.physicalAddress()).isEqualTo(0x1000);
        assertThat(load.memoryByteSize()).isEqualTo(0x2000);
        assertThat(elf.bytes().toArray(load.offsetBytes(), load.fileByteSize())).isEqualTo(MEMORY);
        assertThat(elf.sections()).extracting("name").containsExactly("", ".BTF", ".bss", ".shstrtab");
        assertThat(elf.bytes(elf.findSection(".BTF").orElseThrow()).toArray(0, 4))
                .isEqualTo(BTF);
        assertThat(elf.findSection(".text")).isEmpty();
        assertThat(elf.notes()).singleElement().satisfies(note -> {
            assertThat(note.name()).isEqualTo("GNU");
            assertThat(note.type()).isEqualTo(3);
            assertThat(note.description().toArray(0, 3)).containsExactly(7, 8, 9);
        });
    }

    @Test
    void aSectionWithoutBytesHasNone() {
        var file = elf();
        var elf = ElfFile.parse(slice(file));
        var bss = elf.findSection(".bss").orElseThrow();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong((int) bss.headerOffset() + 32, 1L << 40);

        assertThat(elf.bytes(elf.findSection(".bss").orElseThrow()).byteSize()).isZero();
    }

    @Test
    void mayHaveNoTables() {
        var elf = ElfFile.parse(slice(new ElfBuilder().build()));

        assertThat(elf.segments()).isEmpty();
        assertThat(elf.sections()).isEmpty();
        assertThat(elf.notes()).isEmpty();
    }

    @Nested
    class AHeader {
        @Test
        void beginsWithTheMagic() {
            assertThat(ElfFile.hasMagic(slice(new byte[3]))).isFalse();
            assertThatThrownBy(() -> ElfFile.parse(slice(new byte[64])))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("vmlinux+0x0: an ELF file begins with 7f 45 4c 46");
        }

        @ParameterizedTest
        @ValueSource(ints = {4, 5})
        void isRejectedAtABadClassOrOrder(int offset) {
            var file = elf();
            file[offset] = 3;

            assertThatThrownBy(() -> ElfFile.parse(slice(file)))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(offset));
        }

        @Test
        void isRejectedIfItIsCutShort() {
            assertThatThrownBy(() -> ElfFile.parse(slice(java.util.Arrays.copyOf(elf(), 63))))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("vmlinux+0x3f: the file ends inside its ELF header of 64 bytes");
        }
    }

    @Nested
    class ATable {
        private MalformedDataException thrown(
                int field, int width, long value, java.util.function.Consumer<ElfFile> use) {
            var file = elf();
            var bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            if (width == 8) {
                bytes.putLong(field, value);
            } else {
                bytes.putShort(field, (short) value);
            }
            return org.junit.jupiter.api.Assertions.assertThrows(
                    MalformedDataException.class, () -> use.accept(ElfFile.parse(slice(file))));
        }

        @Test
        void hasEntriesOfAtLeastTheirSize() {
            assertThat(thrown(54, 2, 55, ElfFile::segments).rule())
                    .isEqualTo("the size of a program header is 55 bytes, the least is 56");
            assertThat(thrown(58, 2, 63, ElfFile::sections).rule())
                    .isEqualTo("the size of a section header is 63 bytes, the least is 64");
        }

        @ParameterizedTest
        @ValueSource(longs = {0x1000, Long.MAX_VALUE, -1, Long.MIN_VALUE})
        void liesInTheFile(long offset) {
            assertThat(thrown(32, 8, offset, ElfFile::segments).rule()).contains("do not fit");
            assertThat(thrown(40, 8, offset, ElfFile::sections).rule()).contains("do not fit");
        }

        @Test
        void ofNamesIsOneOfTheSections() {
            assertThat(thrown(62, 2, 4, ElfFile::sections).rule())
                    .isEqualTo("section 4 should hold the names, the file has 4 sections");
        }

        @Test
        void cannotKeepItsCountInSection0WithoutSections() {
            var file = new ElfBuilder().segment(1, 0, 0, MEMORY, 5).build();
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(56, (short) -1);

            assertThatThrownBy(() -> ElfFile.parse(slice(file)).segments())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("the file has no sections");
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyTruncationIsReported(int bits, ByteOrder order, Layout layout, Counts counts) {
        Damage.truncated(elf(bits, order, layout, counts).build()).forEach(ElfFileTest::readAll);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyDamageIsReported(int bits, ByteOrder order, Layout layout, Counts counts) {
        var file = elf(bits, order, layout, counts).build();

        Damage.extremes(file, 0, file.length).forEach(ElfFileTest::readAll);
    }

    /** Does all that can be done with a file; anything but a {@link DebuggerException} gets out. */
    static void readAll(byte[] file) {
        try {
            if (!ElfFile.hasMagic(slice(file))) {
                return;
            }
            var elf = ElfFile.parse(slice(file));
            attempt(elf::notes);
            attempt(() -> elf.segments().forEach(segment -> assertThat(segment).isNotNull()));
            attempt(() -> elf.sections().forEach(section -> attempt(() -> elf.bytes(section))));
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Nested
    class Notes {
        private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

        private static byte[] join(byte[]... parts) {
            var bytes = new java.io.ByteArrayOutputStream();
            for (var part : parts) {
                bytes.writeBytes(part);
            }
            return bytes.toByteArray();
        }

        private static byte[] note(int alignment, String name, int type, String description) {
            return ElfBuilder.note(ORDER, alignment, name, type, description.getBytes(StandardCharsets.UTF_8));
        }

        @ParameterizedTest
        @ValueSource(ints = {4, 8})
        void followEachOtherAtTheirAlignment(int alignment) {
            var bytes = join(
                    note(alignment, "A", 1, "one"),
                    note(alignment, "LONGER", 2, "two and more"),
                    note(alignment, "C", 3, ""));

            var notes = ElfNote.parse(slice(bytes), alignment);

            assertThat(notes).extracting("name").containsExactly("A", "LONGER", "C");
            assertThat(notes.get(1).description().text(0, 12)).isEqualTo("two and more");
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 1, 2, 4, 16, -1})
        void areAlignedTo4UnlessToldOtherwise(long alignment) {
            var bytes = join(note(4, "CORE", 1, "12345"), note(4, "VMCOREINFO", 0, "A=1\n"));

            assertThat(ElfNote.parse(slice(bytes), alignment))
                    .extracting("name")
                    .containsExactly("CORE", "VMCOREINFO");
        }

        @Test
        void endWithAHeaderOfZeros() {
            var bytes = join(note(4, "CORE", 1, "x"), new byte[4096]);

            assertThat(ElfNote.parse(slice(bytes), 4)).hasSize(1);
        }

        @Test
        void mayLackThePaddingOfTheLast() {
            var bytes = note(4, "CORE", 1, "12345");

            assertThat(ElfNote.parse(slice(java.util.Arrays.copyOf(bytes, bytes.length - 3)), 4))
                    .hasSize(1);
        }

        @Test
        void areRejectedWhereTheyDoNotFit() {
            var bytes = join(note(4, "CORE", 1, "x"), note(4, "CORE", 1, "12345678"));

            assertThatThrownBy(() -> ElfNote.parse(slice(java.util.Arrays.copyOf(bytes, bytes.length - 1)), 4))
                    .isInstanceOf(MalformedDataException.class);
        }

        @Test
        void haveNamesOfReasonableLength() {
            assertThatThrownBy(() -> ElfNote.parse(slice(note(4, "N".repeat(256), 1, "")), 4))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage("vmlinux+0xc: a note's name has more than 255 bytes");
        }

        @Test
        void ofManySegmentsAreCountedTogether() {
            var elf = new ElfBuilder();
            var notes = new byte[12 * 100_000];
            for (var i = 8; i < notes.length; i += 12) {
                notes[i] = 1;
            }
            for (var i = 0; i < 3; i++) {
                elf.notes(notes, 4);
            }

            assertThatThrownBy(() -> ElfFile.parse(slice(elf.build())).notes())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("more than 262144 notes");
        }

        @Test
        void areNotMoreThanAnyMachineHas() {
            var bytes = new byte[12 * 300_000];
            for (var i = 8; i < bytes.length; i += 12) {
                bytes[i] = 1;
            }

            assertThatThrownBy(() -> ElfNote.parse(slice(bytes), 4))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("more than 262144 notes");
        }
    }
}
