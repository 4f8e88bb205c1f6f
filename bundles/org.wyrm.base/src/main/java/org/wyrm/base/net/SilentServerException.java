package org.wyrm.base.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server that cannot be reached, or says nothing any more: to ask it again would be to wait again. */
public final class SilentServerException extends IOException {
    private static final long serialVersionUID = 1;

    SilentServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
