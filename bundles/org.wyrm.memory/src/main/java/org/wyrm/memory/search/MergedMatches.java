package org.wyrm.memory.search;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.DebuggerException;

/** The matches of several searches, in the order of their addresses. Confined to one thread, but for {@link #close()}. */
final class MergedMatches implements Iterator<Match>, AutoCloseable {
    private final List<Ahead> searches;

    /** Comes after all matches: each search has some before the place of the error. */
    private @Nullable DebuggerException failure;

    /** A search, and its next match. */
    private final class Ahead {
        private final RunningSearch search;
        private @Nullable Match match;
        private boolean isEnded;

        Ahead(RunningSearch search) {
            this.search = search;
        }

        @Nullable
        Match match() {
            if (match == null && !isEnded) {
                try {
                    isEnded = !search.hasNext();
                    match = isEnded ? null : search.next();
                } catch (DebuggerException e) {
                    isEnded = true;
                    failure = e;
                }
            }
            return match;
        }
    }

    MergedMatches(List<RunningSearch> searches) {
        this.searches = searches.stream().map(Ahead::new).toList();
    }

    @Override
    public boolean hasNext() {
        if (first() != null) {
            return true;
        }
        if (failure != null) {
            throw failure;
        }
        return false;
    }

    @Override
    public Match next() {
        var first = first();
        if (first == null || first.match == null) {
            throw new NoSuchElementException();
        }
        var match = first.match;
        first.match = null;
        return match;
    }

    private @Nullable Ahead first() {
        Ahead first = null;
        Match least = null;
        for (var search : searches) {
            var match = search.match();
            if (match != null && (least == null || Long.compareUnsigned(match.address(), least.address()) < 0)) {
                first = search;
                least = match;
            }
        }
        return first;
    }

    @Override
    public void close() {
        searches.forEach(each -> each.search.close());
    }
}
