package org.wyrm.target.kdump.internal;

import java.util.NavigableMap;
import java.util.TreeMap;

/** Which part of a file lies where in the flattened one: what was put later hides what was put before. Confined. */
final class FlattenedIndex {
    /**
     * @param end the offset after the last byte, in the file inside
     * @param place of the first byte in the flattened file
     */
    record Piece(long end, long place) {}

    /** By the offset of their first byte in the file inside; none overlaps another. */
    private final NavigableMap<Long, Piece> pieces = new TreeMap<>();

    void put(long start, long end, long place) {
        var before = pieces.lowerEntry(start);
        if (before != null && before.getValue().end > start) {
            pieces.put(before.getKey(), new Piece(start, before.getValue().place));
            putRest(before.getKey(), before.getValue(), end);
        }
        for (var hidden = pieces.ceilingEntry(start);
                hidden != null && hidden.getKey() < end;
                hidden = pieces.ceilingEntry(start)) {
            pieces.remove(hidden.getKey());
            putRest(hidden.getKey(), hidden.getValue(), end);
        }
        pieces.put(start, new Piece(end, place));
    }

    private void putRest(long start, Piece piece, long hiddenEnd) {
        if (piece.end > hiddenEnd) {
            pieces.put(hiddenEnd, new Piece(piece.end, piece.place + hiddenEnd - start));
        }
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** {@return the pieces by their start, in order} */
    NavigableMap<Long, Piece> pieces() {
        return pieces;
    }
}
