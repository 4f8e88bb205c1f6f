package org.wyrm.program;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user says of a target's memory that its file does not.
 *
 * @param vmcoreinfo a file with the text of VMCOREINFO, or with the ELF note of it
 * @param vmcoreinfoAddress the physical address of that text in the target's memory; at most one of the two is given
 * @param isRaw whether the file is memory, without any headers
 * @param memoryMap a file that says which part of it is which part of memory; it counts as raw then
 */
public record ImageSettings(
        Optional<Path> vmcoreinfo, OptionalLong vmcoreinfoAddress, boolean isRaw, Optional<Path> memoryMap) {
    /** Nothing. */
    public static final ImageSettings NONE =
            new ImageSettings(Optional.empty(), OptionalLong.empty(), false, Optional.empty());
}
