package org.wyrm.bpf.internal;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.Program;

/** Disassembles a BPF program, as {@code bpftool prog dump xlated} does. */
@ProvidesCommand(
        name = "bpfprog",
        summary = "disassemble a BPF program: its instructions as the verifier left them",
        row = BpfprogCommand.Row.class,
        target = Program.class,
        layout = Layout.TEXT)
public final class BpfprogCommand implements Command<BpfprogCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Argument(name = "ID", help = "the program's number, as `bpfprogs` shows it")
            String id) {}

    /**
     * One instruction.
     *
     * @param index of its first 8 bytes in the program
     * @param bytes in hexadecimal, as they are in memory but for the instructions that user space does not see
     * @param instruction in the notation of the kernel
     */
    public record Row(int index, String bytes, Attempt<String> instruction) implements TextRow {
        @Override
        public String toText() {
            var text = instruction instanceof Attempt.Failure<String> failure
                    ? "<" + failure.error().getMessage() + ">"
                    : instruction.orElse("");
            return "%4d: %s".formatted(index, text);
        }
    }

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        var prog = BpfTarget.found(options.id, "BPF program", "bpfprogs", id -> BpfPrograms.bpfProgById(program, id));
        var xlated = new Xlated(prog);
        var disassembler = new Disassembler(xlated);
        var first = prog.member("insnsi").address();
        return xlated.instructions().map(each -> {
            var bytes =
                    program.bytes(first + (long) each.index() * Instruction.BYTES, each.slots() * Instruction.BYTES);
            return new Row(each.index(), HexFormat.of().formatHex(bytes), Attempt.of(() -> disassembler.text(each)));
        });
    }
}
