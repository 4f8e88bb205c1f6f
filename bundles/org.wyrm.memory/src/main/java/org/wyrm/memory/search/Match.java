package org.wyrm.memory.search;

/**
 * A place where a pattern was found.
 *
 * @param address of the first byte
 * @param byteSize how many bytes match; at least one
 */
public record Match(long address, int byteSize) {}
