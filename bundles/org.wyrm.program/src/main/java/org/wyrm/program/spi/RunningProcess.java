package org.wyrm.program.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.address.AddressRange;
import org.wyrm.program.MappedFile;

/**
 * The image of a process that runs. What a core dump has in notes is asked for when it is wanted, and is as it is then; the
 * auxiliary vector alone, which stays, is a note.
 */
@ConsumerType
public interface RunningProcess extends TargetImage {
    /** {@return the files that it has mapped; their build IDs are left out} */
    List<MappedFile> mappedFiles();

    /** {@return the mapping that an address is in, if it is in one} */
    Optional<AddressRange> mappingAt(long virtualAddress);

    /** {@return its threads, in the order of their numbers} */
    List<RunningThread> threads();
}
