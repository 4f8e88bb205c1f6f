package org.wyrm.arch.spi;

/**
 * What Linux keeps in an entry of a page table whose page is swapped out.
 *
 * @param type which swap area it is in; the highest numbers stand for other things, a page that is being moved say
 * @param offset of the page there, in pages
 */
public record SwapEntry(int type, long offset) {}
