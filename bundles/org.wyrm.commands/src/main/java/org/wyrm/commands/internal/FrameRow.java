package org.wyrm.commands.internal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.UnwindMethod;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.TargetThread.Stack;

/**
 * A frame of a stack, as commands show it.
 *
 * @param function by debugging information, and where that has none, by the symbol
 * @param offset of {@code pc} in the symbol
 * @param inline whether it is inlined into the next frame's function
 * @param tailCall whether it ended by a jump to the frame before, and has nothing on the stack
 * @param interrupted whether it did not call the frame before, but was interrupted
 * @param user whether it is of user space
 * @param stack the stack that it is on, where that is known
 * @param foundBy what told the way to it
 * @param locals where they are asked for
 * @param words of the stack, where they are asked for
 */
record FrameRow(
        int index,
        Optional<String> function,
        VirtualAddress pc,
        OptionalLong offset,
        Optional<String> symbol,
        Optional<String> module,
        boolean inline,
        boolean tailCall,
        Optional<String> file,
        OptionalInt line,
        OptionalInt column,
        boolean interrupted,
        boolean user,
        Optional<VirtualAddress> sp,
        Optional<String> stack,
        Optional<String> foundBy,
        List<LocalRow> locals,
        List<StackWord> words) {
    private static final int INDEX_WIDTH = 3;

    static FrameRow of(StackFrame frame, TargetThread thread, List<LocalRow> locals, List<StackWord> words) {
        var stack = frame.isUserSpace() ? Optional.<String>empty() : stack(frame, thread);
        return of(frame, 0, frame.isUserSpace(), stack, locals, words);
    }

    /**
     * {@return a frame of the process of a kernel's task}
     *
     * @param first how many frames the kernel has
     */
    static FrameRow ofUser(StackFrame frame, int first, List<LocalRow> locals) {
        return of(frame, first, true, Optional.empty(), locals, List.of());
    }

    private static FrameRow of(
            StackFrame frame,
            int first,
            boolean isUser,
            Optional<String> stack,
            List<LocalRow> locals,
            List<StackWord> words) {
        var sp = frame.stackPointer();
        var place = frame.place();
        return new FrameRow(
                first + frame.index(),
                frame.function(),
                new VirtualAddress(frame.pc()),
                frame.symbolOffset(),
                frame.symbol().map(Symbol::name),
                frame.module(),
                frame.isInlined(),
                frame.isTailCall(),
                place.map(SourcePlace::file),
                place.map(SourcePlace::line).map(FrameRow::number).orElse(OptionalInt.empty()),
                place.map(SourcePlace::column).map(FrameRow::number).orElse(OptionalInt.empty()),
                frame.isInterrupted(),
                isUser,
                sp.isPresent() ? Optional.of(new VirtualAddress(sp.getAsLong())) : Optional.empty(),
                stack,
                frame.foundBy().map(UnwindMethod::label),
                locals,
                words);
    }

    private static OptionalInt number(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static Optional<String> stack(StackFrame frame, TargetThread thread) {
        var sp = frame.stackPointer();
        if (sp.isEmpty()) {
            return Optional.empty();
        }
        // The stack pointer of an empty stack is behind it.
        return Attempt.of(() -> thread.stackAt(sp.getAsLong() - 1).or(() -> thread.stackAt(sp.getAsLong())))
                .orElse(Optional.empty())
                .map(Stack::name);
    }

    /** {@return the frame in a line, as drgn's users know it} */
    String text(boolean withLines) {
        var text = new StringBuilder("#").append(index);
        while (text.length() <= INDEX_WIDTH) {
            text.append(' ');
        }
        text.append(' ');
        if (function.isPresent()) {
            text.append(function.get());
        } else {
            text.append(pc);
        }
        var hasPlace = withLines && file.isPresent();
        if (!inline && !hasPlace && symbol.isPresent() && offset.isPresent()) {
            text.append(symbol.equals(function) ? "" : " <" + symbol.get())
                    .append("+0x")
                    .append(Long.toHexString(offset.getAsLong()))
                    .append(symbol.equals(function) ? "" : ">");
        }
        module.ifPresent(name -> text.append(" [").append(name).append(']'));
        if (hasPlace) {
            text.append(" (").append(file.get());
            text.append(':').append(line.isPresent() ? Integer.toString(line.getAsInt()) : "?");
            if (column.isPresent()) {
                text.append(':').append(column.getAsInt());
            }
            text.append(')');
        }
        if (inline) {
            text.append(" (inlined)");
        }
        if (tailCall && !inline) {
            text.append(" (tail call)");
        }
        if (user) {
            text.append(" (user space)");
        } else if (interrupted && foundBy.isPresent()) {
            text.append(" (interrupted)");
        }
        foundBy.filter(FrameRow::isGuess)
                .ifPresent(method -> text.append(" (by ").append(method).append(')'));
        return text.toString();
    }

    private static boolean isGuess(String method) {
        for (var each : UnwindMethod.values()) {
            if (each.isGuess() && each.label().equals(method)) {
                return true;
            }
        }
        return false;
    }
}
