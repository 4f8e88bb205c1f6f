package @name@;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import @name@.internal.PciCommand;
import @name@.pci.Pci;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.wyrm.api.Debugger;
import org.wyrm.linux.printk.Printk;
import org.wyrm.linux.printk.PrintkRecord;
import org.wyrm.program.Program;
import org.wyrm.testkit.plugin.TestContext;

class PciTest {
    /** What the kernel logs of each device that it finds: {@code pci 0000:00:01.0: [1234:1111] type 00 class 0x030000}. */
    private static final Pattern FOUND =
            Pattern.compile("pci (\\S+): \\[(\\p{XDigit}{4}:\\p{XDigit}{4})] type .. class 0x(\\p{XDigit}{4}).*");

    private static Program program;

    @BeforeAll
    static void openTheDemoDump() {
        program = Debugger.open(Path.of(System.getProperty("wyrm.demo")));
    }

    @AfterAll
    static void close() {
        program.close();
    }

    private static List<PciCommand.Row> rows(Optional<String> driver) {
        return new PciCommand().run(new TestContext(program), new PciCommand.Options(driver)).toList();
    }

    @Test
    void theDevicesAreThoseThatTheKernelFoundWhenItBooted() {
        var logged = Printk.getPrintkRecords(program)
                .map(PrintkRecord::text)
                .map(FOUND::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1) + " " + found.group(2) + " " + found.group(3))
                .sorted()
                .toList();

        assertFalse(logged.isEmpty());
        assertEquals(
                logged,
                rows(Optional.empty()).stream()
                        .map(row -> row.name() + " " + row.id() + " " + row.kind())
                        .sorted()
                        .toList());
    }

    @Test
    void aDriverHasItsDevicesOnly() {
        var virtio = rows(Optional.of("virtio-pci"));

        assertFalse(virtio.isEmpty());
        assertEquals(
                rows(Optional.empty()).stream()
                        .filter(row -> row.driver().equals(Optional.of("virtio-pci")))
                        .toList(),
                virtio);
    }

    @Test
    void expressionsCallTheHelpersByTheirKernelNames() {
        var device = Pci.forEachPciDev(program).findFirst().orElseThrow();

        var name = program.evaluate("pci_name((struct pci_dev *)0x%x)".formatted(device.address()));

        assertEquals(Pci.pciName(device), name.string());
    }
}
