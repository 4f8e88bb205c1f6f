package org.wyrm.target.elfcore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.arch.x86_64.internal.X86Architecture;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.LabDump;

/** Reads the real dumps of the lab, as far as they are there: {@code DumpFactsIT} makes them, and counts them. */
class DumpsLabTest {
    private static final int LEAST_COUNT = 6;
    private static final String[] FILES = {
        "vmcore.elf", "vmcore.elf-paging", "vmcore.kexec", "mdf.d31.elf",
    };

    /** VMCOREINFO as the tests need it. */
    private record Parameters(String text) implements KernelParameters {
        @Override
        public OptionalLong symbol(String name) {
            return value("SYMBOL(" + name + ")=", 16);
        }

        @Override
        public OptionalLong number(String name) {
            return value("NUMBER(" + name + ")=", 10);
        }

        private OptionalLong value(String key, int radix) {
            return text.lines()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()))
                    .mapToLong(digits -> radix == 10 ? Long.parseLong(digits) : Long.parseUnsignedLong(digits, radix))
                    .findFirst();
        }
    }

    @TestFactory
    List<DynamicTest> theKernelsBannerIsReadThroughItsPageTables() {
        var tests = new ArrayList<DynamicTest>();
        for (var dump : LabDump.all()) {
            for (var file : dump.files(FILES)) {
                tests.add(DynamicTest.dynamicTest(file.toString(), () -> readBanner(dump, file)));
            }
        }
        if (tests.size() < LEAST_COUNT) {
            var skipped = "SKIPPED: %s has %d of at least %d dumps for this test; itest/lab/ensure.sh makes them"
                    .formatted(LabDump.lab(), tests.size(), LEAST_COUNT);
            System.err.println(skipped);
            tests.add(DynamicTest.dynamicTest("the rest", () -> abort(skipped)));
        }
        return tests;
    }

    private static void readBanner(LabDump dump, Path path) {
        try (var file = MappedFile.open(path)) {
            var image = new ElfCoreFormat().open(file.bytes());
            var memory = virtualMemory(image);
            var parameters = parameters(image);

            // The address of the guest's first boot; a crash kernel's dump may be of another.
            var banner = dump.symbol("linux_banner").orElseThrow();
            var stext = dump.symbol("_stext").orElseThrow();
            var shift = parameters.symbol("_stext").orElseThrow() - stext;

            assertThat(memory.cString(banner + shift, 256)).startsWith("Linux version ");
            assertThat(image.warnings()).isEmpty();
        }
    }

    private static Parameters parameters(TargetImage image) {
        var info = image.vmcoreinfo().orElseThrow();
        return new Parameters(info.text(0, info.byteSize()));
    }

    private static TargetMemory virtualMemory(TargetImage image) {
        var physical = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
        var tables = new X86Architecture().kernelPageTables(physical, parameters(image));
        return new TargetMemory(
                AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(new TranslatedMemory(tables, physical)));
    }
}
