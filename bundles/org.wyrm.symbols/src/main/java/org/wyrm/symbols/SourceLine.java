package org.wyrm.symbols;

/** The code at an address begins a line of source. */
public record SourceLine(long virtualAddress, SourcePlace place) {}
