package org.wyrm.target.elfcore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetFormatContract;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfBuilder.Counts;
import org.wyrm.testkit.dump.ElfBuilder.Layout;
import org.wyrm.testkit.dump.VmcoreBuilder;

class ElfCoreFormatTest extends TargetFormatContract {
    private static final byte[] PAGE = page(1);
    private static final byte[] OTHER_PAGE = page(2);

    private static byte[] page(long seed) {
        var page = new byte[4096];
        new Random(seed).nextBytes(page);
        return page;
    }

    private static VmcoreBuilder vmcore() {
        return new VmcoreBuilder()
                .note("CORE", 1, new byte[336])
                .vmcoreinfo("OSRELEASE=6.1.0\n")
                .memory(0x1000, PAGE)
                .memory(0xffff_8880_0000_8000L, 0x8000, OTHER_PAGE, 0x3000);
    }

    @Override
    protected TargetFormat format() {
        return new ElfCoreFormat();
    }

    @Override
    protected byte[] file() {
        return vmcore().build();
    }

    @Override
    protected Map<Long, byte[]> content() {
        return Map.of(0x1000L, PAGE, 0x8000L, OTHER_PAGE, 0x9000L, new byte[0x2000]);
    }

    @Override
    protected Stream<byte[]> damaged() {
        var tables = 64 + 3 * 56 + 12;
        return Stream.concat(
                Damage.extremes(file(), 0, tables),
                Damage.extremes(vmcore().layout(Layout.SECTION_HEADERS_FIRST).build(), 0, tables + 3 * 64));
    }

    private static TargetMemory memory(AddressSpace space, List<MemorySource> sources) {
        return new TargetMemory(space, ByteOrder.LITTLE_ENDIAN, sources);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void readsTablesInAnyOrder(Layout layout) {
        var image = format().open(slice(vmcore().layout(layout).build()));

        assertThat(memory(AddressSpace.PHYSICAL, image.physicalMemory()).bytes(0x1000, 4096))
                .isEqualTo(PAGE);
        assertThat(image.vmcoreinfo().orElseThrow().text(0, 15)).isEqualTo("OSRELEASE=6.1.0");
        assertThat(image.notes()).extracting("name").containsExactly("CORE", "VMCOREINFO");
    }

    @Test
    void mayHaveMoreSegmentsThanTheHeaderCanCount() {
        var elf = new ElfBuilder().type(4).counts(Counts.IN_SECTION_0);
        for (var i = 0; i < 70_000; i++) {
            elf.segment(1, 0, i * 32L, new byte[] {(byte) i, (byte) (i >> 8)}, 2);
        }
        var memory =
                memory(AddressSpace.PHYSICAL, format().open(slice(elf.build())).physicalMemory());

        assertThat(memory.ranges()).hasSize(70_000);
        assertThat(memory.u16(69_999 * 32L)).isEqualTo(69_999 & 0xffff);
    }

    @ParameterizedTest
    @CsvSource({"VBCORE, ELF vmcore of VirtualBox", "Xen, ELF vmcore of Xen", "CORE, ELF vmcore"})
    void saysWhoWroteIt(String owner, String description) {
        var file = new VmcoreBuilder()
                .note(owner, 0x100, new byte[4])
                .memory(0, PAGE)
                .build();

        assertThat(format().open(slice(file)).description()).isEqualTo(description);
    }

    @Test
    void rejectsAVmcoreinfoOfAbsurdSize() {
        var file = new VmcoreBuilder()
                .note("VMCOREINFO", 0, new byte[2 << 20])
                .memory(0, PAGE)
                .build();

        assertThatThrownBy(() -> format().open(slice(file)))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("VMCOREINFO has 2097152 bytes");
    }

    @Nested
    class VirtualAddresses {
        @Test
        void areServedWhereTheFileGivesThem() {
            var image = format().open(slice(file()));

            var memory = memory(AddressSpace.VIRTUAL, image.virtualMemory());

            assertThat(memory.bytes(0xffff_8880_0000_8000L, 4096)).isEqualTo(OTHER_PAGE);
        }

        @Test
        void thatRepeatThePhysicalOnesAreIgnored() {
            var image =
                    format().open(slice(new VmcoreBuilder().memory(0x1000, PAGE).build()));

            assertThat(image.virtualMemory()).isEmpty();
        }

        @Test
        void mayReachTheLastThereIs() {
            var image = format().open(slice(
                    new VmcoreBuilder().memory(-4096, 0, PAGE, 4096).build()));

            var memory = memory(AddressSpace.VIRTUAL, image.virtualMemory());

            assertThat(memory.u8(-1)).isEqualTo(PAGE[4095] & 0xff);
        }
    }

    @Nested
    class MemoryThatWasLeftOut {
        @Test
        void readsAsZerosAndTheDescriptionSaysSo() {
            var image = format().open(slice(file()));

            var memory = memory(AddressSpace.PHYSICAL, image.physicalMemory());

            assertThat(memory.bytes(0x8ff0, 32))
                    .startsWith(java.util.Arrays.copyOfRange(OTHER_PAGE, 4080, 4096))
                    .endsWith(new byte[16]);
            assertThat(memory.u8(0xafff)).isZero();
            assertThat(image.description()).contains("zeros");
        }

        @Test
        void mayBeAlmostAllThereIs() {
            var image = format().open(slice(
                    new VmcoreBuilder().memory(0, 0, new byte[0], -1).build()));

            var memory = memory(AddressSpace.PHYSICAL, image.physicalMemory());

            assertThat(memory.u8(-2)).isZero();
            assertThatThrownBy(() -> memory.u8(-1)).isInstanceOf(FaultException.class);
        }
    }

    @Nested
    class WhenTheFileIsCutShort {
        private final byte[] whole = file();
        private final byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 4096 - 100);

        @Test
        void servesWhatIsThere() {
            var memory = memory(AddressSpace.PHYSICAL, format().open(slice(cut)).physicalMemory());

            assertThat(memory.bytes(0x1000, 4096 - 100)).isEqualTo(java.util.Arrays.copyOf(PAGE, 4096 - 100));
            assertThat(memory.nextPresent(0, new Cancellation())).hasValue(0x1000);
            assertThat(memory.nextPresent(0x1000 + 4096 - 101, new Cancellation()))
                    .hasValue(0x1000 + 4096 - 101);
            // The rest of the other segment is zeros, which no file has.
            assertThat(memory.nextPresent(0x1000 + 4096 - 100, new Cancellation()))
                    .hasValue(0x9000);
        }

        @Test
        void namesTheFirstByteThatIsMissing() {
            var memory = memory(AddressSpace.PHYSICAL, format().open(slice(cut)).physicalMemory());

            assertThatThrownBy(() -> memory.bytes(0x1000, 4096))
                    .isInstanceOf(FaultException.class)
                    .hasMessage("cannot read physical address 0x%016x: the file is cut short: "
                                    .formatted(0x1000 + 4096 - 100)
                            + "it ends at 0x%x, this address needs 0x%x".formatted(cut.length, cut.length));
        }

        @Test
        void warns() {
            assertThat(format().open(slice(cut)).warnings())
                    .containsExactly("the file is cut short: it ends at 0x%x, its segments need 0x%x"
                            .formatted(cut.length, whole.length));
        }
    }

    @Nested
    class OfAProcess {
        private TargetImage open() {
            var file = new VmcoreBuilder()
                    .note("CORE", 1, new byte[336])
                    .note("CORE", 3, new byte[136])
                    .memory(0x40_0000, 0, PAGE, 3 * 4096)
                    .build();
            return format().open(slice(file));
        }

        @Test
        void itsMemoryHasVirtualAddressesOnly() {
            assertThat(open().physicalMemory()).isEmpty();
            assertThat(open().virtualMemory()).singleElement().returns(0x40_0000L, MemorySource::firstAddress);
            assertThat(open().description()).isEqualTo("ELF core dump of a process");
        }

        @Test
        void whatWasNotWrittenIsAbsentAndNotZero() {
            assertThat(open().virtualMemory()).singleElement().returns(0x40_0fffL, MemorySource::lastAddress);
        }
    }

    @Nested
    class WhatIsNoKernelDump {
        @ParameterizedTest
        @CsvSource({
            "1, is an ELF relocatable file",
            "2, is an ELF executable",
            "3, is an ELF shared object or position-independent executable",
            "0xfe01, is an ELF file of type 0xfe01"
        })
        void isRefusedByType(String type, String message) {
            var file = new ElfBuilder().type(Integer.decode(type)).build();

            assertThatThrownBy(() -> format().open(slice(file)))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessage("vmcore: " + message + ", not a core dump");
        }

        @Test
        void isRefusedIfItIsOfAXenDomain() {
            var file = new ElfBuilder().type(4).section(".xen_pages", 1, PAGE).build();

            assertThatThrownBy(() -> format().open(slice(file)))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessage("vmcore: is a core dump of a Xen domain (xl dump-core), which is not supported");
        }

        @Test
        void isRefusedWithoutMemory() {
            var file = new VmcoreBuilder().vmcoreinfo("OSRELEASE=6.1.0\n").build();

            assertThatThrownBy(() -> format().open(slice(file)))
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContaining("without any segment of memory");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "62, 64, LITTLE_ENDIAN, x86_64",
        "3, 32, LITTLE_ENDIAN, i686",
        "183, 64, LITTLE_ENDIAN, aarch64",
        "22, 64, BIG_ENDIAN, s390x",
        "21, 64, LITTLE_ENDIAN, ppc64le",
        "21, 64, BIG_ENDIAN, ppc64",
        "243, 64, LITTLE_ENDIAN, riscv64",
        "40, 32, LITTLE_ENDIAN, arm"
    })
    void namesTheMachineAsUnameDoes(int machine, int bits, String order, String name) {
        var file = new VmcoreBuilder()
                .machine(machine, bits, order.startsWith("L") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .vmcoreinfo("OSRELEASE=6.1.0\n")
                .memory(0x1000, PAGE)
                .build();

        assertThat(format().open(slice(file)).architecture()).isEqualTo(name);
    }

    @Test
    void refusesAMachineThatHasNoName() {
        var file = new VmcoreBuilder()
                .machine(4711, 64, ByteOrder.LITTLE_ENDIAN)
                .memory(0, PAGE)
                .build();

        assertThatThrownBy(() -> format().open(slice(file)))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageContaining("number 4711");
    }

    @Nested
    class AbsurdSegments {
        private static final int SECOND_HEADER = 64 + 2 * 56;

        private static byte[] with(int field, long value) {
            return ByteBuffer.wrap(vmcore().build())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(SECOND_HEADER + field, value)
                    .array();
        }

        @Test
        void pastTheLastAddressAreRejectedAtTheirHeader() {
            assertThatThrownBy(() -> format().open(slice(with(24, -0x1000))))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(SECOND_HEADER))
                    .hasMessageContaining("at physical address 0xfffffffffffff000 goes past");
        }

        @Test
        void pastTheLastOffsetAreRejectedAtTheirHeader() {
            assertThatThrownBy(() -> format().open(slice(with(8, Long.MAX_VALUE))))
                    .isInstanceOfSatisfying(
                            MalformedDataException.class,
                            error -> assertThat(error.offsetBytes()).isEqualTo(SECOND_HEADER));
        }

        @Test
        void withMoreBytesThanMemoryKeepToTheMemory() {
            var image = format().open(slice(with(40, 0x800)));

            var memory = memory(AddressSpace.PHYSICAL, image.physicalMemory());

            assertThat(memory.u8(0x87ff)).isEqualTo(OTHER_PAGE[0x7ff] & 0xff);
            assertThatThrownBy(() -> memory.u8(0x8800)).isInstanceOf(FaultException.class);
        }

        @Test
        void inGreatNumberThatOverlapAreJoined() {
            var vmcore = new VmcoreBuilder();
            for (var i = 0; i < 60_000; i++) {
                vmcore.memory(i * 16L, new byte[0x20]);
            }

            var image = format().open(slice(vmcore.build()));

            assertThat(memory(AddressSpace.PHYSICAL, image.physicalMemory()).ranges())
                    .hasSize(60_000);
        }
    }
}
