package org.wyrm.commands.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.program.Program;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.TargetThread.Stack;

/** Shows the words of a stack, and what each is. */
@ProvidesCommand(
        name = "stack",
        summary = "show the words of a stack, with the frames and what each word may be the address of",
        row = StackCommand.Row.class,
        target = Program.class)
public final class StackCommand implements Command<StackCommand.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-n", "--count"},
                    argument = "COUNT",
                    help = "of words; without it, all up to the end of the stack")
            OptionalLong count,

            @Argument(
                    name = "ADDRESS|PID",
                    help = "where to begin, on the stack of a task; or a task, to begin at its stack pointer")
            List<String> places) {}

    /**
     * A word.
     *
     * @param frame the frame that it is the return address of
     * @param meaning what is at the address that it may be
     */
    public record Row(VirtualAddress address, VirtualAddress value, Optional<String> frame, Optional<String> meaning) {}

    /** A stack, from where it is to be shown. */
    private record Place(TargetThread thread, Stack stack, long first) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        if (options.places.isEmpty()) {
            throw new UsageException("stack: ADDRESS or PID is missing");
        }
        var program = context.target(Program.class);
        var choice = ThreadChoice.of(context);
        return options.places.stream().flatMap(text -> rows(program, place(program, choice, text), options.count));
    }

    private static Place place(Program program, ThreadChoice choice, String text) {
        if (text.matches("[0-9]{1,8}")) {
            var thread = choice.single(Optional.of(text));
            var sp = thread.start()
                    .registers()
                    .get(program.architecture().abi().orElseThrow().stackPointer())
                    .orElseThrow(() -> new LookupFailedException("stack pointer of task", text));
            return new Place(thread, stack(thread, sp, text), sp);
        }
        var address = SymCommand.place(program, text);
        return Stream.concat(choice.finder().running(program), choice.finder().threads(program))
                .flatMap(thread -> Attempt.of(() -> thread.stackAt(address))
                        .orElse(Optional.empty())
                        .map(stack -> new Place(thread, stack, address))
                        .stream())
                .findFirst()
                .orElseThrow(() -> new LookupFailedException("stack", text, "the address is on the stack of no task"));
    }

    private static Stack stack(TargetThread thread, long address, String text) {
        return thread.stackAt(address)
                .orElseThrow(() -> new LookupFailedException(
                        "stack", text, "the stack pointer 0x%x is on no stack of the task".formatted(address)));
    }

    private static Stream<Row> rows(Program program, Place place, OptionalLong count) {
        var byteSize = program.architecture().pointerByteSize();
        var first = place.first & -byteSize;
        var end = place.stack.range().lastAddress() + 1;
        var wanted = count.orElse(Long.MAX_VALUE);
        if (wanted < (end - first) / byteSize) {
            end = first + wanted * byteSize;
        }
        var frames = returnAddresses(program, place.thread, byteSize);
        return StackWord.between(program, first, end).stream()
                .map(word -> new Row(
                        word.address(),
                        word.value(),
                        Optional.ofNullable(frames.get(word.address().value())),
                        word.meaning()));
    }

    /** {@return the frames by where their return addresses are: below the CFA of the frame that they called} */
    private static Map<Long, String> returnAddresses(Program program, TargetThread thread, int byteSize) {
        var frames =
                Attempt.of(() -> Unwinder.of(program).trace(thread).frames()).orElse(List.of());
        var found = new HashMap<Long, String>();
        StackFrame called = null;
        for (var frame : frames) {
            if (called != null && called.cfa().isPresent() && !frame.isInterrupted() && !frame.isTailCall()) {
                found.putIfAbsent(called.cfa().getAsLong() - byteSize, frame.toString());
            }
            called = frame.isInlined() || frame.isTailCall() ? called : frame;
        }
        return found;
    }
}
