package org.wyrm.elf;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/** A list whose elements are decoded each time they are asked for. Thread-safe if its decoder is. */
final class LazyList<T> extends AbstractList<T> implements RandomAccess {
    private final int count;
    private final IntFunction<T> decoder;

    LazyList(int count, IntFunction<T> decoder) {
        this.count = count;
        this.decoder = decoder;
    }

    @Override
    public T get(int index) {
        return decoder.apply(Objects.checkIndex(index, count));
    }

    @Override
    public int size() {
        return count;
    }
}
