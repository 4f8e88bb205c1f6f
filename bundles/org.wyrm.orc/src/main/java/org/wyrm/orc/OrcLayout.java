package org.wyrm.orc;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;

/**
 * How an ORC entry is laid out, named for the first kernel that has it so.
 *
 * <pre>
 *          bits 0-3   4-7      8-10                       11
 * 4.14     sp_reg     bp_reg   type (2 bits), end
 * 5.12     the same, and *register + offset for the indirect stack pointer, where it was *(register + offset)
 * 6.3      sp_reg     bp_reg   type (2 bits), signal      end
 * 6.4      sp_reg     bp_reg   type                       signal
 * 7.1      the same, with other numbers for registers
 * </pre>
 *
 * <p>These 16 bits follow {@code sp_offset} and {@code bp_offset}, signed 16-bit numbers. The commits are 39358a033b2e
 * ("objtool, x86: Add facility for asm code to provide unwind hints") with d31a580266ee ("x86/unwind/orc: Detect the end
 * of the stack"), aafeb14e9da2 ("objtool: Support stack-swizzle"), ffb1b4a41016 ("x86/unwind/orc: Add 'signal' field to
 * ORC metadata") and fb799447ae29 ("x86,objtool: Split UNWIND_HINT_EMPTY in two").
 *
 * <p>Since b9f174c811e3 ("x86/unwind/orc: Add ELF section with ORC version identifier") in 6.4 and 6.3.10, a table has a
 * header: the SHA-1 of the lines of {@code orc_types.h} that define it, as {@code scripts/orc_hash.sh} takes them.
 *
 * @kernel arch/x86/include/asm/orc_types.h
 */
public enum OrcLayout {
    LINUX_4_14,
    LINUX_5_12,
    LINUX_6_3,
    LINUX_6_4,
    LINUX_7_1;

    /** The size of {@code .orc_header}. */
    public static final int HEADER_BYTE_SIZE = 20;

    private static final String HASH_6_3 = "db84aed4103b31dd51e017f8f79783ca985c2c51";
    private static final String HASH_6_4 = "fe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24";
    /** With the register ax, by the stable branches' 96f3b16a9de5 ("objtool: Support Clang RAX DRAP sequence"). */
    private static final String HASH_6_4_AX = "edfa4d15552fdd2e1d56679728416379f2fe4534";

    private static final String HASH_7_1 = "137c36ad7627c4dd55932176bb0ecdbd5041fc82";

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(.*)");
    private static final Pattern RHEL_9 = Pattern.compile("\\.\\d+-(\\d{1,6})\\..*\\bel9.*");
    private static final int FIRST_OF_RHEL_9_LIKE_6_4 = 517;

    private static final OrcRegister[] REGISTERS_4_14 = {
        OrcRegister.UNDEFINED,
        OrcRegister.PREV_SP,
        OrcRegister.DX,
        OrcRegister.DI,
        OrcRegister.BP,
        OrcRegister.SP,
        OrcRegister.R10,
        OrcRegister.R13,
        OrcRegister.BP_INDIRECT,
        OrcRegister.SP_INDIRECT,
        OrcRegister.AX
    };
    private static final OrcRegister[] REGISTERS_7_1 = {
        OrcRegister.UNDEFINED,
        OrcRegister.AX,
        OrcRegister.DX,
        OrcRegister.SP,
        OrcRegister.BP,
        OrcRegister.DI,
        OrcRegister.R10,
        OrcRegister.R13,
        OrcRegister.PREV_SP,
        OrcRegister.SP_INDIRECT,
        OrcRegister.BP_INDIRECT
    };
    private static final OrcType[] TYPES = {
        OrcType.UNDEFINED, OrcType.END_OF_STACK, OrcType.CALL, OrcType.REGS, OrcType.REGS_PARTIAL
    };
    private static final OrcType[] TYPES_4_14 = {OrcType.CALL, OrcType.REGS, OrcType.REGS_PARTIAL};

    /**
     * {@return the layout that a header names}
     *
     * @param header {@code .orc_header}
     * @throws MalformedDataException if it has not the size of one
     * @throws UnsupportedTargetException if it names none that is known
     */
    public static OrcLayout ofHeader(ByteSlice header) {
        if (header.byteSize() != HEADER_BYTE_SIZE) {
            throw header.malformed(
                    0, "an ORC header has %d bytes, this has %d".formatted(HEADER_BYTE_SIZE, header.byteSize()));
        }
        var hash = HexFormat.of().formatHex(header.toArray(0, HEADER_BYTE_SIZE));
        return switch (hash) {
            case HASH_6_3 -> LINUX_6_3;
            case HASH_6_4, HASH_6_4_AX -> LINUX_6_4;
            case HASH_7_1 -> LINUX_7_1;
            default ->
                throw new UnsupportedTargetException(
                        "%s: the ORC header %s names a layout that is not known".formatted(header.name(), hash));
        };
    }

    /**
     * {@return the layout of a kernel whose table has no header}
     *
     * <p>RHEL 9 has that of 6.4 since 5.14.0-517.el9, without a header.
     *
     * @param release {@code 6.1.0-56-cloud-amd64}
     * @throws UnsupportedTargetException if it is no release, or one before ORC
     */
    public static OrcLayout ofRelease(String release) {
        var matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new UnsupportedTargetException(
                    "\"%s\" is no kernel release to tell an ORC layout by".formatted(release));
        }
        var version = Integer.parseInt(matcher.group(1)) * 100_000 + Integer.parseInt(matcher.group(2));
        if (version == 5_00_014 && isRhelLike64(matcher.group(3))) {
            return LINUX_6_4;
        }
        if (version < 4_00_014) {
            throw new UnsupportedTargetException(
                    "kernel %s is older than ORC, which began with 4.14".formatted(release));
        }
        return version >= 7_00_001
                ? LINUX_7_1
                : version >= 6_00_004
                        ? LINUX_6_4
                        : version >= 6_00_003 ? LINUX_6_3 : version >= 5_00_012 ? LINUX_5_12 : LINUX_4_14;
    }

    private static boolean isRhelLike64(String rest) {
        var matcher = RHEL_9.matcher(rest);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) >= FIRST_OF_RHEL_9_LIKE_6_4;
    }

    /** {@return whether nothing is known of the code, by the flags of an entry} */
    boolean isUndefined(int flags) {
        return switch (this) {
            case LINUX_4_14, LINUX_5_12 -> (flags & 0x40f) == 0;
            case LINUX_6_3 -> (flags & 0x80f) == 0;
            case LINUX_6_4, LINUX_7_1 -> (flags & 0x700) == 0;
        };
    }

    /** {@return the type that an entry's flags name, if it is known} */
    Optional<OrcType> type(int flags) {
        if (hasAllTypes()) {
            return at(TYPES, flags >> 8 & 7);
        }
        // An undefined stack pointer stood for the two types that have none.
        if ((flags & 0x0f) == 0) {
            return Optional.of(isUndefined(flags) ? OrcType.UNDEFINED : OrcType.END_OF_STACK);
        }
        return at(TYPES_4_14, flags >> 8 & 3);
    }

    /** {@return the register with a number of 4 bits, if it is known} */
    Optional<OrcRegister> register(int number) {
        return at(this == LINUX_7_1 ? REGISTERS_7_1 : REGISTERS_4_14, number);
    }

    boolean isSignal(int flags, OrcType type) {
        return switch (this) {
            case LINUX_4_14, LINUX_5_12 -> type == OrcType.REGS || type == OrcType.REGS_PARTIAL;
            case LINUX_6_3 -> (flags & 0x400) != 0;
            case LINUX_6_4, LINUX_7_1 -> (flags & 0x800) != 0;
        };
    }

    /** {@return what the indirect stack pointer means} */
    OrcIndirection ofStackPointer() {
        return this == LINUX_4_14 ? OrcIndirection.OF_SUM : OrcIndirection.OF_REGISTER;
    }

    private boolean hasAllTypes() {
        return this == LINUX_6_4 || this == LINUX_7_1;
    }

    private static <T> Optional<T> at(T[] numbered, int number) {
        return number < numbered.length ? Optional.of(numbered[number]) : Optional.empty();
    }
}
