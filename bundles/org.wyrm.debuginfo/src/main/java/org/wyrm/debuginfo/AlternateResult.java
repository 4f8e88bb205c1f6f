package org.wyrm.debuginfo;

import java.util.List;
import java.util.Optional;
import org.wyrm.elf.ElfAlternateLink;

/**
 * What a search for the file that a debug file shares content with came to.
 *
 * @param link what the debug file says of it
 * @param found the file, if it was found
 * @param tried where else it was looked for, in order, and why not
 */
public record AlternateResult(ElfAlternateLink link, Optional<FoundFile> found, List<TriedPlace> tried) {
    public AlternateResult {
        tried = List.copyOf(tried);
    }
}
