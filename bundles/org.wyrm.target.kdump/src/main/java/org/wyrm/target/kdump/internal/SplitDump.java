package org.wyrm.target.kdump.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;

/**
 * The files of one dump, by their page frames: one file, or the parts that {@code makedumpfile --split} wrote.
 *
 * <p>Each part has the headers and bitmaps of the whole dump, and descriptors and data of its own page frames. It may have
 * none: makedumpfile shares out blocks of 1 GiB.
 *
 * @param parts at least one, by their first page frames
 * @param missing what is in none of them
 */
record SplitDump(List<KdumpHeader> parts, List<PageRange> missing) {
    /**
     * {@return the dump that files are of}
     *
     * @param given at least one, in any order
     * @throws UsageException if one of several is a whole dump
     * @throws UnreadableTargetException if they are of different dumps, or two hold the same page frames
     */
    static SplitDump of(List<KdumpHeader> given) {
        for (var other : given.subList(1, given.size())) {
            requireSameDump(given.getFirst(), other);
        }
        var parts = new ArrayList<>(given);
        parts.sort(Comparator.comparing(KdumpHeader::pages));
        var missing = new ArrayList<PageRange>();
        var reached = 0L;
        for (var part : parts) {
            var pages = part.pages();
            if (pages.isEmpty()) {
                continue;
            }
            if (pages.first() < reached) {
                throw new UnreadableTargetException(part.file().name() + ": holds " + pages
                        + " of a split dump, and another of the files given does too");
            }
            addIfAny(missing, reached, pages.first());
            reached = pages.end();
        }
        addIfAny(missing, reached, parts.getFirst().pageCount());
        return new SplitDump(List.copyOf(parts), List.copyOf(missing));
    }

    private static void addIfAny(List<PageRange> ranges, long first, long end) {
        if (first < end) {
            ranges.add(new PageRange(first, end));
        }
    }

    private static void requireSameDump(KdumpHeader first, KdumpHeader other) {
        for (var each : List.of(first, other)) {
            if (!each.isPart()) {
                throw new UsageException(
                        each.file().name() + ": is a whole dump; only the parts of a split one are given together");
            }
        }
        other.difference(first).ifPresent(what -> {
            throw new UnreadableTargetException("%s: is a part of another dump than %s: %s not the same"
                    .formatted(other.file().name(), first.file().name(), what));
        });
    }

    /** {@return the part that has the headers of all} */
    KdumpHeader header() {
        return parts.getFirst();
    }
}
