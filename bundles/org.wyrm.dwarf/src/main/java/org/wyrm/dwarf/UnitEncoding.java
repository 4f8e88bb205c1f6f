package org.wyrm.dwarf;

/**
 * How the numbers of a unit are written; byte order is that of the sections.
 *
 * @param version of DWARF, 2 to 5
 * @param offsetByteSize 4 in the 32-bit format, 8 in the 64-bit format
 * @param addressByteSize 4 or 8
 * @dwarf 7.4 32-Bit and 64-Bit DWARF Formats
 */
public record UnitEncoding(int version, int offsetByteSize, int addressByteSize) {}
