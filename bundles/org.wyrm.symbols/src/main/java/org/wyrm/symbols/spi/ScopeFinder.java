package org.wyrm.symbols.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.TailCall;

/** Leads from addresses to the names that the source has there. Thread-safe. */
@ConsumerType
public interface ScopeFinder {
    /** {@return the scopes that an address of code is in, the innermost first; none where nothing is known of it} */
    List<Scope> scopesAt(long virtualAddress);

    /** {@return the call that returns to an address, if something is known of it} */
    default Optional<CallSite> callSiteAt(long returnAddress) {
        return Optional.empty();
    }

    /**
     * {@return the calls by which a function ends that are jumps; empty if it is not known that these are all}
     *
     * @param functionAddress where its code begins
     */
    default Optional<List<TailCall>> tailCallsOf(long functionAddress) {
        return Optional.empty();
    }
}
