package org.wyrm.script.groovy.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.LookupFailedException;

/** A row of a command. Unlike other maps, it has no value for a key that it has not: that is a word spelt wrong. */
final class Row extends LinkedHashMap<String, @Nullable Object> {
    Row(Map<String, @Nullable Object> row) {
        super(row);
    }

    @Override
    public @Nullable Object get(Object key) {
        if (!containsKey(key)) {
            throw new LookupFailedException("key", String.valueOf(key), "a row has " + String.join(", ", keySet()));
        }
        return super.get(key);
    }
}
