package org.wyrm.script.groovy.internal;

import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** What a helper finds, one after the other, while a script asks for the next; it walks anew for each loop. */
final class Walk implements Iterable<@Nullable Object> {
    private final Supplier<BaseStream<?, ?>> again;
    private final Function<Object, @Nullable Object> wrap;
    private @Nullable BaseStream<?, ?> first;

    /** @param first of the walk that was begun to see that it can be */
    Walk(BaseStream<?, ?> first, Supplier<BaseStream<?, ?>> again, Function<Object, @Nullable Object> wrap) {
        this.first = first;
        this.again = again;
        this.wrap = wrap;
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        var begun = first;
        first = null;
        var found = (begun == null ? again.get() : begun).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return found.hasNext();
            }

            @Override
            public @Nullable Object next() {
                return wrap.apply(found.next());
            }
        };
    }
}
