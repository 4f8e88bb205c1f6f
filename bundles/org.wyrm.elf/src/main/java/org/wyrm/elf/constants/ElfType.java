package org.wyrm.elf.constants;

import java.util.Optional;

/**
 * What an ELF file is for, as {@code e_type} numbers it.
 *
 * @elf File Type
 */
public enum ElfType {
    ET_REL(1, "relocatable file"),
    ET_EXEC(2, "executable"),
    ET_DYN(3, "shared object or position-independent executable"),
    ET_CORE(4, "core dump");

    private final int number;
    private final String label;

    ElfType(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** {@return the type with a number, if it is one of these} */
    public static Optional<ElfType> of(int number) {
        for (var type : values()) {
            if (type.number == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** {@return the value of {@code e_type}} */
    public int number() {
        return number;
    }

    /** {@return the words for it in messages} */
    public String label() {
        return label;
    }
}
