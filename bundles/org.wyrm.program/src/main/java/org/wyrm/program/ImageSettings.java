package org.wyrm.program;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the user says of a target's memory that its file does not.
 *
 * @param vmcoreinfo a file with the text of VMCOREINFO, or with the ELF note of it
 * @param vmcoreinfoAddress the physical address of that text in the target's memory; at most one of the two is given
 */
public record ImageSettings(Optional<Path> vmcoreinfo, OptionalLong vmcoreinfoAddress) {
    /** Nothing. */
    public static final ImageSettings NONE = new ImageSettings(Optional.empty(), OptionalLong.empty());
}
