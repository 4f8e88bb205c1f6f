package org.wyrm.elf.constants;

import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The machines that Linux runs on, as {@code e_machine} numbers them.
 *
 * @elf Machine
 */
public enum ElfMachine {
    EM_386(3, "i686"),
    EM_68K(4, "m68k"),
    EM_MIPS(8, "mips"),
    EM_PARISC(15, "parisc"),
    EM_PPC(20, "ppc"),
    EM_PPC64(21, "ppc64"),
    EM_S390(22, "s390"),
    EM_ARM(40, "arm"),
    EM_SH(42, "sh4"),
    EM_SPARCV9(43, "sparc64"),
    EM_IA_64(50, "ia64"),
    EM_X86_64(62, "x86_64"),
    EM_XTENSA(94, "xtensa"),
    EM_MICROBLAZE(189, "microblaze"),
    EM_AARCH64(183, "aarch64"),
    EM_RISCV(243, "riscv"),
    EM_LOONGARCH(258, "loongarch"),
    EM_ALPHA(0x9026, "alpha");

    private final int number;
    private final String stem;

    ElfMachine(int number, String stem) {
        this.number = number;
        this.stem = stem;
    }

    /** {@return the machine with a number, if it is one of these} */
    public static Optional<ElfMachine> of(int number) {
        for (var machine : values()) {
            if (machine.number == number) {
                return Optional.of(machine);
            }
        }
        return Optional.empty();
    }

    /** {@return the value of {@code e_machine}} */
    public int number() {
        return number;
    }

    /**
     * {@return the machine's name as {@code uname -m} prints it: {@code ppc64le}}
     *
     * @param addressBits 32 or 64, by the file's class
     * @param order the file's byte order
     */
    public String unameMachine(int addressBits, ByteOrder order) {
        var wide = addressBits == 64;
        var little = order == ByteOrder.LITTLE_ENDIAN;
        return switch (this) {
            case EM_MIPS, EM_PARISC -> wide ? stem + "64" : stem;
            case EM_RISCV, EM_LOONGARCH -> stem + addressBits;
            case EM_S390 -> wide ? "s390x" : stem;
            case EM_PPC64 -> little ? "ppc64le" : stem;
            case EM_AARCH64 -> little ? stem : "aarch64_be";
            case EM_386,
                    EM_68K,
                    EM_PPC,
                    EM_ARM,
                    EM_SH,
                    EM_SPARCV9,
                    EM_IA_64,
                    EM_X86_64,
                    EM_XTENSA,
                    EM_MICROBLAZE,
                    EM_ALPHA -> stem;
        };
    }
}
