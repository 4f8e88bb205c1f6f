package org.wyrm.symbols;

import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A DWARF expression that computes where something is, and what of its unit it takes to evaluate it. Thread-safe.
 *
 * @dwarf 2.5 DWARF Expressions
 */
@ConsumerType
public interface LocationExpression {
    /** {@return the operations, in the unit's byte order} */
    ByteSlice code();

    /** {@return the size of an address in bytes} */
    int addressByteSize();

    /** {@return the size of an offset into a section in bytes: 4 or 8} */
    int offsetByteSize();

    /** {@return the version of the unit} */
    int version();

    /**
     * {@return where an address that the code writes is in the target; empty if it is of a part that is not there}
     */
    OptionalLong toTarget(long fileAddress);

    /** {@return the address with a number in the unit's table, as the code would write it: {@code DW_OP_addrx}} */
    long indexedAddress(long index);

    /** {@return the base type at an offset from the unit's start: {@code DW_OP_convert}} */
    TypeRef baseType(long unitOffset);

    /** {@return what computes the base of the frame, {@code DW_OP_fbreg}, at the same address; empty if nothing does} */
    Optional<LocationExpression> frameBase();

    /**
     * {@return what {@code DW_OP_call2}, {@code DW_OP_call4} and {@code DW_OP_call_ref} call, empty if that is nothing}
     *
     * @param isInUnit whether the offset counts from the unit's start, or else from that of the section
     */
    Optional<LocationExpression> procedure(long offset, boolean isInUnit);

    /** {@return the operations as people write them, a name and operands each} */
    String text();
}
