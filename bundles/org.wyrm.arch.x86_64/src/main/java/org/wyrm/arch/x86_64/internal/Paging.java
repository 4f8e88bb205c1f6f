package org.wyrm.arch.x86_64.internal;

/** How many levels of tables there are. */
enum Paging {
    FOUR_LEVELS(4),
    FIVE_LEVELS(5);

    private final int levelCount;

    Paging(int levelCount) {
        this.levelCount = levelCount;
    }

    int levelCount() {
        return levelCount;
    }

    /** {@return whether all bits above those that the tables translate equal the highest one that they do} */
    boolean isCanonical(long virtualAddress) {
        var unusedBits = Long.SIZE - 12 - 9 * levelCount;
        return virtualAddress << unusedBits >> unusedBits == virtualAddress;
    }

    /** {@return this address, or the next one whose bits above equal it} */
    long nextCanonical(long virtualAddress) {
        return isCanonical(virtualAddress) ? virtualAddress : -1L << 12 + 9 * levelCount - 1;
    }
}
