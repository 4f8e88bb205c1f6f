package org.wyrm.platform.output.internal;

import java.util.List;
import java.util.stream.Collectors;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.output.Column;

/**
 * Names a component of rows: by its key in JSON, or by its header in a table, in capitals or not.
 *
 * @param name as the user wrote it
 */
record RowKey(String name) {
    /** {@return the component's place} */
    int index(List<Column> columns) {
        for (var i = 0; i < columns.size(); i++) {
            if (columns.get(i).key().equals(name)) {
                return i;
            }
        }
        for (var i = 0; i < columns.size(); i++) {
            if (columns.get(i).header().equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new UsageException("rows have no key '" + name + "'; they have "
                + columns.stream().map(Column::key).collect(Collectors.joining(", ")));
    }

    /** Refuses a key that rows do not have, where it is known what they have. */
    void require(List<Column> columns) {
        if (!columns.isEmpty()) {
            index(columns);
        }
    }

    Object value(RowData row) {
        return row.values()[index(row.shape().columns())];
    }
}
