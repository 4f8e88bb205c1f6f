package org.wyrm.dwarf;

/**
 * Numbers of places with the same address, that GCC adds to the bounds of a location: an address has a view for each
 * statement that has no instruction of its own.
 *
 * @param start the view of the start
 * @param end the view of the end
 */
public record LocationViews(long start, long end) {}
