package org.wyrm.symbols.dwarf;

/**
 * A skeleton and its split unit.
 *
 * @param id that both have
 * @param skeletonOffset of the skeleton, in {@code .debug_info}
 * @param splitOffset of the split unit, in the one row of offsets of all files
 */
record SplitJoin(long id, long skeletonOffset, long splitOffset) {}
