package org.wyrm.base.error;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The outcome of one step of work that goes on in spite of errors: a cell of a row, say.
 *
 * @param <T> what success gives
 */
public sealed interface Attempt<T> {
    /** Success. */
    record Success<T>(T value) implements Attempt<T> {
        @Override
        public <R> Attempt<R> map(Function<? super T, ? extends R> step) {
            return of(() -> step.apply(value));
        }

        @Override
        public T orElse(T other) {
            return value;
        }
    }

    /** Failure; renderers show its message in place of the value. */
    record Failure<T>(DebuggerException error) implements Attempt<T> {
        @Override
        public <R> Attempt<R> map(Function<? super T, ? extends R> step) {
            return new Failure<>(error);
        }

        @Override
        public T orElse(T other) {
            return other;
        }
    }

    /**
     * {@return the outcome of {@code work}}
     *
     * @throws CancelledException if the work was told to stop: that ends all of it
     */
    static <T> Attempt<T> of(Supplier<? extends T> work) {
        try {
            return new Success<>(work.get());
        } catch (CancelledException stopped) {
            throw stopped;
        } catch (DebuggerException error) {
            return new Failure<>(error);
        }
    }

    /**
     * Does work that others may go on without: where it fails, that is told, after what the work was about.
     *
     * @param failures is told {@code ABOUT: MESSAGE}
     * @throws CancelledException if the work was told to stop
     */
    static void orTell(Consumer<String> failures, Supplier<String> about, Runnable work) {
        var done = of(() -> {
            work.run();
            return true;
        });
        if (done instanceof Failure<Boolean> failure) {
            failures.accept(about.get() + ": " + failure.error().getMessage());
        }
    }

    /** {@return the outcome of a further step, or this failure} */
    <R> Attempt<R> map(Function<? super T, ? extends R> step);

    /** {@return the value, or another one after a failure} */
    T orElse(T other);
}
