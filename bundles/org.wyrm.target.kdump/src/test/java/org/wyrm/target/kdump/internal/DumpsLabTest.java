package org.wyrm.target.kdump.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.LabDumps;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.target.elfcore.internal.ElfCoreFormat;
import org.wyrm.testkit.dump.LabDump;

/**
 * Compares the real dumps of the lab, as far as they are there, with the same memory in ELF: {@code DumpFactsIT} makes the
 * dumps, and counts them. The pages are a random sample, with the day as its seed.
 */
class DumpsLabTest {
    private static final int SAMPLED_PAGES = 4000;
    private static final TargetFormat KDUMP = new InAnyForm(new KdumpFormat());
    private static final String[] COMPLETE = {"mdf.d0.zlib", "vmcore.kdump-zlib", "vmcore.kdump-raw-zlib"};
    private static final String[] FILTERED = {
        "mdf.d31.zlib", "mdf.d31.raw", "mdf.d31.lzo", "mdf.d31.zstd", "mdf.d31.flat"
    };

    private final long seed = LocalDate.now().toEpochDay();

    @TestFactory
    List<DynamicTest> completeDumpsHaveEachPageOfTheElf() {
        return LabDumps.forEach(
                5,
                (dump, file) -> assertThat(differences(dump, file)).isEqualTo(new Counts(SAMPLED_PAGES, 0)),
                COMPLETE);
    }

    @TestFactory
    List<DynamicTest> filteredDumpsHaveSomePagesOfTheElf() {
        return LabDumps.forEach(
                5,
                (dump, file) -> {
                    var counts = differences(dump, file);
                    assertThat(counts.equal).isGreaterThan(SAMPLED_PAGES / 40);
                    // Debian 12's makedumpfile knows few kinds of Linux 6.12's pages: of some guests 1.6 % are left
                    // out.
                    assertThat(counts.leftOut).isGreaterThan(SAMPLED_PAGES / 200);
                },
                FILTERED);
    }

    private record Counts(int equal, int leftOut) {}

    /** Compares pages that both files should have; one that differs fails the test. */
    private Counts differences(LabDump dump, Path path) {
        var elfPath = dump.files("vmcore.elf", "vmcore.kexec").getFirst();
        try (var file = MappedFile.open(path);
                var elfFile = MappedFile.open(elfPath)) {
            var source = KDUMP.open(file.bytes()).physicalMemory().getFirst();
            var memory = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(source));
            var elf = LabDumps.physicalMemory(new ElfCoreFormat().open(elfFile.bytes()));
            var ranges = elf.ranges();
            var random = new Random(seed);
            var equal = 0;
            var leftOut = 0;
            while (equal + leftOut < SAMPLED_PAGES) {
                // Uniform over the kdump's pages; where the ELF has no memory is not looked at.
                var address = random.nextLong(source.lastAddress() + 1) & -4096;
                if (ranges.stream().noneMatch(range -> range.contains(address))) {
                    continue;
                }
                try {
                    assertThat(memory.bytes(address, 4096))
                            .as("seed %d, 0x%x", seed, address)
                            .isEqualTo(elf.bytes(address, 4096));
                    equal++;
                } catch (FaultException fault) {
                    assertThat(fault).hasMessageContaining("left out");
                    leftOut++;
                }
            }
            return new Counts(equal, leftOut);
        }
    }

    @TestFactory
    List<DynamicTest> theKernelsBannerIsReadThroughItsPageTables() {
        return LabDumps.forEach(
                5,
                DumpsLabTest::readBanner,
                "mdf.d0.zlib",
                "mdf.d31.zlib",
                "mdf.d31.raw",
                "mdf.d31.lzo",
                "mdf.d31.zstd",
                "mdf.d31.flat",
                "vmcore.kdump-zlib",
                "vmcore.kdump-raw-zlib");
    }

    private static void readBanner(LabDump dump, Path path) {
        try (var file = MappedFile.open(path)) {
            var image = KDUMP.open(file.bytes());

            LabDumps.readBanner(dump, image);
            assertThat(image.architecture()).isEqualTo("x86_64");
            assertThat(image.notes()).extracting("name").contains("CORE", "VMCOREINFO");
        }
    }

    @TestFactory
    List<DynamicTest> aDumpThatIsCutShortIsReadAsFarAsItGoes() {
        return LabDumps.forEach(
                2, this::readCutShort, "mdf.d31.zlib", "mdf.d31.raw", "mdf.d31.flat", "vmcore.elf", "vmcore.kexec");
    }

    private void readCutShort(LabDump dump, Path path) {
        try (var file = MappedFile.open(path)) {
            var random = new Random(seed);
            for (var i = 0; i < 200; i++) {
                // Half of the places are in the headers.
                var end = random.nextLong(i % 2 == 0 ? 1 << 17 : file.bytes().byteSize());
                try {
                    readSome(file.bytes().slice(0, end), random);
                } catch (DebuggerException expected) {
                    assertThat(expected.getMessage()).as("cut at 0x%x", end).isNotBlank();
                }
            }
        }
    }

    private static void readSome(ByteSlice file, Random random) {
        TargetFormat format = KDUMP.recognises(file) ? KDUMP : new ElfCoreFormat();
        if (!format.recognises(file)) {
            return;
        }
        var image = format.open(file);
        assertThat(image.warnings()).anyMatch(warning -> warning.contains("cut short"));
        var memory = LabDumps.physicalMemory(image);
        for (var i = 0; i < 50; i++) {
            try {
                memory.u8(random.nextLong(1 << 28));
            } catch (FaultException expected) {
                assertThat(expected.reason()).isNotBlank();
            }
        }
    }
}
