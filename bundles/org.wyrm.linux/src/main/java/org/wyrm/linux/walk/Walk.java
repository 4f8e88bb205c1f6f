package org.wyrm.linux.walk;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.PointerType;

/**
 * Chains in target memory, walked lazily. A chain that comes back to a node other than its end is found out by Brent's
 * method, without remembering nodes, and reported with the node's address; so no walk is endless.
 */
public final class Walk {
    private Walk() {}

    /** {@return the address of an object, or of the object that a pointer points to} */
    public static long addressOf(Value object) {
        return object.type().unaliased() instanceof PointerType ? object.longValue() : object.address();
    }

    /** {@return the type of an object, or of the object that a pointer points to} */
    public static TargetType typeOf(Value object) {
        return object.type().unaliased() instanceof PointerType pointer
                ? pointer.target().resolve()
                : object.type();
    }

    /**
     * {@return the addresses of a chain's nodes}
     *
     * @param kind what a node is, for errors: {@code list_head}
     * @param first the first node's address
     * @param end the address that ends the chain: that of its head, or 0
     * @param next reads the address of the node after one
     */
    public static Stream<Long> chain(Program program, String kind, long first, long end, LongUnaryOperator next) {
        return stream(new Chain(program, kind, first, end, next));
    }

    /** {@return the elements of an iterator, in order} */
    public static <T> Stream<T> stream(Iterator<T> elements) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(elements, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /**
     * {@return what a walk finds, up to where it cannot go on}
     *
     * @param damage is told why it could not
     */
    public static <T> Stream<T> tolerant(Stream<T> walk, Consumer<DebuggerException> damage) {
        return stream(new Tolerant<>(walk.iterator(), damage));
    }

    /**
     * {@return what a walk finds, up to where it cannot go on; nothing where it cannot begin}
     *
     * @param damage is told why it could not
     */
    public static <T> Stream<T> tolerant(Supplier<Stream<T>> walk, Consumer<DebuggerException> damage) {
        var begun = Attempt.of(walk);
        if (begun instanceof Attempt.Failure<Stream<T>> failure) {
            damage.accept(failure.error());
        }
        return tolerant(begun.orElse(Stream.empty()), damage);
    }

    /** {@return what a walk finds, one after the other, until it finds nothing} */
    public static <T> Stream<T> whileFound(Supplier<Optional<T>> walk) {
        return StreamSupport.stream(
                new AbstractSpliterator<T>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                    @Override
                    public boolean tryAdvance(Consumer<? super T> action) {
                        var found = walk.get();
                        found.ifPresent(action);
                        return found.isPresent();
                    }
                },
                false);
    }

    private static final class Tolerant<T> implements Iterator<T> {
        private final Iterator<T> elements;
        private final Consumer<DebuggerException> damage;
        private boolean isBroken;

        Tolerant(Iterator<T> elements, Consumer<DebuggerException> damage) {
            this.elements = elements;
            this.damage = damage;
        }

        @Override
        public boolean hasNext() {
            if (isBroken) {
                return false;
            }
            var has = Attempt.of(elements::hasNext);
            if (has instanceof Attempt.Failure<Boolean> failure) {
                isBroken = true;
                damage.accept(failure.error());
            }
            return has.orElse(false);
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return elements.next();
        }
    }

    private static final class Chain implements Iterator<Long> {
        private final Program program;
        private final String kind;
        private final long end;
        private final LongUnaryOperator next;
        private long node;
        private long following;
        private boolean isRead;
        private long taken;
        private long marked;
        private long nextMark = 2;

        Chain(Program program, String kind, long first, long end, LongUnaryOperator next) {
            this.program = program;
            this.kind = kind;
            this.end = end;
            this.next = next;
            this.node = first;
            this.marked = first;
        }

        @Override
        public boolean hasNext() {
            if (!isRead && node != end) {
                read();
            }
            return node != end;
        }

        /** Reads the node before it is given out: what cannot be read is an error of the walk, not one more node. */
        private void read() {
            program.cancellation().check();
            if (taken > 0 && node == marked) {
                throw new CorruptStructureException(kind, node, "the chain comes back to it after " + taken + " nodes");
            }
            if (taken == nextMark) {
                marked = node;
                nextMark *= 2;
            }
            following = next.applyAsLong(node);
            isRead = true;
        }

        @Override
        public Long next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var given = node;
            node = following;
            isRead = false;
            taken++;
            return given;
        }
    }
}
