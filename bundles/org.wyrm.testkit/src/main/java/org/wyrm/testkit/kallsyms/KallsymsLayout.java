package org.wyrm.testkit.kallsyms;

/** In which order a kernel has the tables. */
public enum KallsymsLayout {
    /** Addresses first, tokens last: before v6.2. */
    BEFORE_6_2,
    /** The same, with the sequences before the tokens. */
    FROM_6_2,
    /** Names first, addresses and sequences last. */
    FROM_6_4,
    /** The same, each table at a multiple of 4 bytes, without a base. */
    FROM_7_0
}
