package org.wyrm.target.elfcore.internal;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.program.LabDumps;
import org.wyrm.testkit.dump.LabDump;

/** Reads the real dumps of the lab, as far as they are there: {@code DumpFactsIT} makes them, and counts them. */
class DumpsLabTest {
    @TestFactory
    List<DynamicTest> theKernelsBannerIsReadThroughItsPageTables() {
        return LabDumps.forEach(
                6, DumpsLabTest::readBanner, "vmcore.elf", "vmcore.elf-paging", "vmcore.kexec", "mdf.d31.elf");
    }

    private static void readBanner(LabDump dump, Path path) {
        try (var file = MappedFile.open(path)) {
            LabDumps.readBanner(dump, new ElfCoreFormat().open(file.bytes()));
        }
    }
}
