package org.wyrm.bpf.internal;

import java.util.Optional;
import java.util.function.LongFunction;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.program.Value;

/** What the commands of this bundle have in common: the kernel that they are about, and how an object of it is said. */
final class BpfTarget {
    private BpfTarget() {}

    /**
     * {@return what was found by a number}
     *
     * @param text the number, as the user said it
     * @param kind what it is: {@code BPF map}
     * @param lister the command that lists them
     * @throws UsageException if it is no number
     * @throws LookupFailedException if nothing was found
     */
    static Value found(String text, String kind, String lister, LongFunction<Optional<Value>> finder) {
        return finder.apply(number(text))
                .orElseThrow(() -> new LookupFailedException(kind, text, "`" + lister + "` lists them"));
    }

    private static long number(String text) {
        try {
            return Integer.parseUnsignedInt(text) & 0xffff_ffffL;
        } catch (NumberFormatException e) {
            throw new UsageException(text + " is not the number of a BPF object");
        }
    }
}
