package org.wyrm.dwarf;

import java.util.function.LongFunction;
import org.wyrm.base.bytes.ByteSlice;

/**
 * What names of line tables refer to.
 *
 * @param lineStrings {@code .debug_line_str}, empty if there is none
 * @param strings {@code .debug_str}, empty if there is none
 * @param byIndex what finds the string of an index of the unit; throws {@code MalformedDataException} if there is none
 */
public record LineStrings(ByteSlice lineStrings, ByteSlice strings, LongFunction<String> byIndex) {}
