package org.wyrm.debuginfo;

import java.nio.file.Path;
import java.util.Optional;
import org.wyrm.elf.BuildId;

/**
 * A file that was found.
 *
 * @param way how it was found
 * @param path where it is
 * @param buildId its own, if it has one
 */
public record FoundFile(SearchWay way, Path path, Optional<BuildId> buildId) {}
