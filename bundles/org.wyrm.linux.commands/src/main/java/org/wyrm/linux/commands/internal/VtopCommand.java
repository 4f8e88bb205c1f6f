package org.wyrm.linux.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.PageTables.Step;
import org.wyrm.arch.spi.PageTables.Translation;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.PhysicalAddress;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.pid.Pids;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Translates virtual addresses, step by step. */
@ProvidesCommand(
        name = "vtop",
        summary = "translate virtual addresses to physical ones, and show the page tables on the way",
        row = VtopCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class VtopCommand implements Command<VtopCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-p", "--task"},
                    argument = "PID|TASK",
                    help = "addresses of this task's process: by its PID, or the address of its task_struct")
            Optional<String> task,

            @Argument(
                    name = "ADDRESS",
                    help = "addresses in hexadecimal, with or without 0x, or symbols such as jiffies")
            List<String> addresses) {}

    /**
     * An entry on the way.
     *
     * @param table the kernel's name for its table
     * @param physicalAddress of the entry
     * @param entry its bits
     * @param flags the names of those that are set
     */
    public record StepRow(String table, PhysicalAddress physicalAddress, String entry, List<String> flags) {}

    /**
     * A virtual address.
     *
     * @param physicalAddress where it is; empty if it is not mapped
     * @param pageAddress of the first byte of its page
     * @param fault why it is not mapped
     */
    public record Row(
            VirtualAddress address,
            Optional<PhysicalAddress> physicalAddress,
            List<StepRow> steps,
            Optional<PhysicalAddress> pageAddress,
            Optional<ByteSize> pageSize,
            Optional<String> fault)
            implements TextRow {
        private static final String LINE = "%-18s%s\n";

        @Override
        public String toText() {
            var text = new StringBuilder();
            text.append(LINE.formatted("VIRTUAL", "PHYSICAL"));
            text.append(LINE.formatted(
                    hex(address.value()),
                    physicalAddress.map(at -> hex(at.value())).orElse("(not mapped)")));
            text.append('\n');
            for (var step : steps) {
                text.append("%6s: %s => %s  (%s)\n"
                        .formatted(
                                step.table,
                                hex(step.physicalAddress.value()),
                                step.entry.substring(2),
                                step.flags.isEmpty() ? "no mapping" : String.join("|", step.flags)));
            }
            pageAddress.ifPresent(at -> text.append("  PAGE: %s  (%s)\n"
                    .formatted(hex(at.value()), size(pageSize.orElseThrow().bytes()))));
            fault.ifPresent(why -> text.append("  ").append(why).append('\n'));
            return text.toString();
        }

        private static String hex(long address) {
            return Long.toHexString(address);
        }

        private static String size(long bytes) {
            return bytes < 1 << 20
                    ? (bytes >> 10) + "KB"
                    : bytes < 1 << 30 ? (bytes >> 20) + "MB" : (bytes >> 30) + "GB";
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.addresses.isEmpty()) {
            throw new UsageException("vtop: ADDRESS is missing");
        }
        var program = LinuxKernel.require(context.target(Program.class));
        var tables = options.task.map(text -> Mm.pageTables(mm(program, text))).orElseGet(() -> Mm.pageTables(program));
        return options.addresses.stream().map(text -> row(tables, address(program, text)));
    }

    private static long address(Program program, String text) {
        return text.matches("(0x)?\\p{XDigit}{1,16}")
                ? Hexadecimal.parse("vtop", text)
                : program.symbol(text).address();
    }

    private static Value mm(Program program, String text) {
        var mm = task(program, text).member("mm");
        if (mm.isNull()) {
            throw new LookupFailedException("user memory of task", text, "it is a kernel thread");
        }
        return mm;
    }

    private static Value task(Program program, String text) {
        if (text.matches("[0-9]{1,7}")) {
            return Pids.findTask(program, Integer.parseInt(text))
                    .orElseThrow(() -> new LookupFailedException("task", text));
        }
        return program.object(program.type("struct task_struct"), Hexadecimal.parse("vtop", text));
    }

    private static Row row(PageTables tables, long address) {
        var walk = tables.walk(address);
        return new Row(
                new VirtualAddress(address),
                walk.page().map(page -> physical(page, address)),
                walk.steps().stream().map(VtopCommand::step).toList(),
                walk.page().map(page -> new PhysicalAddress(page.firstPhysicalAddress())),
                walk.page().map(page -> new ByteSize(page.pageByteSize())),
                walk.fault().map(FaultException::reason));
    }

    private static PhysicalAddress physical(Translation page, long address) {
        return new PhysicalAddress(page.firstPhysicalAddress() + (address - page.firstVirtualAddress()));
    }

    private static StepRow step(Step step) {
        return new StepRow(
                step.table(),
                new PhysicalAddress(step.entryPhysicalAddress()),
                "0x" + Long.toHexString(step.entry().value()),
                step.entry().flags());
    }
}
