package org.wyrm.elf;

import java.util.Optional;
import org.wyrm.elf.constants.ElfMachine;

/** What a relocation writes: nothing, or so many bytes, the symbol's value or its distance from here. */
enum RelocationForm {
    NONE(0),
    ABSOLUTE_8(1),
    ABSOLUTE_16(2),
    ABSOLUTE_32(4),
    ABSOLUTE_64(8),
    RELATIVE_16(2),
    RELATIVE_32(4),
    RELATIVE_64(8);

    private final int byteSize;

    RelocationForm(int byteSize) {
        this.byteSize = byteSize;
    }

    int byteSize() {
        return byteSize;
    }

    boolean isRelative() {
        return switch (this) {
            case NONE, ABSOLUTE_8, ABSOLUTE_16, ABSOLUTE_32, ABSOLUTE_64 -> false;
            case RELATIVE_16, RELATIVE_32, RELATIVE_64 -> true;
        };
    }

    /** {@return the form of a machine's type, if it is known} */
    static Optional<RelocationForm> of(int machine, int type) {
        return ElfMachine.of(machine).flatMap(known -> switch (known) {
            case EM_X86_64 -> x8664(type);
            case EM_386 -> i386(type);
            case EM_AARCH64 -> aarch64(type);
            case EM_S390 -> s390(type);
            case EM_PPC64 -> ppc64(type);
            case EM_68K,
                    EM_MIPS,
                    EM_PARISC,
                    EM_PPC,
                    EM_ARM,
                    EM_SH,
                    EM_SPARCV9,
                    EM_IA_64,
                    EM_XTENSA,
                    EM_MICROBLAZE,
                    EM_RISCV,
                    EM_LOONGARCH,
                    EM_ALPHA -> Optional.empty();
        });
    }

    /** The names begin with {@code R_X86_64_}. {@code DTPOFF} is an offset in the thread's block: the symbol's value. */
    private static Optional<RelocationForm> x8664(int type) {
        return switch (type) {
            case 0 -> Optional.of(NONE);
            case 1 /* 64 */, 17 /* DTPOFF64 */ -> Optional.of(ABSOLUTE_64);
            case 2 /* PC32 */ -> Optional.of(RELATIVE_32);
            case 10 /* 32 */, 11 /* 32S */, 21 /* DTPOFF32 */ -> Optional.of(ABSOLUTE_32);
            case 12 /* 16 */ -> Optional.of(ABSOLUTE_16);
            case 13 /* PC16 */ -> Optional.of(RELATIVE_16);
            case 14 /* 8 */ -> Optional.of(ABSOLUTE_8);
            case 24 /* PC64 */ -> Optional.of(RELATIVE_64);
            default -> Optional.empty();
        };
    }

    /** The names begin with {@code R_386_}. */
    private static Optional<RelocationForm> i386(int type) {
        return switch (type) {
            case 0 -> Optional.of(NONE);
            case 1 /* 32 */, 32 /* TLS_LDO_32 */ -> Optional.of(ABSOLUTE_32);
            case 2 /* PC32 */ -> Optional.of(RELATIVE_32);
            default -> Optional.empty();
        };
    }

    /** The names begin with {@code R_AARCH64_}; 256 is what 0 once was. */
    private static Optional<RelocationForm> aarch64(int type) {
        return switch (type) {
            case 0, 256 -> Optional.of(NONE);
            case 257 /* ABS64 */ -> Optional.of(ABSOLUTE_64);
            case 258 /* ABS32 */ -> Optional.of(ABSOLUTE_32);
            case 259 /* ABS16 */ -> Optional.of(ABSOLUTE_16);
            case 260 /* PREL64 */ -> Optional.of(RELATIVE_64);
            case 261 /* PREL32 */ -> Optional.of(RELATIVE_32);
            case 262 /* PREL16 */ -> Optional.of(RELATIVE_16);
            default -> Optional.empty();
        };
    }

    /** The names begin with {@code R_390_}. */
    private static Optional<RelocationForm> s390(int type) {
        return switch (type) {
            case 0 -> Optional.of(NONE);
            case 1 /* 8 */ -> Optional.of(ABSOLUTE_8);
            case 3 /* 16 */ -> Optional.of(ABSOLUTE_16);
            case 4 /* 32 */ -> Optional.of(ABSOLUTE_32);
            case 5 /* PC32 */ -> Optional.of(RELATIVE_32);
            case 22 /* 64 */ -> Optional.of(ABSOLUTE_64);
            case 23 /* PC64 */ -> Optional.of(RELATIVE_64);
            default -> Optional.empty();
        };
    }

    /** The names begin with {@code R_PPC64_}. */
    private static Optional<RelocationForm> ppc64(int type) {
        return switch (type) {
            case 0 -> Optional.of(NONE);
            case 1 /* ADDR32 */, 24 /* UADDR32 */ -> Optional.of(ABSOLUTE_32);
            case 3 /* ADDR16 */ -> Optional.of(ABSOLUTE_16);
            case 26 /* REL32 */ -> Optional.of(RELATIVE_32);
            case 38 /* ADDR64 */, 43 /* UADDR64 */, 78 /* DTPREL64 */ -> Optional.of(ABSOLUTE_64);
            case 44 /* REL64 */ -> Optional.of(RELATIVE_64);
            default -> Optional.empty();
        };
    }
}
