package org.wyrm.btf;

/**
 * What a BTF_KIND_ARRAY says.
 *
 * @param elementTypeId the number of the elements' type
 * @param elementCount how many elements; 0 both for {@code x[0]} and for {@code x[]}
 */
public record BtfArray(int elementTypeId, long elementCount) {}
