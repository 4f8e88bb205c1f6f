package org.wyrm.base.contribution;

import java.util.List;
import org.wyrm.base.error.LookupFailedException;

/**
 * All that is contributed to this process: dump formats, architectures, operating systems, commands and so on. Asking
 * loads nothing; see {@link Contribution#get()}.
 *
 * <p>A contributed class has a public constructor that takes either nothing or one {@code Contributions}.
 *
 * <p>Thread-safe. What is found may change between two calls, as plug-ins come and go.
 */
public interface Contributions {
    /** {@return what is contributed as a {@code type}, ordered by rank, then by name} */
    <T> List<Contribution<T>> of(Class<T> type);

    /**
     * {@return the contribution with a name}
     *
     * @throws LookupFailedException if there is none
     */
    default <T> T named(Class<T> type, String name) {
        for (var contribution : of(type)) {
            if (contribution.name().equals(name)) {
                return contribution.get();
            }
        }
        throw new LookupFailedException(type.getSimpleName(), name, "no bundle contributes it");
    }
}
