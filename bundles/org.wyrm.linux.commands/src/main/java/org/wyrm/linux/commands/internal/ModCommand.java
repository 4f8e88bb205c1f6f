package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.module.Modules;
import org.wyrm.linux.panic.Panic;
import org.wyrm.linux.panic.Panic.TaintScope;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists the loaded modules. */
@ProvidesCommand(
        name = "mod",
        aliases = "lsmod",
        summary = "list the loaded modules",
        row = ModCommand.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "modules", title = "Modules", command = "mod", rank = 800)
public final class ModCommand implements Command<ModCommand.Options> {
    /** Nothing to say. */
    public record Options() {}

    /**
     * One module.
     *
     * @param address where its code is
     * @param size what all its regions take
     * @param references without the loader's own
     * @param usedBy the modules that need it
     * @param taints the letters of what it taints the kernel with
     */
    public record Row(
            Attempt<String> name,
            Attempt<VirtualAddress> address,
            Attempt<ByteSize> size,
            Attempt<Integer> references,
            Attempt<List<String>> usedBy,
            Attempt<Optional<String>> taints) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        return Modules.forEachModule(LinuxKernel.require(context.target(Program.class)))
                .map(ModCommand::row);
    }

    private static Row row(Value module) {
        var regions = Attempt.of(() -> Modules.moduleAddressRegions(module));
        return new Row(
                Attempt.of(() -> Modules.name(module)),
                regions.map(all -> all.getFirst().address()),
                regions.map(all -> new ByteSize(
                        all.stream().mapToLong(each -> each.size().bytes()).sum())),
                Attempt.of(() -> Modules.moduleRefcount(module)),
                Attempt.of(() -> Modules.usedBy(module)),
                Attempt.of(() -> Optional.of(Panic.letters(
                                module.program(), module.member("taints").longValue(), TaintScope.MODULE))
                        .filter(letters -> !letters.isEmpty())));
    }
}
