package org.wyrm.debuginfo.debuginfod;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.elf.BuildId;

/** Is told how a download goes: about ten times a second, in the thread that waits for it. */
@ConsumerType
@FunctionalInterface
public interface DownloadProgress {
    /**
     * Takes note.
     *
     * @param server the address of the server
     * @param buildId of what is downloaded
     * @param receivedByteSize how much came so far
     * @param totalByteSize how much it will be, where the server says it
     */
    void received(String server, BuildId buildId, long receivedByteSize, OptionalLong totalByteSize);
}
