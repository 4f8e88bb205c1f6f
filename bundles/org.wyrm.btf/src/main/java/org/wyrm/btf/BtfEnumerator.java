package org.wyrm.btf;

/**
 * A name for a number.
 *
 * @param value of BTF_KIND_ENUM the 32 bits as stored, sign-extended; of BTF_KIND_ENUM64 all 64
 */
public record BtfEnumerator(String name, long value) {}
