package org.wyrm.program;

/**
 * A name that a target has.
 *
 * @param source the name of the first source that knows it, whose answer a lookup of the name gives: {@code dwarf}
 * @param definitions how many definitions of it that source has
 */
public record FoundName(String name, NameKind kind, String source, int definitions) {}
