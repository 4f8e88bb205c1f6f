package org.wyrm.arch.spi;

import java.util.List;

/**
 * An entry of a page table, decoded. Without a table one cannot tell what it stands for: bits that mean another thing in
 * some tables are named by their commonest meaning.
 *
 * @param value its bits
 * @param isPresent whether the processor would go on by it
 * @param physicalAddress of the page or table that it leads to; 0 if it is not present
 * @param flags the names of the flags that are set, lowest bit first
 */
public record PageTableEntry(long value, boolean isPresent, long physicalAddress, List<String> flags) {}
