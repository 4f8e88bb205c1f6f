package org.wyrm.elf;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A list whose elements are decoded when they are asked for; those of a list of usual length are kept, of a longer one
 * decoded each time. Thread-safe if its decoder is, and its elements are immutable.
 */
final class LazyList<T> extends AbstractList<T> implements RandomAccess {
    private static final int MOST_KEPT = 1 << 12;

    private final int count;
    private final IntFunction<T> decoder;
    private final AtomicReferenceArray<@Nullable T> decoded;

    LazyList(int count, IntFunction<T> decoder) {
        this.count = count;
        this.decoder = decoder;
        decoded = new AtomicReferenceArray<>(count <= MOST_KEPT ? count : 0);
    }

    @Override
    public T get(int index) {
        var isKept = Objects.checkIndex(index, count) < decoded.length();
        var known = isKept ? decoded.get(index) : null;
        if (known == null) {
            known = decoder.apply(index);
            if (isKept) {
                decoded.set(index, known);
            }
        }
        return known;
    }

    @Override
    public int size() {
        return count;
    }
}
