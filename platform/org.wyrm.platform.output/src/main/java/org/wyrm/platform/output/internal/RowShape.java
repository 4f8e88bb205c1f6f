package org.wyrm.platform.output.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.Attempt;
import org.wyrm.platform.output.Column;
import org.wyrm.platform.output.TargetRow;

/**
 * The components of one class of records, and how to read them. Confined to one thread.
 *
 * <p>The first rows are read by reflection, which costs nothing to set up; method handles, which cost a few
 * milliseconds, pay when there are many.
 */
public final class RowShape {
    private static final int ROWS_BY_REFLECTION = 2_000;
    private static final MethodType GETTER = MethodType.methodType(Object.class, Record.class);

    private final List<Column> columns = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final Method[] accessors;
    private MethodHandle @Nullable [] handles;
    private int rowCount;

    private RowShape(List<Column> columns, List<String> keys) {
        this.columns.addAll(columns);
        this.keys.addAll(keys);
        accessors = new Method[0];
    }

    /** {@return the shape with the name of a target before its components; it reads no records} */
    RowShape ofTarget() {
        var all = new ArrayList<>(List.of(TargetRow.COLUMN));
        all.addAll(columns);
        return new RowShape(all, all.stream().map(Column::key).toList());
    }

    /** {@return the shape of some components; it reads no records} */
    RowShape selected(List<Integer> indices) {
        return new RowShape(
                indices.stream().map(columns::get).toList(),
                indices.stream().map(keys::get).toList());
    }

    /** The shape of a class of records. */
    public RowShape(Class<?> type) {
        var components = type.getRecordComponents();
        accessors = new Method[components.length];
        for (var i = 0; i < components.length; i++) {
            var component = components[i];
            var signature = component.getGenericSignature();
            var column = new Column(
                    component.getName(), signature == null ? component.getType().descriptorString() : signature);
            columns.add(column);
            keys.add(column.key());
            accessors[i] = component.getAccessor();
            accessors[i].setAccessible(true);
        }
    }

    /** {@return the components} */
    public List<Column> columns() {
        return columns;
    }

    /** {@return the keys of the components} */
    public List<String> keys() {
        return keys;
    }

    /** {@return the values of the components of a record of this class} */
    public Object[] values(Record row) {
        var values = new Object[accessors.length];
        try {
            if (++rowCount <= ROWS_BY_REFLECTION) {
                for (var i = 0; i < values.length; i++) {
                    values[i] = accessors[i].invoke(row);
                }
            } else {
                var fast = handles();
                for (var i = 0; i < values.length; i++) {
                    values[i] = (Object) fast[i].invokeExact(row);
                }
            }
            return values;
        } catch (InvocationTargetException e) {
            throw unchecked(e.getCause());
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private MethodHandle[] handles() throws IllegalAccessException {
        var made = handles;
        if (made == null) {
            made = new MethodHandle[accessors.length];
            for (var i = 0; i < made.length; i++) {
                made[i] = MethodHandles.lookup().unreflect(accessors[i]).asType(GETTER);
            }
            handles = made;
        }
        return made;
    }

    private static RuntimeException unchecked(@Nullable Throwable e) {
        return switch (e) {
            case RuntimeException known -> known;
            case Error error -> throw error;
            case null, default -> new IllegalStateException("a row cannot be read", e);
        };
    }

    /** {@return whether a value stands for one that could not be read} */
    static boolean isFailure(@Nullable Object value) {
        if (value instanceof Attempt.Success<?> success) {
            return isFailure(success.value());
        }
        if (value instanceof Optional<?> optional) {
            return isFailure(optional.orElse(null));
        }
        return value instanceof Attempt.Failure<?>;
    }
}
