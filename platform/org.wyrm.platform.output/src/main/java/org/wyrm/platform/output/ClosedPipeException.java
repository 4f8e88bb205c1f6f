package org.wyrm.platform.output;

import java.io.IOException;

/** Nobody reads standard output any more. It is no error: the command ends quietly. */
public final class ClosedPipeException extends RuntimeException {
    ClosedPipeException(IOException cause) {
        super("nobody reads the output", cause);
    }
}
