package org.wyrm.program.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.FileView;

/**
 * A kind of file that holds a target: an ELF core, a compressed dump. Contributed under its name; those with a lower
 * rank are asked first.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TargetFormat {
    /** {@return whether a file is of this kind, told by its content alone; short files are asked too} */
    boolean recognises(FileView file);

    /**
     * Reads the headers of a file that {@link #recognises} took for its own.
     *
     * @param file the whole file, for as long as the image is used: mapped, or as a {@link TargetContainer} holds it
     * @throws org.wyrm.base.error.MalformedDataException if the file breaks a rule of its format
     * @throws org.wyrm.base.error.UnsupportedTargetException if it is whole and of a kind that is not read
     */
    TargetImage open(FileView file);
}
