package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.List;

/** Reads CSV as RFC 4180 has it. */
final class Csv {
    private Csv() {}

    /** {@return the records, each a list of fields} */
    static List<List<String>> read(String text) {
        var records = new ArrayList<List<String>>();
        var fields = new ArrayList<String>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (quoted) {
                if (c == '"' && text.startsWith("\"\"", i)) {
                    field.append(c);
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    field.append(c);
                }
            } else if (c == '"') {
                if (!field.isEmpty()) {
                    throw new AssertionError("a quote within a field: " + field);
                }
                quoted = true;
            } else if (c == ',') {
                fields.add(field.toString());
                field.setLength(0);
            } else if (text.startsWith("\r\n", i)) {
                fields.add(field.toString());
                field.setLength(0);
                records.add(List.copyOf(fields));
                fields.clear();
                i++;
            } else {
                field.append(c);
            }
        }
        if (!fields.isEmpty() || !field.isEmpty() || quoted) {
            throw new AssertionError("the last record has no end");
        }
        return records;
    }
}
