package org.wyrm.program.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;

/**
 * A kind of file that holds a target: an ELF core, a compressed dump. Contributed under its name; those with a lower
 * rank are asked first.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TargetFormat {
    /** The name of the one for files without any headers, which the user may ask for. */
    String RAW = "raw";

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

    /**
     * Takes a file for memory that the user describes.
     *
     * @param memoryMap which part of the file is which part of physical memory, as text
     * @throws org.wyrm.base.error.MalformedDataException if that breaks a rule
     * @throws UnsupportedTargetException if this kind of file describes its memory itself
     */
    default TargetImage open(FileView file, ByteSlice memoryMap) {
        throw new UnsupportedTargetException(file.name() + ": a file of this kind needs no memory map");
    }

    /**
     * Reads the headers of several files that are one target together, such as the parts of a split dump. Formats whose
     * targets are one file have none.
     *
     * @param files those that {@link #recognises} took for its own, in any order, at least two
     * @throws UsageException if they do not belong together by their kind
     * @throws org.wyrm.base.error.UnreadableTargetException if they are not of the same target
     * @throws org.wyrm.base.error.MalformedDataException if one breaks a rule of its format
     */
    default TargetImage open(List<FileView> files) {
        throw new UsageException("%s and %s: are two dumps; only the parts of a split one are given together"
                .formatted(files.get(0).name(), files.get(1).name()));
    }
}
