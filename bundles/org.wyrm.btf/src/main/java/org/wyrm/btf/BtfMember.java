package org.wyrm.btf;

/**
 * A member of a structure or union.
 *
 * @param name empty when the member is anonymous
 * @param typeId the number of its type
 * @param bitOffset from the start of the structure, in bits
 * @param bitFieldBits width in bits when it is a bit field of a record with {@link Btf#kindFlag}, else 0
 */
public record BtfMember(String name, int typeId, long bitOffset, int bitFieldBits) {}
