package org.wyrm.platform.launcher.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.wyrm.base.error.UsageException;

/** How much the framework tells on stderr. */
enum LogLevel {
    ERROR(1),
    WARNING(2),
    INFO(3),
    DEBUG(4);

    private final int felixLevel;

    LogLevel(int felixLevel) {
        this.felixLevel = felixLevel;
    }

    static LogLevel named(String name) {
        for (var level : values()) {
            if (level.label().equals(name)) {
                return level;
            }
        }
        throw new UsageException("no log level '" + name + "': take one of "
                + Arrays.stream(values()).map(LogLevel::label).collect(Collectors.joining(", ")));
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the number that Felix has for it} */
    String felixLevel() {
        return String.valueOf(felixLevel);
    }
}
