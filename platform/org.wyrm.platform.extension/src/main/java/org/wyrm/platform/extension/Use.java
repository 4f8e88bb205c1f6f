package org.wyrm.platform.extension;

/** A running use of a bundle, from its begin to {@link #close()}: while it lasts, the bundle stays. */
public interface Use extends AutoCloseable {
    /** Ends the use; a second time changes nothing. */
    @Override
    void close();
}
