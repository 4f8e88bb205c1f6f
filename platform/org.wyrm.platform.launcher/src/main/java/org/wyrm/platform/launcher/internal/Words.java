package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds what somebody may have meant. */
final class Words {
    private static final int MOST_SHOWN = 3;

    private Words() {}

    /** {@return the words that are nearest to one, with commas between them; empty where none is near} */
    static String nearest(String word, Collection<String> known) {
        var limit = Math.max(1, word.length() / 3);
        var nearest = new ArrayList<String>();
        var least = limit;
        for (var candidate : known.stream().sorted().toList()) {
            var distance = distance(word, candidate);
            if (distance < least) {
                nearest.clear();
                least = distance;
            }
            if (distance == least) {
                nearest.add(candidate);
            }
        }
        return String.join(", ", nearest.subList(0, Math.min(MOST_SHOWN, nearest.size())));
    }

    /** {@return how many characters to insert, delete, replace or swap with their neighbour make one word the other} */
    static int distance(String a, String b) {
        var rows = new ArrayList<int[]>(List.of(new int[b.length() + 1]));
        for (var j = 0; j <= b.length(); j++) {
            rows.getFirst()[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var above = rows.get(i - 1);
                var same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], rows.get(i - 2)[j - 2] + 1);
                }
            }
            rows.add(row);
        }
        return rows.getLast()[b.length()];
    }
}
