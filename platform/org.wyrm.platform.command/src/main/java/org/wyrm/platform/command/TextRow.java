package org.wyrm.platform.command;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/** A row that is text to people: a line of a log, the definition of a type. Its components are rendered elsewhere. */
@ConsumerType
public interface TextRow {
    /** {@return how the row looks as text, without a line end} */
    String toText();

    /**
     * Tells which parts of the text have a meaning of their own; asked only where colors are shown.
     *
     * @param text what {@link #toText()} gave
     * @param spans takes them from left to right; none overlap
     */
    default void forEachSpan(String text, Consumer<Span> spans) {}
}
