package org.wyrm.elf;

import org.jspecify.annotations.Nullable;
import org.wyrm.elf.constants.ElfMachine;

/** What a relocation writes: nothing, or so many bytes, the symbol's value or its distance from here. */
enum RelocationForm {
    NONE(0, false),
    ABSOLUTE_8(1, false),
    ABSOLUTE_16(2, false),
    ABSOLUTE_32(4, false),
    ABSOLUTE_64(8, false),
    RELATIVE_16(2, true),
    RELATIVE_32(4, true),
    RELATIVE_64(8, true);

    private final int byteSize;
    private final boolean relative;

    RelocationForm(int byteSize, boolean relative) {
        this.byteSize = byteSize;
        this.relative = relative;
    }

    int byteSize() {
        return byteSize;
    }

    boolean isRelative() {
        return relative;
    }

    /** {@return the form of a machine's type, null if it is not known} */
    static @Nullable RelocationForm of(int machine, int type) {
        var known = ElfMachine.of(machine);
        return known.isEmpty()
                ? null
                : switch (known.get()) {
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
                            EM_ALPHA -> null;
                };
    }

    /** The names begin with {@code R_X86_64_}. {@code DTPOFF} is an offset in the thread's block: the symbol's value. */
    private static @Nullable RelocationForm x8664(int type) {
        return switch (type) {
            case 0 -> NONE;
            case 1 /* 64 */, 17 /* DTPOFF64 */ -> ABSOLUTE_64;
            case 2 /* PC32 */ -> RELATIVE_32;
            case 10 /* 32 */, 11 /* 32S */, 21 /* DTPOFF32 */ -> ABSOLUTE_32;
            case 12 /* 16 */ -> ABSOLUTE_16;
            case 13 /* PC16 */ -> RELATIVE_16;
            case 14 /* 8 */ -> ABSOLUTE_8;
            case 24 /* PC64 */ -> RELATIVE_64;
            default -> null;
        };
    }

    /** The names begin with {@code R_386_}. */
    private static @Nullable RelocationForm i386(int type) {
        return switch (type) {
            case 0 -> NONE;
            case 1 /* 32 */, 32 /* TLS_LDO_32 */ -> ABSOLUTE_32;
            case 2 /* PC32 */ -> RELATIVE_32;
            default -> null;
        };
    }

    /** The names begin with {@code R_AARCH64_}; 256 is what 0 once was. */
    private static @Nullable RelocationForm aarch64(int type) {
        return switch (type) {
            case 0, 256 -> NONE;
            case 257 /* ABS64 */ -> ABSOLUTE_64;
            case 258 /* ABS32 */ -> ABSOLUTE_32;
            case 259 /* ABS16 */ -> ABSOLUTE_16;
            case 260 /* PREL64 */ -> RELATIVE_64;
            case 261 /* PREL32 */ -> RELATIVE_32;
            case 262 /* PREL16 */ -> RELATIVE_16;
            default -> null;
        };
    }

    /** The names begin with {@code R_390_}. */
    private static @Nullable RelocationForm s390(int type) {
        return switch (type) {
            case 0 -> NONE;
            case 1 /* 8 */ -> ABSOLUTE_8;
            case 3 /* 16 */ -> ABSOLUTE_16;
            case 4 /* 32 */ -> ABSOLUTE_32;
            case 5 /* PC32 */ -> RELATIVE_32;
            case 22 /* 64 */ -> ABSOLUTE_64;
            case 23 /* PC64 */ -> RELATIVE_64;
            default -> null;
        };
    }

    /** The names begin with {@code R_PPC64_}. */
    private static @Nullable RelocationForm ppc64(int type) {
        return switch (type) {
            case 0 -> NONE;
            case 1 /* ADDR32 */, 24 /* UADDR32 */ -> ABSOLUTE_32;
            case 3 /* ADDR16 */ -> ABSOLUTE_16;
            case 26 /* REL32 */ -> RELATIVE_32;
            case 38 /* ADDR64 */, 43 /* UADDR64 */, 78 /* DTPREL64 */ -> ABSOLUTE_64;
            case 44 /* REL64 */ -> RELATIVE_64;
            default -> null;
        };
    }
}
