package org.wyrm.symbols;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A name for an address.
 *
 * @param address its virtual address; for a symbol of the per-CPU template, the offset in it
 * @param byteSize how many bytes it covers, where that is known
 * @param type the letter that {@code nm} prints: {@code T} and {@code t} for text, {@code D}, {@code B}, {@code R} and
 *     their small forms for data, {@code A} for absolute, {@code W} and {@code V} for weak ones
 * @param module the kernel module or library it is of; empty for the main image
 */
public record Symbol(String name, long address, OptionalLong byteSize, char type, Optional<String> module) {}
