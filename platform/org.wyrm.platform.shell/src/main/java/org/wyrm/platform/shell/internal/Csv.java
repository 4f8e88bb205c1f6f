package org.wyrm.platform.shell.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the rows of a command from their CSV, as the platform writes it by RFC 4180. */
final class Csv {
    private final String text;
    private int at;

    private Csv(String text) {
        this.text = text;
    }

    /** {@return the rows under a line of their keys: values by key, in their order} */
    static List<Map<String, String>> rows(String text) {
        var reader = new Csv(text);
        var rows = new ArrayList<Map<String, String>>();
        if (text.isEmpty()) {
            return rows;
        }
        var keys = reader.record();
        while (reader.at < text.length()) {
            var values = reader.record();
            var row = new LinkedHashMap<String, String>();
            for (var i = 0; i < Math.min(keys.size(), values.size()); i++) {
                row.put(keys.get(i), values.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private List<String> record() {
        var fields = new ArrayList<String>();
        do {
            fields.add(field());
        } while (takes(','));
        takes('\r');
        takes('\n');
        return fields;
    }

    private boolean takes(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private String field() {
        var field = new StringBuilder();
        if (takes('"')) {
            while (at < text.length()) {
                if (!takes('"')) {
                    field.append(text.charAt(at++));
                } else if (takes('"')) {
                    field.append('"');
                } else {
                    break;
                }
            }
            return field.toString();
        }
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            field.append(text.charAt(at++));
        }
        return field.toString();
    }
}
