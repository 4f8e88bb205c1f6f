package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.mm.Mm;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;

/** Tells where the kernel sees physical memory. */
@ProvidesCommand(
        name = "ptov",
        summary = "tell the kernel's virtual address of physical addresses, in its direct map",
        row = PtovCommand.Row.class,
        target = Program.class)
public final class PtovCommand implements Command<PtovCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "PHYSICAL", help = "physical addresses in hexadecimal, with or without 0x")
            List<String> addresses) {}

    /**
     * A physical address.
     *
     * @param address where the direct map has it
     * @param mapped whether the kernel's page tables lead from there to it: it is memory
     */
    public record Row(VirtualAddress address, PhysicalAddress physicalAddress, boolean mapped) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.addresses.isEmpty()) {
            throw new UsageException("ptov: PHYSICAL is missing");
        }
        var program = LinuxKernel.require(context.target(Program.class));
        return options.addresses.stream().map(text -> row(program, Hexadecimal.parse("ptov", text)));
    }

    private static Row row(Program program, long physical) {
        var virtual = Mm.physToVirt(program, physical);
        // The direct map is in the upper half: what leaves it is no physical address of this architecture.
        if (virtual >= 0 || physical < 0) {
            throw new FaultException(AddressSpace.PHYSICAL, physical, "the direct map cannot hold it");
        }
        var isMapped = Mm.pageTables(program)
                .walk(virtual)
                .page()
                .filter(page -> page.firstPhysicalAddress() + (virtual - page.firstVirtualAddress()) == physical)
                .isPresent();
        return new Row(new VirtualAddress(virtual), new PhysicalAddress(physical), isMapped);
    }
}
