package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.swap.Swap;
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
     * @param swapFile where its page is swapped out to
     * @param swapOffset of the page there, in pages
     */
    public record Row(
            String pte,
            boolean present,
            Optional<PhysicalAddress> physicalAddress,
            List<String> flags,
            Optional<String> swapFile,
            OptionalLong swapOffset) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.values.isEmpty()) {
            throw new UsageException("pte: VALUE is missing");
        }
        var program = LinuxKernel.require(context.target(Program.class));
        return options.values.stream().map(text -> row(program, Hexadecimal.parse("pte", text)));
    }

    private static Row row(Program program, long value) {
        var architecture = program.architecture();
        var entry = architecture.pageTableEntry(LinuxKernel.of(program).vmcoreinfo(), value);
        var swap = architecture.swapEntry(value);
        var file = swap.flatMap(each -> Swap.swapFile(program, each.type()));
        return new Row(
                "0x" + Long.toHexString(value),
                entry.isPresent(),
                entry.isPresent() ? Optional.of(new PhysicalAddress(entry.physicalAddress())) : Optional.empty(),
                // Of what is swapped out, the same bits are none of the processor's.
                swap.isPresent() ? List.of() : entry.flags(),
                file,
                file.isPresent() ? OptionalLong.of(swap.orElseThrow().offset()) : OptionalLong.empty());
    }
}
