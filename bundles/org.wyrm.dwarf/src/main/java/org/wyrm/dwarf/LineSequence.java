package org.wyrm.dwarf;

/**
 * Rows of a line table whose code lies in one piece.
 *
 * @param startAddress the first address
 * @param endAddress the first address after
 * @param firstRow its first row
 * @param endRow its last row, which only says where it ends
 */
public record LineSequence(long startAddress, long endAddress, int firstRow, int endRow) {}
