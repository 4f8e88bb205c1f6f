package org.wyrm.base.error;

import java.util.function.Supplier;

/**
 * The outcome of one step of work that goes on in spite of errors: a cell of a row, say.
 *
 * @param <T> what success gives
 */
public sealed interface Attempt<T> {
    /** Success. */
    record Success<T>(T value) implements Attempt<T> {}

    /** Failure; renderers show its message in place of the value. */
    record Failure<T>(DebuggerException error) implements Attempt<T> {}

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
}
