package org.wyrm.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.wyrm.btf.constants.BtfKind;

/**
 * Finds the records of types among which some are damaged.
 *
 * <p>Where only the name is wrong, the record still says how long it is. Where it does not, the next is looked for: the
 * first place from which {@link #SURE_RECORDS} records follow each other. How many records, and so numbers of types, lie in
 * between is not known, and is told by the others: each function refers by its number to its prototype. The number that
 * lets the references to a stretch of records hit prototypes counts, if no other does so; a stretch of which nothing tells
 * its number is lost.
 *
 * <p>Confined to one thread.
 */
final class BtfSalvage {
    /** See {@link BtfFraming}: more than chance ever made. */
    private static final int SURE_RECORDS = 8;

    /** So many references must hit a prototype. */
    private static final int MIN_HITS = 8;

    /** Of so many that do, one may be damaged itself. */
    private static final int HITS_PER_MISS = 20;

    private static final int MAX_LOST_PER_GAP = 8;
    private static final int MAX_TRIES = 64;

    private final int[] words;
    private final int firstId;
    private final int endString;
    private final int[] records;
    private final List<Stretch> stretches = new ArrayList<>();
    private final List<Integer> damaged = new ArrayList<>();
    private int[] prototypes = {};
    private int[] places = {};
    private int lastPlaced;
    private int cutAt = -1;

    /**
     * Records that follow each other.
     *
     * @param gap the word at which those before them break off, -1 if there are none
     * @param first the first of them among {@link #records}
     */
    private record Stretch(int gap, int first, int count) {}

    BtfSalvage(int[] words, int firstId, int endString) {
        this.words = words;
        this.firstId = firstId;
        this.endString = endString;
        records = new int[words.length / BtfFraming.HEADER_WORDS];
    }

    /** {@return the first word of each record; of one that is damaged, its complement, or that of a word nearby} */
    int[] find() {
        prototypes = Arrays.stream(records, 0, findStretches())
                .filter(at -> BtfFraming.kindNumber(words[at + 1]) == BtfKind.BTF_KIND_FUNC.number())
                .map(at -> words[at + 2] - firstId)
                .sorted()
                .toArray();
        var pending = 0;
        var gaps = 0;
        for (var number = 0; number < stretches.size(); number++) {
            var stretch = stretches.get(number);
            if (stretch.gap < 0) {
                places = Arrays.copyOf(records, stretch.count);
                continue;
            }
            gaps++;
            var start = start(stretch, pending, gaps);
            if (start < 0) {
                pending += stretch.count;
            } else {
                place(stretch, start);
                lastPlaced = number;
                pending = 0;
                gaps = 0;
            }
        }
        if (gaps > 0 && cutAt < 0) {
            cutAt = stretches.get(lastPlaced + 1).gap;
        }
        markBadNames();
        return places;
    }

    /** {@return the word from which on all is lost, or -1} */
    int cutAt() {
        return cutAt;
    }

    /** {@return how many records they have} */
    private int findStretches() {
        var at = 0;
        var gap = -1;
        var count = 0;
        do {
            var first = count;
            for (var next = BtfFraming.next(words, at); next >= 0; next = BtfFraming.next(words, at)) {
                records[count++] = at;
                at = next;
            }
            stretches.add(new Stretch(gap, first, count - first));
            gap = at;
            at = at == words.length ? -1 : findNext(at + BtfFraming.HEADER_WORDS);
        } while (at >= 0);
        if (gap < words.length) {
            cutAt = gap;
        }
        return count;
    }

    private int findNext(int from) {
        for (var at = from; at < words.length; at++) {
            if (isSure(at)) {
                return at;
            }
        }
        return -1;
    }

    private boolean isSure(int start) {
        var at = start;
        for (var count = 0; count < SURE_RECORDS; count++) {
            if (at == words.length) {
                // Records that end where all end are as sure as many of them.
                return count > 2;
            }
            var next = BtfFraming.next(words, at);
            if (next < 0 || hasBadName(at)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    private boolean hasBadName(int at) {
        return Integer.compareUnsigned(words[at], endString) >= 0;
    }

    /** {@return how many types are before a stretch, or -1 if that is not sure} */
    private int start(Stretch stretch, int pending, int gaps) {
        var least = places.length + pending;
        var found = -1;
        for (var lost = 0; lost <= Math.min(MAX_TRIES, gaps * MAX_LOST_PER_GAP); lost++) {
            if (fits(stretch, least + lost)) {
                if (found >= 0) {
                    return -1;
                }
                found = least + lost;
            }
        }
        return found;
    }

    private boolean fits(Stretch stretch, int start) {
        var index = Arrays.binarySearch(prototypes, start);
        index = index < 0 ? ~index : index;
        while (index > 0 && prototypes[index - 1] == start) {
            index--;
        }
        var hits = 0;
        var misses = 0;
        for (; index < prototypes.length && prototypes[index] < start + stretch.count; index++) {
            var target = records[stretch.first + prototypes[index] - start];
            if (BtfFraming.kindNumber(words[target + 1]) == BtfKind.BTF_KIND_FUNC_PROTO.number()) {
                hits++;
            } else {
                misses++;
            }
        }
        return hits >= MIN_HITS && misses * HITS_PER_MISS <= hits;
    }

    private void place(Stretch stretch, int start) {
        var before = places.length;
        places = Arrays.copyOf(places, start + stretch.count);
        Arrays.fill(places, before, start, ~stretches.get(lastPlaced + 1).gap);
        System.arraycopy(records, stretch.first, places, start, stretch.count);
        if (start == before && before > 0) {
            // Nothing lies between: so a record before it said a wrong length, or the first one is none.
            damaged.add(before - 1);
            damaged.add(before);
        }
    }

    private void markBadNames() {
        for (var index : damaged) {
            places[index] = places[index] < 0 ? places[index] : ~places[index];
        }
        for (var index = 0; index < places.length; index++) {
            if (places[index] >= 0 && hasBadName(places[index])) {
                places[index] = ~places[index];
            }
        }
    }
}
