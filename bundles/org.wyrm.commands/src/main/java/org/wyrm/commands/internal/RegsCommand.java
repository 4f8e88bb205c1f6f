package org.wyrm.commands.internal;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.arch.spi.Abi.WideRegister;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.spi.TargetThread;

/** Shows the registers of a frame. */
@ProvidesCommand(
        name = "regs",
        summary = "show the registers of a task, or of a frame of its stack",
        row = RegsCommand.Row.class,
        target = Program.class)
public final class RegsCommand implements Command<RegsCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-f", "--frame"},
                    argument = "NUMBER",
                    help = "of the frame, as bt tells it; without it, that of the innermost, 0")
            Optional<String> frame,

            @Flag(
                    names = {"-a", "--all"},
                    help = "tell those of floating-point numbers and vectors too, which core dumps of processes have")
            boolean all,

            @Argument(
                    name = "PID|TASK|COMM",
                    help = "tasks by number, address of the task_struct, or name; without any, the task in which the"
                            + " target crashed")
            List<String> tasks) {}

    /**
     * A register.
     *
     * @param value empty where it is lost
     * @param meaning what is at the address that it may be; of one that is wider than an address, what it has, of a
     *     vector the bytes as one number
     */
    public record Row(long pid, String register, Optional<VirtualAddress> value, Optional<String> meaning) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = context.target(Program.class);
        var choice = ThreadChoice.of(context);
        var threads = options.tasks.isEmpty()
                ? List.of(choice.current())
                : options.tasks.stream()
                        .flatMap(text -> choice.named(text).stream())
                        .toList();
        return threads.stream().flatMap(thread -> {
            var frame = new FrameChoice(program, thread).numbered(options.frame.orElse("0"));
            var rows = new ArrayList<Row>();
            for (var register : program.architecture().abi().orElseThrow().registers()) {
                var value = frame.registers().get(register.number());
                // Of the frames of a kernel nobody wants to read that fs_base is lost.
                if (value.isPresent()
                        || register.byteSize() == program.architecture().pointerByteSize()) {
                    rows.add(new Row(
                            thread.id(),
                            register.name(),
                            value.isPresent() ? Optional.of(new VirtualAddress(value.getAsLong())) : Optional.empty(),
                            value.isPresent() ? StackWord.meaning(program, value.getAsLong()) : Optional.empty()));
                }
            }
            if (options.all) {
                wide(program, thread, frame).forEach(rows::add);
            }
            return rows.stream();
        });
    }

    /** {@return the wide registers that are known} */
    private static Stream<Row> wide(Program program, TargetThread thread, StackFrame frame) {
        return program.architecture().abi().orElseThrow().wideRegisters().stream()
                .flatMap(register -> frame.register(register).stream()
                        .map(value -> new Row(
                                thread.id(), register.name(), Optional.empty(), Optional.of(text(register, value)))));
    }

    private static String text(WideRegister register, Value value) {
        if (register.isFloatingPoint()) {
            return value.floatValue().toString();
        }
        var bytes = value.bytes();
        var text = new StringBuilder("0x");
        for (var index = 0; index < bytes.length; index++) {
            var isBig = value.program().memory().order() == ByteOrder.BIG_ENDIAN;
            text.append(HexFormat.of().toHexDigits(bytes[isBig ? index : bytes.length - 1 - index]));
        }
        return text.toString();
    }
}
