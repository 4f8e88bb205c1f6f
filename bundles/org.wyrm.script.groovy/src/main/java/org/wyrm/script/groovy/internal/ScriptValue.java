package org.wyrm.script.groovy.internal;

import groovy.lang.GroovyObject;
import groovy.lang.MetaClass;
import groovy.lang.MissingMethodException;
import groovy.lang.Range;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.BoolType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.Scalar;

/**
 * A value of the target as a script has it: its properties are its members, its operators are C's. Methods that drgn has
 * too are also known by drgn's names, which end in {@code _}. Immutable.
 */
public final class ScriptValue implements GroovyObject, Comparable<ScriptValue> {
    private static final ValueFormat PLAIN =
            ValueFormat.DEFAULT.without(Option.TYPE_NAME).without(Option.DEREFERENCE);

    private final Values values;
    private final Value value;

    ScriptValue(Values values, Value value) {
        this.values = values;
        this.value = value;
    }

    // ---- what Groovy asks --------------------------------------------------------------------------------------

    @Override
    public MetaClass getMetaClass() {
        return values.metaClass();
    }

    @Override
    public void setMetaClass(MetaClass metaClass) {
        throw new UsageException("values of the target have no other methods");
    }

    /** {@return a member; or what drgn has under a name that ends in an underscore} */
    @Override
    public Object getProperty(String name) {
        if (name.endsWith("_")) {
            var known = attribute(name);
            if (known != null) {
                return known;
            }
        }
        return values.of(value.member(name));
    }

    @Override
    public void setProperty(String name, Object newValue) {
        throw new UsageException("the target is only read: its member '" + name + "' cannot be set");
    }

    private @Nullable Object attribute(String name) {
        return switch (name) {
            case "type_" -> value.type();
            case "address_" -> unsigned(value.address());
            case "prog_" -> new ScriptProgram(values);
            case "absent_" -> value.absence().isPresent();
            default -> null;
        };
    }

    /** Called by Groovy for a method that is not here: drgn's names for those that are. */
    public @Nullable Object methodMissing(String name, @Nullable Object arguments) {
        Object[] list = arguments instanceof Object[] array ? array : new Object[0];
        return switch (name + "/" + list.length) {
            case "read_/0" -> values.of(value.read());
            case "to_bytes_/0" -> value.bytes();
            case "format_/0" -> format();
            case "member_/1" -> member(String.valueOf(list[0]));
            case "subscript_/1" -> getAt(list[0]);
            default -> throw new MissingMethodException(name, ScriptValue.class, list);
        };
    }

    // ---- what is in it -----------------------------------------------------------------------------------------

    /** {@return the value itself, as Java code has it} */
    public Value value() {
        return value;
    }

    /** {@return a number, a truth or a text of Java's, for a value that is one; else the value} */
    public Object plain() {
        var type = value.type().unaliased();
        if (type instanceof BoolType) {
            return value.booleanValue();
        }
        if (type instanceof FloatType) {
            return value.floatValue().doubleValue();
        }
        if (type instanceof Scalar) {
            return number();
        }
        return isText() ? value.string() : this;
    }

    private Object number() {
        if (value.type().unaliased() instanceof Scalar scalar && scalar.byteSize() <= Integer.BYTES) {
            var small = value.longValue();
            return small == (int) small ? (Object) (int) small : (Object) small;
        }
        var exact = value.integerValue();
        if (exact.bitLength() < Integer.SIZE) {
            return exact.intValue();
        }
        return exact.bitLength() < Long.SIZE ? (Object) exact.longValue() : exact;
    }

    /** {@return as {@link #plain()}: drgn's name} */
    @SuppressWarnings("MemberName")
    public Object value_() {
        return plain();
    }

    /** {@return as {@link #string()}: drgn's name} */
    @SuppressWarnings("MemberName")
    public String string_() {
        return value.string();
    }

    /** {@return as {@link #addressOf()}: drgn's name} */
    @SuppressWarnings("MemberName")
    public ScriptValue address_of_() {
        return addressOf();
    }

    /** {@return the number, cut to 64 bits} */
    public long toLong() {
        return value.longValue();
    }

    /** {@return the text of an array of characters, or behind a pointer to them} */
    public String string() {
        return value.string();
    }

    /** {@return the type} */
    public TargetType type() {
        return value.type();
    }

    /** {@return the address of the object} */
    public Object address() {
        return unsigned(value.address());
    }

    private static Object unsigned(long address) {
        return address >= 0 ? (Object) address : new BigInteger(Long.toUnsignedString(address));
    }

    /** {@return a pointer to the object: C's {@code &}} */
    public ScriptValue addressOf() {
        return values.of(value.addressOf());
    }

    /** {@return what a pointer points to: C's {@code *}} */
    public ScriptValue dereference() {
        return values.of(value.dereference());
    }

    /** {@return a member} */
    public ScriptValue member(String name) {
        return values.of(value.member(name));
    }

    /** {@return whether there is a member of a name} */
    public boolean hasMember(String name) {
        return value.hasMember(name);
    }

    /** {@return the value as another type, as C converts it} */
    public ScriptValue cast(Object to) {
        return values.of(value.cast(values.type(to)));
    }

    /** {@return the value as C writes it, with its type} */
    public String format() {
        return ValueFormat.DEFAULT.format(value);
    }

    /** {@return an element, or for a range, an array of elements} */
    public ScriptValue getAt(@Nullable Object index) {
        if (index instanceof Range<?> range) {
            return values.of(value.slice(values.number(range.getFrom()), values.number(range.getTo()) + 1));
        }
        return values.of(value.subscript(values.number(index)));
    }

    /** {@return the elements of an array: Groovy's loops, {@code each}, {@code collect} and their like ask for them} */
    public Iterator<ScriptValue> iterator() {
        return value.elements().map(values::of).iterator();
    }

    /** {@return the elements of an array, as a list} */
    public List<ScriptValue> toList() {
        return value.elements().map(values::of).toList();
    }

    /** {@return how many elements an array has} */
    public long size() {
        return value.elementCount();
    }

    // ---- operators ---------------------------------------------------------------------------------------------

    private ScriptValue apply(BinaryOperator operator, @Nullable Object right) {
        return values.of(value.apply(operator, operand(right)));
    }

    private Value operand(@Nullable Object right) {
        return values.operand(right)
                .orElseThrow(() -> new UsageException(
                        "'%s' is no operand for a value of the target of type '%s'".formatted(right, value.type())));
    }

    /** {@return a number of Java's and this, by an operator} */
    ScriptValue after(BinaryOperator operator, Number left) {
        return values.of(operand(left).apply(operator, value));
    }

    /** {@return C's {@code +}} */
    public ScriptValue plus(Object right) {
        return apply(BinaryOperator.ADD, right);
    }

    /** {@return C's {@code -}} */
    public ScriptValue minus(Object right) {
        return apply(BinaryOperator.SUBTRACT, right);
    }

    /** {@return C's {@code *}} */
    public ScriptValue multiply(Object right) {
        return apply(BinaryOperator.MULTIPLY, right);
    }

    /** {@return C's {@code /}} */
    public ScriptValue div(Object right) {
        return apply(BinaryOperator.DIVIDE, right);
    }

    /** {@return C's {@code %}} */
    public ScriptValue remainder(Object right) {
        return apply(BinaryOperator.REMAINDER, right);
    }

    /** {@return C's {@code %}} */
    public ScriptValue mod(Object right) {
        return apply(BinaryOperator.REMAINDER, right);
    }

    /** {@return C's {@code <<}} */
    public ScriptValue leftShift(Object right) {
        return apply(BinaryOperator.SHIFT_LEFT, right);
    }

    /** {@return C's {@code >>}} */
    public ScriptValue rightShift(Object right) {
        return apply(BinaryOperator.SHIFT_RIGHT, right);
    }

    /** {@return C's {@code &}} */
    public ScriptValue and(Object right) {
        return apply(BinaryOperator.AND, right);
    }

    /** {@return C's {@code |}} */
    public ScriptValue or(Object right) {
        return apply(BinaryOperator.OR, right);
    }

    /** {@return C's {@code ^}} */
    public ScriptValue xor(Object right) {
        return apply(BinaryOperator.XOR, right);
    }

    /** {@return C's {@code ~}} */
    public ScriptValue bitwiseNegate() {
        return values.of(value.apply(UnaryOperator.COMPLEMENT));
    }

    /** {@return C's {@code -}} */
    public ScriptValue negative() {
        return values.of(value.apply(UnaryOperator.MINUS));
    }

    /** {@return C's {@code +}} */
    public ScriptValue positive() {
        return values.of(value.apply(UnaryOperator.PLUS));
    }

    /** {@return one more: {@code ++}} */
    public ScriptValue next() {
        return plus(1);
    }

    /** {@return one less: {@code --}} */
    public ScriptValue previous() {
        return minus(1);
    }

    /** {@return whether it is not zero: {@code if (task.mm)}} */
    public boolean asBoolean() {
        return value.booleanValue();
    }

    /** {@return it as a class of Java's: {@code task.pid as int}} */
    public Object asType(Class<?> wanted) {
        if (wanted == String.class) {
            return toString();
        }
        if (wanted.isInstance(this)) {
            return this;
        }
        return DefaultTypeTransformation.castToType(plain(), wanted);
    }

    /** {@return the order that C's {@code <} says, or that of texts} */
    @Override
    public int compareTo(ScriptValue other) {
        return order(other);
    }

    int order(@Nullable Object other) {
        if (other instanceof CharSequence text) {
            return value.string().compareTo(text.toString());
        }
        if (other instanceof ScriptValue there && isText() && there.isText()) {
            return value.string().compareTo(there.value.string());
        }
        var right = operand(other);
        if (value.apply(BinaryOperator.LESS, right).booleanValue()) {
            return -1;
        }
        return value.apply(BinaryOperator.EQUAL, right).booleanValue() ? 0 : 1;
    }

    /** {@return whether C's {@code ==} says so; an array of characters is equal to its text, a null pointer to null} */
    @Override
    public boolean equals(@Nullable Object other) {
        if (other instanceof CharSequence text) {
            return hasText() && value.string().contentEquals(text);
        }
        if (other instanceof ScriptValue there && isText() && there.isText()) {
            return value.string().equals(there.value.string());
        }
        if (other == null) {
            return value.type().unaliased() instanceof PointerType && value.isNull();
        }
        var right = values.operand(other);
        return right.isPresent()
                && value.apply(BinaryOperator.EQUAL, right.get()).booleanValue();
    }

    /** A key that is not equal to the number that it shows would be looked for in vain. */
    @Override
    public int hashCode() {
        throw new UsageException(
                "a value of the target is no key of a map or set: take .plain(), .string() or .address()");
    }

    private boolean isText() {
        return value.type().unaliased() instanceof ArrayType array
                && CFormat.isCharacter(array.element().resolve());
    }

    private boolean hasText() {
        return isText() || isPointerToText();
    }

    private boolean isPointerToText() {
        return value.type().unaliased() instanceof PointerType pointer
                && CFormat.isCharacter(pointer.target().resolve())
                && !value.isNull();
    }

    /** {@return a text as it is, a number as C writes it, a pointer in hex; all else with its type} */
    @Override
    public String toString() {
        if (value.absence().isPresent()) {
            return format();
        }
        if (hasText()) {
            return value.string();
        }
        var type = value.type().unaliased();
        if (type instanceof PointerType) {
            return "0x" + Long.toHexString(value.longValue());
        }
        return type instanceof Scalar ? PLAIN.format(value.read()) : format();
    }
}
