package org.wyrm.platform.extension.internal;

import java.io.IOException;
import java.util.Optional;

/** The files of a bundle. */
@FunctionalInterface
public interface ClassFiles {
    /** {@return the bytes of a file, by its path in the bundle} */
    Optional<byte[]> read(String path) throws IOException;
}
