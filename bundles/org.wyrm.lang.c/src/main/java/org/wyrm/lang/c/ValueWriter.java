package org.wyrm.lang.c;

import java.util.Optional;
import java.util.function.Supplier;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.PointerType;
import org.wyrm.symbols.TargetType.VoidType;

/** Writes one value. Confined to one thread. */
final class ValueWriter {
    /** More than any structure has; a damaged type may be its own member. */
    private static final int MAX_NESTING = 32;

    /** So many members and elements are written in all, and so much text, that memory and time have an end. */
    private static final int MAX_ITEMS = 1 << 20;

    private static final int MAX_CHARACTERS = 1 << 25;

    private final ValueFormat format;
    private final ScalarText scalars;
    private final BrokenLines lines;
    private int nesting;
    private int itemCount;

    ValueWriter(ValueFormat format) {
        this.format = format;
        this.scalars = new ScalarText(format);
        this.lines = new BrokenLines(format.columns());
    }

    String write(Value value) {
        if (!lines.fits(0, () -> whole(value))) {
            itemCount = 0;
            whole(value);
        }
        return lines.toString();
    }

    private void whole(Value value) {
        var pointed = format.has(Option.DEREFERENCE) ? pointedTo(value) : Optional.<Value>empty();
        if (pointed.isPresent()) {
            lines.append("*");
            type(value, format.has(Option.TYPE_NAME));
            lines.append(scalars.addressInExpression(value.longValue(), value.program()) + " = ");
            contents(pointed.get());
        } else {
            item(Item.of("", value, format.has(Option.TYPE_NAME)));
        }
    }

    /** {@return what a pointer points to, if it can be read; not of a string, which is written with its pointer} */
    private Optional<Value> pointedTo(Value value) {
        if (!(value.type().unaliased() instanceof PointerType pointer)
                || value.absence().isPresent()
                || scalars.isString(pointer.target().resolve())) {
            return Optional.empty();
        }
        return Attempt.of(() -> Optional.of(Snapshot.of(completed(value.dereference()))))
                .orElse(Optional.empty())
                .filter(object -> hasSize(object.type()));
    }

    private static boolean hasSize(TargetType type) {
        return Attempt.of(() -> Value.sizeOf(type)) instanceof Attempt.Success;
    }

    private void item(Item item) {
        lines.append(item.label());
        if (item.value().isEmpty()) {
            lines.append(item.note());
            return;
        }
        var value = item.value().get();
        type(value, item.withType());
        contents(value);
    }

    private void type(Value value, boolean wanted) {
        if (wanted) {
            lines.append("(" + CFormat.name(value.type()) + ")");
        }
    }

    private void contents(Value value) {
        var absence = value.absence();
        if (absence.isPresent()) {
            lines.append("<" + absence.get().label() + ">");
            return;
        }
        // No switch over types: its first use costs a start 10 ms, see docs/adr/0003.
        var type = value.type().unaliased();
        if (type instanceof CompoundType) {
            compound(value);
        } else if (type instanceof ArrayType array) {
            array(value, array);
        } else if (type instanceof FunctionType) {
            lines.append(ScalarText.hex(value.address()));
        } else if (type instanceof VoidType) {
            lines.append("<void>");
        } else {
            lines.append(attempted(() -> scalars.text(value)));
        }
    }

    private static String attempted(Supplier<String> writing) {
        var text = Attempt.of(writing);
        return text instanceof Attempt.Failure<String>(var error) ? note(error) : text.orElse("");
    }

    static String note(DebuggerException error) {
        return "<" + error.getMessage() + ">";
    }

    private void compound(Value value) {
        var complete = Attempt.of(() -> completed(value));
        if (complete instanceof Attempt.Failure<Value>(var error)) {
            lines.append(note(error));
            return;
        }
        var object = complete.orElse(value);
        if (!(object.type().unaliased() instanceof CompoundType type) || !type.isComplete()) {
            lines.append("<incomplete type>");
            return;
        }
        if (nesting >= Math.min(format.depth(), MAX_NESTING)) {
            lines.append("{...}");
            return;
        }
        var read = Attempt.of(() -> Snapshot.of(object));
        if (read instanceof Attempt.Failure<Value>(var error)) {
            lines.append(note(error));
            return;
        }
        nesting++;
        braces(new MemberItems(format, read.orElse(object), type), format.has(Option.MEMBERS_SAME_LINE));
        nesting--;
    }

    private static Value completed(Value value) {
        var complete = value.program().complete(value.type());
        return complete == value.type() ? value : value.reinterpret(complete);
    }

    private void array(Value value, ArrayType type) {
        if (scalars.isString(type.element().resolve()) && type.elementCount().orElse(0) > 0) {
            lines.append(
                    attempted(() -> StringText.array(value, type.elementCount().orElse(0))));
            return;
        }
        var items = Attempt.of(() -> new ElementItems(format, value, type));
        if (items instanceof Attempt.Failure<ElementItems>(var error)) {
            lines.append(note(error));
        } else if (items instanceof Attempt.Success<ElementItems>(var elements)) {
            braces(elements, format.has(Option.ELEMENTS_SAME_LINE));
        }
    }

    private void braces(Items items, boolean onOneLine) {
        if (!items.hasNext()) {
            lines.append("{}");
        } else if (!lines.isTrying()) {
            block(items, onOneLine);
        } else if (onOneLine) {
            row(items);
        } else {
            lines.refuse();
        }
    }

    private void row(Items items) {
        lines.append("{ ");
        while (items.hasNext() && !lines.isFull()) {
            item(next(items));
            lines.append(items.hasNext() ? ", " : " }");
        }
    }

    private void block(Items items, boolean onOneLine) {
        lines.append("{");
        lines.indent();
        var lineHasRoom = false;
        while (items.hasNext()) {
            var count = itemCount;
            var item = next(items);
            if (onOneLine && lineHasRoom && lines.fits(1, () -> item(" ", item))) {
                lines.append(",");
                continue;
            }
            lines.newLine();
            lineHasRoom = lines.fits(1, () -> item("", item));
            if (!lineHasRoom) {
                itemCount = count + 1;
                item(item);
            }
            lines.append(",");
        }
        lines.unindent();
        lines.newLine();
        lines.append("}");
    }

    private void item(String before, Item item) {
        lines.append(before);
        item(item);
    }

    /** {@return the next item, or in place of all that are left, how many of them there are} */
    private Item next(Items items) {
        return ++itemCount > MAX_ITEMS || lines.length() > MAX_CHARACTERS ? items.skip() : items.next();
    }
}
