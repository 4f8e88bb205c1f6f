package org.wyrm.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What was done: JMH divides it by the seconds. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Work {
    /** Bytes that were decoded. */
    public long bytes;

    /** Entries, rows or symbols that came of them. */
    public long items;
}
