package org.wyrm.debuginfo;

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

    /** {@return the files that were there and were not right, with the reasons} */
    public List<TriedPlace> refusals() {
        return tried.stream().filter(TriedPlace::isRefusal).toList();
    }
}
