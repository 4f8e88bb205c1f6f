package org.wyrm.btf;

/**
 * A variable in a BTF_KIND_DATASEC.
 *
 * @param variableId the number of its BTF_KIND_VAR
 * @param byteOffset from the start of the section, in bytes
 * @param byteSize its size, in bytes
 */
public record BtfSectionEntry(int variableId, long byteOffset, long byteSize) {}
