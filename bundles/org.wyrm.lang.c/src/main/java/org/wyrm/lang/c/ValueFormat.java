package org.wyrm.lang.c;

import java.util.EnumSet;
import java.util.Set;
import org.wyrm.program.Value;

/**
 * How values are written: as C would write an initializer, in the words and with the options of drgn's
 * {@code Object.format_()}. {@link #DEFAULT} writes what drgn's {@code str()} does.
 *
 * <p>Writing never fails because of the target: what cannot be read, or has no end, stands as {@code <cannot read
 * virtual address 0x…>} or {@code ... 99 more elements} in its place.
 *
 * <pre>{@code
 * ValueFormat.DEFAULT.columns(80).with(Option.MEMBERS_SAME_LINE).format(program.variable("init_task"))
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class ValueFormat {
    /** What is written, or how; each is one of drgn's options. */
    public enum Option {
        /** After a pointer that is not a member or an element, what it points to. */
        DEREFERENCE,
        /** Before an address, the symbol that it is in. */
        SYMBOLIZE,
        /** Arrays of characters, and what pointers to characters point to, as strings. */
        STRING,
        /** Characters as characters, not as numbers. */
        CHAR,
        /** The type of the value itself. */
        TYPE_NAME,
        /** The types of members. */
        MEMBER_TYPE_NAMES,
        /** The types of elements. */
        ELEMENT_TYPE_NAMES,
        /** Several members on a line. */
        MEMBERS_SAME_LINE,
        /** Several elements on a line. */
        ELEMENTS_SAME_LINE,
        /** The names of members. */
        MEMBER_NAMES,
        /** The indices of elements; then zeros are left out also between others. */
        ELEMENT_INDICES,
        /** Members that are zero. */
        IMPLICIT_MEMBERS,
        /** Elements that are zero; without, those at the end of an array are left out. */
        IMPLICIT_ELEMENTS
    }

    /** Lines of any length, structures within structures to any depth. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** As drgn writes when it is not told otherwise. */
    public static final ValueFormat DEFAULT = new ValueFormat(
            EnumSet.complementOf(EnumSet.of(
                    Option.CHAR,
                    Option.ELEMENT_TYPE_NAMES,
                    Option.MEMBERS_SAME_LINE,
                    Option.ELEMENT_INDICES,
                    Option.IMPLICIT_ELEMENTS)),
            UNLIMITED,
            10,
            UNLIMITED);

    private final Set<Option> options;
    private final int columns;
    private final int integerBase;
    private final int depth;

    private ValueFormat(Set<Option> options, int columns, int integerBase, int depth) {
        this.options = options;
        this.columns = columns;
        this.integerBase = integerBase;
        this.depth = depth;
    }

    /** {@return the same format with an option} */
    public ValueFormat with(Option option) {
        var more = EnumSet.copyOf(options);
        more.add(option);
        return new ValueFormat(more, columns, integerBase, depth);
    }

    /** {@return the same format without an option} */
    public ValueFormat without(Option option) {
        var fewer = EnumSet.copyOf(options);
        fewer.remove(option);
        return new ValueFormat(fewer, columns, integerBase, depth);
    }

    /**
     * {@return the same format with lines of at most so many columns, where they can be broken; a tab counts 8}
     *
     * @param count at least 0, or {@link #UNLIMITED}
     */
    public ValueFormat columns(int count) {
        return new ValueFormat(options, count, integerBase, depth);
    }

    /**
     * {@return the same format with integers in a base}
     *
     * @param base 8, 10 or 16
     * @throws IllegalArgumentException if it is another
     */
    public ValueFormat integerBase(int base) {
        if (base != 8 && base != 10 && base != 16) {
            throw new IllegalArgumentException("integers are written in base 8, 10 or 16, not " + base);
        }
        return new ValueFormat(options, columns, base, depth);
    }

    /**
     * {@return the same format, with structures written out to a depth only; deeper ones stand as <code>{...}</code>}
     *
     * @param levels 1 for the members of the structure itself; or {@link #UNLIMITED}
     */
    public ValueFormat depth(int levels) {
        return new ValueFormat(options, columns, integerBase, levels);
    }

    /** {@return whether it has an option} */
    public boolean has(Option option) {
        return options.contains(option);
    }

    int columns() {
        return columns;
    }

    int integerBase() {
        return integerBase;
    }

    int depth() {
        return depth;
    }

    /**
     * {@return a value as text; lines are separated by newlines and indented by tabs}
     *
     * @throws org.wyrm.base.error.CancelledException if the program's token was cancelled
     */
    public String format(Value value) {
        return new ValueWriter(this).write(value);
    }
}
