package org.wyrm.program.spi;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;

/**
 * A kind of file that holds the bytes of another one in some order. Contributed under its name, and asked where no
 * {@link TargetFormat} recognises a file; the formats then look at the file inside.
 *
 * <p>Thread-safe.
 */
@ConsumerType
public interface TargetContainer {
    /** {@return whether a file is of this kind, told by its content alone; short files are asked too} */
    boolean recognises(ByteSlice file);

    /**
     * {@return the file inside, read where it lies}
     *
     * @param file the whole file that {@link #recognises} took for its own, mapped for as long as the view is used
     * @param warnings is told what is wrong with the file without keeping it from being used
     * @throws org.wyrm.base.error.MalformedDataException if the file breaks a rule of its format
     * @throws org.wyrm.base.error.UnsupportedTargetException if it is whole and of a kind that is not read
     */
    FileView open(ByteSlice file, Consumer<String> warnings);
}
