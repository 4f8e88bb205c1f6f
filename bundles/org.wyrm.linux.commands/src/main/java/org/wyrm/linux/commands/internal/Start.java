package org.wyrm.linux.commands.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TargetType.PointerType;

/**
 * Where a walk starts, as the user says it: an address, or a C expression, {@code init_task.children}. A pointer stands
 * for what it points to.
 *
 * @param address in memory
 * @param object what is there; empty where its type is not known
 */
record Start(long address, Optional<Value> object) {
    /** Without 0x, it must have the length of an address, or it may be a name. */
    private static final Pattern ADDRESS = Pattern.compile("(?:0x)?(\\p{XDigit}{8,16})|0x(\\p{XDigit}{1,7})");

    private static final Pattern NAME = Pattern.compile("\\w+");
    private static final Pattern MEMBER = Pattern.compile("(.+)(?:\\.|->)(\\w+)");

    static Start parse(Program program, String text) {
        var address = ADDRESS.matcher(text);
        if (address.matches()) {
            var digits = address.group(1) != null ? address.group(1) : address.group(2);
            return new Start(Long.parseUnsignedLong(digits, 16), Optional.empty());
        }
        if (NAME.matcher(text).matches() && program.findVariable(text).isEmpty()) {
            return new Start(program.symbol(text).address(), Optional.empty());
        }
        var value = program.evaluate(text);
        var type = value.type().unaliased();
        if (type instanceof IntType) {
            return new Start(value.longValue(), Optional.empty());
        }
        if (!(type instanceof PointerType) && !value.hasAddress()) {
            throw new UsageException(
                    "'%s' is of type '%s', which is no place to start at".formatted(text, CFormat.name(value.type())));
        }
        var object = type instanceof PointerType ? value.dereference() : value;
        return new Start(object.address(), Optional.of(object));
    }

    /** {@return where in a structure the links are, if the start is a member of such a structure} */
    static OptionalLong offsetIn(Program program, TargetType struct, String text) {
        var member = MEMBER.matcher(text);
        if (!member.matches()) {
            return OptionalLong.empty();
        }
        var owner = program.evaluate(member.group(1)).type().unaliased();
        var type = owner instanceof PointerType pointer
                ? pointer.target().resolve().unaliased()
                : owner;
        return type instanceof CompoundType compound
                        && struct.unaliased() instanceof CompoundType wanted
                        && compound.tag().isPresent()
                        && compound.tag().equals(wanted.tag())
                ? OptionalLong.of(Field.of(struct, member.group(2)).byteOffset())
                : OptionalLong.empty();
    }
}
