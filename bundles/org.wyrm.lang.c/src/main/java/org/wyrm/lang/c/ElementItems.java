package org.wyrm.lang.c;

import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.ArrayType;

/** The elements of an array; those that cannot be read are one item together. Confined to one thread. */
final class ElementItems implements Items {
    /** The largest array of which zeros at the end are looked for. */
    private static final long MAX_TRIMMED_BYTES = 1 << 28;

    /** So many pages in a row that cannot be read end an array. */
    private static final int MAX_MISSING_PAGES = 1 << 12;

    private final ValueFormat format;
    private final Value array;
    private final Elements elements;
    private final long count;
    private long at;
    private @Nullable Item next;

    /** Whether nothing more is tried, because so many pages were missing. */
    private boolean isLeftOut;

    ElementItems(ValueFormat format, Value array, ArrayType type) {
        this.format = format;
        this.array = array;
        this.elements = new Elements(array, type);
        this.count = format.has(Option.IMPLICIT_ELEMENTS) || elements.isLargerThan(MAX_TRIMMED_BYTES)
                ? elements.count()
                : elements.countUpToLastNonZero();
        next = find();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Item next() {
        var item = next;
        if (item == null) {
            throw new NoSuchElementException();
        }
        next = find();
        return item;
    }

    private @Nullable Item find() {
        if (isLeftOut) {
            isLeftOut = false;
            return left(count - at);
        }
        while (at < count) {
            var index = at++;
            var element = Attempt.of(() -> elements.get(index));
            if (element instanceof Attempt.Failure<Value>(var error)) {
                if (error instanceof FaultException fault) {
                    return unreadable(index, fault);
                }
                at = count;
                return Item.note(label(index), ValueWriter.note(error));
            }
            var value = element.orElse(array);
            if (!format.has(Option.ELEMENT_INDICES) || format.has(Option.IMPLICIT_ELEMENTS) || !Zero.isZero(value)) {
                return Item.of(label(index), value, format.has(Option.ELEMENT_TYPE_NAMES));
            }
        }
        return null;
    }

    private String label(long index) {
        return format.has(Option.ELEMENT_INDICES) ? "[" + index + "] = " : "";
    }

    /** Goes on to the first element that can be read, a page at a time. */
    private Item unreadable(long first, FaultException fault) {
        var missing = Optional.of(fault);
        for (var pages = 0; missing.isPresent() && at < count && pages < MAX_MISSING_PAGES; pages++) {
            at = Math.clamp(elements.firstBehindPage(missing.get().address()), at, count);
            missing = at < count ? faultAt(at) : Optional.empty();
        }
        isLeftOut = missing.isPresent();
        var passed = at - first;
        return Item.note(label(first), ValueWriter.note(fault) + (passed > 1 ? " (" + passed + " elements)" : ""));
    }

    private Optional<FaultException> faultAt(long index) {
        return Attempt.of(() -> elements.get(index)) instanceof Attempt.Failure<Value>(FaultException fault)
                ? Optional.of(fault)
                : Optional.empty();
    }

    @Override
    public Item skip() {
        // One is at hand already.
        var item = left(count - at + 1);
        next = null;
        return item;
    }

    private Item left(long left) {
        at = count;
        return Item.note("", "... " + left + " more elements");
    }
}
