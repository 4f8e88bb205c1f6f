package org.wyrm.linux.commands.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.PointerType;

/**
 * Where a walk starts, as the user says it: an address, or a symbol and members of it, {@code init_task.children}. A
 * pointer stands for what it points to.
 *
 * @param address in memory
 * @param object what is there; empty where its type is not known
 */
record Start(long address, Optional<Value> object) {
    private static final Pattern SEPARATOR = Pattern.compile("\\.|->");
    private static final Pattern STEP = Pattern.compile("(\\w+)((?:\\[\\d{1,9}\\])*)");
    private static final Pattern SUBSCRIPT = Pattern.compile("\\d+");

    static Start parse(Program program, String text) {
        // Without 0x, it must have the length of an address, or it may be a name.
        if (text.matches("0x\\p{XDigit}{1,16}|\\p{XDigit}{8,16}")) {
            var digits = text.startsWith("0x") ? text.substring(2) : text;
            return new Start(Long.parseUnsignedLong(digits, 16), Optional.empty());
        }
        var place = text.lastIndexOf("::") + 2;
        var file = place > 1 ? text.substring(0, place) : "";
        var steps = SEPARATOR.split(text.substring(file.length()), -1);
        if (text.equals(file + steps[0]) && program.findVariable(text).isEmpty() && !text.contains("[")) {
            return new Start(program.symbol(text).address(), Optional.empty());
        }
        var first = step(text, steps[0]);
        var value = subscript(program.variable(file + first.name), first.subscripts);
        for (var i = 1; i < steps.length; i++) {
            var step = step(text, steps[i]);
            value = subscript(value.member(step.name), step.subscripts);
        }
        return of(value);
    }

    /** {@return the object, or what it points to} */
    private static Start of(Value value) {
        var object = value.type().unaliased() instanceof PointerType ? value.dereference() : value;
        return new Start(object.address(), Optional.of(object));
    }

    private record Step(String name, String subscripts) {}

    private static Step step(String text, String step) {
        var matcher = STEP.matcher(step);
        if (!matcher.matches()) {
            throw new UsageException(
                    "'" + text + "' is neither an address nor a symbol with members, such as init_task.children");
        }
        return new Step(matcher.group(1), matcher.group(2));
    }

    private static Value subscript(Value value, String subscripts) {
        var result = value;
        var numbers = SUBSCRIPT.matcher(subscripts);
        while (numbers.find()) {
            result = result.subscript(Long.parseLong(numbers.group()));
        }
        return result;
    }
}
