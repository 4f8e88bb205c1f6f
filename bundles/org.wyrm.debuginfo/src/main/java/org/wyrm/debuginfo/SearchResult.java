package org.wyrm.debuginfo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a search came to.
 *
 * @param wanted what was searched
 * @param debugFile the file with its debug information, if it was found
 * @param symbolFile the first file that is of the wanted, has no debug information, and has symbols: what is left where
 *     there is no debug file
 * @param tried where else it was looked for, in order, and why not
 */
public record SearchResult(
        WantedFile wanted, Optional<FoundFile> debugFile, Optional<FoundFile> symbolFile, List<TriedPlace> tried) {
    public SearchResult {
        tried = List.copyOf(tried);
    }

    /** {@return this, where the file that was found turned out to be of no use} */
    public SearchResult without(FoundFile useless, String reason) {
        var all = new ArrayList<>(tried);
        all.add(new TriedPlace(useless.way(), useless.path().toString(), reason));
        return new SearchResult(wanted, Optional.empty(), symbolFile, all);
    }

    /** {@return the files that were there and were not right, with the reasons} */
    public List<TriedPlace> refusals() {
        return tried.stream().filter(TriedPlace::isRefusal).toList();
    }
}
