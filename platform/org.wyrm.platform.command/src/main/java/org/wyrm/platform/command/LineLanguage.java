package org.wyrm.platform.command;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A language that lines of the shell are in which are no commands: they are the argument of one. Declared by
 * {@link ProvidesLineLanguage}. Stateless, and quick: it is asked at each press of a key.
 */
@ConsumerType
public interface LineLanguage {
    /** {@return whether a text can end here: false where a bracket is open, or an operand is to follow} */
    boolean isComplete(String text);

    /**
     * Tells which parts of a text have a meaning of their own.
     *
     * @param spans takes them from left to right; none overlap
     */
    void forEachSpan(String text, Consumer<Span> spans);
}
