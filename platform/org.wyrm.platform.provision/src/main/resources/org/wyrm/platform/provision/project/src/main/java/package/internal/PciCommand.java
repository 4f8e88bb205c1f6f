package @name@.internal;

import @name@.pci.Pci;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists PCI devices, as {@code lspci -n} does. */
@ProvidesCommand(
        name = "@command@",
        summary = "list the PCI devices: what they are, and who drives them",
        row = PciCommand.Row.class,
        target = Program.class)
public final class PciCommand implements Command<PciCommand.Options> {
    private static final int INTERFACE_BITS = 8;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-d", "--driver"},
                    argument = "NAME",
                    help = "the devices of a driver only")
            Optional<String> driver) {}

    /**
     * A device.
     *
     * @param name where it is: domain, bus, device, function
     * @param id who made it, and what, in hexadecimal
     * @param kind of device, in hexadecimal: {@code 0300} is a display
     * @param driver that drives it
     * @param address of its {@code struct pci_dev}
     */
    public record Row(String name, String id, String kind, Optional<String> driver, VirtualAddress address) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return Pci.forEachPciDev(program)
                .map(PciCommand::row)
                .filter(row -> options.driver().isEmpty() || options.driver().equals(row.driver()));
    }

    private static Row row(Value device) {
        var id = "%04x:%04x"
                .formatted(
                        device.member("vendor").longValue(),
                        device.member("device").longValue());
        var kind = "%04x".formatted(device.member("class").longValue() >>> INTERFACE_BITS);
        var driver = device.member("driver");
        return new Row(
                Pci.pciName(device),
                id,
                kind,
                driver.isNull() ? Optional.empty() : Optional.of(driver.member("name").string()),
                new VirtualAddress(device.address()));
    }
}
