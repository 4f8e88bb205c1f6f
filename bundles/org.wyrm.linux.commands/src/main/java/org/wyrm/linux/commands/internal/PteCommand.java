package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.arch.spi.PageTableEntry;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;

/** Decodes entries of page tables. */
@ProvidesCommand(
        name = "pte",
        summary = "decode entries of page tables: the physical address and the flags",
        row = PteCommand.Row.class,
        target = Program.class)
public final class PteCommand implements Command<PteCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "VALUE", help = "entries in hexadecimal, with or without 0x")
            List<String> values) {}

    /**
     * An entry.
     *
     * @param pte its bits
     * @param physicalAddress of what it leads to; empty if it is not present
     */
    public record Row(String pte, boolean present, Optional<PhysicalAddress> physicalAddress, List<String> flags) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.values.isEmpty()) {
            throw new UsageException("pte: VALUE is missing");
        }
        var program = context.target(Program.class);
        var parameters = LinuxKernel.of(program).vmcoreinfo();
        return options.values.stream()
                .map(text -> row(program.architecture().pageTableEntry(parameters, Hexadecimal.parse("pte", text))));
    }

    private static Row row(PageTableEntry entry) {
        return new Row(
                "0x" + Long.toHexString(entry.value()),
                entry.isPresent(),
                entry.isPresent() ? Optional.of(new PhysicalAddress(entry.physicalAddress())) : Optional.empty(),
                entry.flags());
    }
}
