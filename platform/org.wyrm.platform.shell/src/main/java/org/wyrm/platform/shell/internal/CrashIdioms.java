package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What users of crash and drgn say, and what to say here. */
final class CrashIdioms {
    private static final String RESOURCE = "crash.txt";

    private CrashIdioms() {}

    /** {@return a table of three columns} */
    static String table() {
        try (var table = CrashIdioms.class.getResourceAsStream(RESOURCE)) {
            if (table == null) {
                throw new IllegalStateException(RESOURCE + " is not in the bundle");
            }
            return new String(table.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
