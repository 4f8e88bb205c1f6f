package @name@.pci;

import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** PCI devices. Expressions call these helpers by their kernel names: {@code pci_name(…)}. */
@ProvidesHelpers(names = {"for_each_pci_dev", "pci_name"})
public final class Pci {
    /** The number of a bus has 8 bits, and bridges lead to buses of higher numbers. */
    private static final int MOST_BUSES = 256;

    private Pci() {}

    /**
     * Returns the devices, bus by bus; nothing is read before the stream is.
     *
     * @return {@code struct pci_dev}
     * @throws CorruptStructureException if a list, or the tree of buses, has no end
     * @throws org.wyrm.base.error.FaultException if the dump lacks memory of one
     * @kernel include/linux/pci.h
     */
    @KernelName("for_each_pci_dev")
    public static Stream<Value> forEachPciDev(Program program) {
        var device = program.type("struct pci_dev");
        return buses(program.variable("pci_root_buses"), 0)
                .flatMap(bus -> Lists.listForEachEntry(device, bus.member("devices"), "bus_list"));
    }

    /** Returns the buses in a list, each before those that are behind its bridges. */
    private static Stream<Value> buses(Value list, int depth) {
        if (depth == MOST_BUSES) {
            throw new CorruptStructureException("struct pci_bus", list.address(), "it is behind too many bridges");
        }
        var bus = list.program().type("struct pci_bus");
        return Lists.listForEachEntry(bus, list, "node")
                .flatMap(each -> Stream.concat(Stream.of(each), buses(each.member("children"), depth + 1)));
    }

    /**
     * Returns the name of a device: {@code 0000:00:1f.2}.
     *
     * @param device {@code struct pci_dev *}
     * @kernel include/linux/pci.h
     */
    @KernelName("pci_name")
    public static String pciName(Value device) {
        return device.member("dev").member("kobj").member("name").string();
    }
}
