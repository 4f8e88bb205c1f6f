package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DynamicTest;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.arch.x86_64.internal.X86Architecture;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.LabDump;

/** Tests that read the real dumps of the lab, as far as they are there; what is not is said. */
public final class LabDumps {
    private LabDumps() {}

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

    /**
     * {@return a test of each of some files of each dump}
     *
     * @param leastCount how many there are when the lab is complete; with fewer, one more test is skipped, loudly
     */
    public static List<DynamicTest> forEach(int leastCount, BiConsumer<LabDump, Path> test, String... files) {
        var tests = new ArrayList<DynamicTest>();
        for (var dump : LabDump.all()) {
            for (var file : dump.files(files)) {
                tests.add(DynamicTest.dynamicTest(file.toString(), () -> test.accept(dump, file)));
            }
        }
        if (tests.size() < leastCount) {
            var skipped = "SKIPPED: %s has %d of at least %d dumps for this test; itest/lab/ensure.sh makes them"
                    .formatted(LabDump.lab(), tests.size(), leastCount);
            System.err.println(skipped);
            tests.add(DynamicTest.dynamicTest("the rest", () -> abort(skipped)));
        }
        return tests;
    }

    /** {@return the physical memory in a dump} */
    public static TargetMemory physicalMemory(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    /** Reads the kernel's banner through its page tables. */
    public static void readBanner(LabDump dump, TargetImage image) {
        var info = image.vmcoreinfo().orElseThrow();
        var parameters = new Parameters(info.text(0, info.byteSize()));
        var physical = physicalMemory(image);
        var tables = new X86Architecture().kernelPageTables(physical, parameters);
        var memory = new TargetMemory(
                AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(new TranslatedMemory(tables, physical)));
        // The addresses of the guest's first boot; a crash kernel's dump may be of another.
        var shift = parameters.symbol("_stext").orElseThrow()
                - dump.symbol("_stext").orElseThrow();
        var banner = dump.symbol("linux_banner").orElseThrow() + shift;

        assertThat(memory.cString(banner, 256)).startsWith("Linux version ");
        assertThat(image.warnings()).isEmpty();
    }
}
