package org.wyrm.platform.command;

import org.osgi.annotation.versioning.ConsumerType;

/** A row that is text to people: a line of a log, the definition of a type. Its components are rendered elsewhere. */
@ConsumerType
public interface TextRow {
    /** {@return how the row looks as text, without a line end} */
    String toText();
}
