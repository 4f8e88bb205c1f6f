package org.wyrm.platform.output.internal;

import java.util.List;
import java.util.stream.Stream;
import org.wyrm.platform.command.Layout;
import org.wyrm.platform.output.Column;

/** Makes other rows of rows, lazily where it can. Immutable. */
public interface Stage {
    /** {@return the rows after it} */
    Stream<RowData> apply(Stream<RowData> rows);

    /** {@return what is known of the rows after it, from what is known of those before it; empty for nothing} */
    default List<Column> columns(List<Column> before) {
        return before;
    }

    /** {@return how the rows after it look as text} */
    default Layout layout(Layout before) {
        return before;
    }
}
