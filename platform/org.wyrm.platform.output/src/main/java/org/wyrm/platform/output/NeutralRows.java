package org.wyrm.platform.output;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.platform.output.internal.Neutral;
import org.wyrm.platform.output.internal.RowShape;

/**
 * Copies rows into maps, by their keys in JSON, which hold no class of the bundle that made them: such rows may outlive
 * their command and its plug-in. Confined to one thread.
 */
public final class NeutralRows {
    private final Map<Class<?>, RowShape> shapes = new HashMap<>();

    /**
     * {@return a copy of a row: numbers, texts, booleans, addresses, durations, lists and maps of such; a size is its
     * number of bytes, a value that could not be read is the error that tells why, what is absent is null, and all else is
     * its text}
     */
    public Map<String, @Nullable Object> copy(Record row) {
        var shape = shapes.computeIfAbsent(row.getClass(), RowShape::new);
        var values = shape.values(row);
        var copy = new LinkedHashMap<String, @Nullable Object>();
        for (var i = 0; i < values.length; i++) {
            copy.put(shape.keys().get(i), value(values[i]));
        }
        return Collections.unmodifiableMap(copy);
    }

    private @Nullable Object value(@Nullable Object boxed) {
        var value = Neutral.unboxed(boxed);
        if (value instanceof Collection<?> list) {
            return list(list);
        }
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<Object, @Nullable Object>();
            map.forEach((key, each) -> copy.put(Optional.ofNullable(value(key)).orElse(""), value(each)));
            return Collections.unmodifiableMap(copy);
        }
        return value instanceof Record record && !Neutral.isSimple(record) ? copy(record) : Neutral.simple(value);
    }

    private List<@Nullable Object> list(Collection<?> list) {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(each -> copy.add(value(each)));
        return Collections.unmodifiableList(copy);
    }
}
