package org.wyrm.program.spi;

import java.util.Optional;

/**
 * What a target runs, as far as it takes to find and to place the debugging information of it.
 *
 * @param release of the kernel, as {@code uname -r} prints it
 * @param buildId of the image, in hexadecimal digits, where the target tells it
 * @param slide what the target added to each address that the file has, in bytes: KASLR
 */
public record MainImage(String release, Optional<String> buildId, long slide) {}
