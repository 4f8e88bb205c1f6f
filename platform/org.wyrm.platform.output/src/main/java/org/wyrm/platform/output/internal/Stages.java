package org.wyrm.platform.output.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.output.Column;

/** The stages that there are. */
final class Stages {
    private Stages() {}

    /**
     * Rows of which a condition holds. One whose values decide it and could not be read stays: nothing is left out that
     * nobody knows of.
     */
    record Where(Condition condition) implements Stage {
        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            return rows.filter(row -> condition.keys().stream().anyMatch(key -> RowShape.isFailure(key.value(row)))
                    || condition.holds(row));
        }

        @Override
        public List<Column> columns(List<Column> before) {
            condition.keys().forEach(key -> key.require(before));
            return before;
        }
    }

    /** All rows, by some of their keys: what is absent comes last, and what could not be read behind it. */
    record Sort(List<RowKey> keys, boolean descending) implements Stage {
        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            Comparator<RowData> order = (_, _) -> 0;
            for (var key : keys) {
                order = order.thenComparing(key::value, (a, b) -> RowValues.compare(a, b, descending));
            }
            return rows.sorted(order);
        }

        @Override
        public List<Column> columns(List<Column> before) {
            keys.forEach(key -> key.require(before));
            return before;
        }
    }

    /** The first rows. */
    record Head(long count) implements Stage {
        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            return rows.limit(count);
        }
    }

    /** The last rows. */
    record Tail(int count) implements Stage {
        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            return Stream.of(rows).flatMap(all -> {
                var last = new ArrayDeque<RowData>();
                all.sequential().forEachOrdered(row -> {
                    last.add(row);
                    if (last.size() > count) {
                        last.remove();
                    }
                });
                return last.stream();
            });
        }
    }

    /** Some components of each row, in the order that is asked for; as text, a table. */
    record Select(List<RowKey> keys) implements Stage {
        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            var places = new HashMap<RowShape, Integer[]>();
            var shapes = new HashMap<RowShape, RowShape>();
            return rows.map(row -> selected(row, places, shapes));
        }

        private RowData selected(RowData row, Map<RowShape, Integer[]> places, Map<RowShape, RowShape> shapes) {
            var indices = places.computeIfAbsent(row.shape(), this::places);
            var values = new Object[indices.length];
            for (var i = 0; i < values.length; i++) {
                values[i] = row.values()[indices[i]];
            }
            var shape = shapes.computeIfAbsent(row.shape(), whole -> whole.selected(List.of(indices)));
            return new RowData(row.row(), shape, values);
        }

        private Integer[] places(RowShape shape) {
            return keys.stream().map(key -> key.index(shape.columns())).toArray(Integer[]::new);
        }

        @Override
        public List<Column> columns(List<Column> before) {
            var selected = new ArrayList<Column>();
            if (!before.isEmpty()) {
                keys.forEach(key -> selected.add(before.get(key.index(before))));
            }
            return selected;
        }

        @Override
        public Layout layout(Layout before) {
            return Layout.TABLE;
        }
    }

    /** One row: how many there were. */
    record Count() implements Stage {
        private record Counted(long count) {}

        @Override
        public Stream<RowData> apply(Stream<RowData> rows) {
            return Stream.of(rows).map(all -> {
                var row = new Counted(all.count());
                var shape = new RowShape(Counted.class);
                return new RowData(row, shape, shape.values(row));
            });
        }

        @Override
        public List<Column> columns(List<Column> before) {
            return new RowShape(Counted.class).columns();
        }

        @Override
        public Layout layout(Layout before) {
            return Layout.TABLE;
        }
    }
}
