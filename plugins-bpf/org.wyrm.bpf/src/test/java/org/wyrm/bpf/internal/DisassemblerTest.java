package org.wyrm.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The notation of the kernel, of each kind of instruction once: also of those that no dump of the lab has, as its verifier
 * puts others in their place or its kernels do not know them.
 */
class DisassemblerTest {
    /** Says what it was asked for. */
    private static final class Asked implements Disassembler.Names {
        @Override
        public String function(Instruction call) {
            return "function#" + call.immediate();
        }

        @Override
        public String ownFunction(Instruction call) {
            return "%+d#own".formatted(call.offset());
        }

        @Override
        public String number(Instruction load) {
            return "0x" + Long.toHexString(load.wide());
        }
    }

    private static final Disassembler DISASSEMBLER = new Disassembler(new Asked());

    /** Written as in memory of a little-endian machine: code, registers, offset, immediate. */
    @ParameterizedTest
    @CsvSource({
        "0f 21 0000 00000000, (0f) r1 += r2",
        "07 02 0000 fcffffff, (07) r2 += -4",
        "14 03 0000 07000000, (14) w3 -= 7",
        "2c 21 0000 00000000, (2c) w1 *= w2",
        "3f 21 0000 00000000, (3f) r1 /= r2",
        "3f 21 0100 00000000, (3f) r1 s/= r2",
        "97 01 0100 f9ffffff, (97) r1 s%= -7",
        "9c 21 0000 00000000, (9c) w1 %= w2",
        "47 01 0000 01000000, (47) r1 |= 1",
        "5f 21 0000 00000000, (5f) r1 &= r2",
        "67 01 0000 20000000, (67) r1 <<= 32",
        "7f 21 0000 00000000, (7f) r1 >>= r2",
        "c7 01 0000 3f000000, (c7) r1 s>>= 63",
        "af 11 0000 00000000, (af) r1 ^= r1",
        "87 01 0000 00000000, (87) r1 = -r1",
        "84 09 0000 00000000, (84) w9 = -w9",
        "b7 00 0000 01000000, (b7) r0 = 1",
        "bc 21 0000 00000000, (bc) w1 = w2",
        "bf a2 0000 00000000, (bf) r2 = r10",
        "bf 21 0800 00000000, (bf) r1 = (s8)r2",
        "bf 21 2000 00000000, (bf) r1 = (s32)r2",
        "bc 21 1000 00000000, (bc) w1 = (s16)w2",
        "bf 21 ffff 00000000, (bf) r1 = &(void __percpu *)(r2)",
        "'bf 21 0100 01000200', '(bf) r1 = addr_space_cast(r2, 2, 1)'",
        "d4 07 0000 10000000, (d4) r7 = le16 r7",
        "dc 07 0000 40000000, (dc) r7 = be64 r7",
        "d7 07 0000 20000000, (d7) r7 = bswap32 r7",
        "e7 01 0000 00000000, (e7) unknown instruction"
    })
    void writesArithmetic(String bytes, String text) {
        assertThat(disassembled(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "61 31 0800 00000000, (61) r1 = *(u32 *)(r3 +8)",
        "69 31 f8ff 00000000, (69) r1 = *(u16 *)(r3 -8)",
        "71 31 0000 00000000, (71) r1 = *(u8 *)(r3 +0)",
        "79 31 0000 00000000, (79) r1 = *(u64 *)(r3 +0)",
        "81 31 0000 00000000, (81) r1 = *(s32 *)(r3 +0)",
        "91 31 0000 00000000, (91) r1 = *(s8 *)(r3 +0)",
        "7b 1a f8ff 00000000, (7b) *(u64 *)(r10 -8) = r1",
        "73 1a f8ff 00000000, (73) *(u8 *)(r10 -8) = r1",
        "62 0a fcff ffffffff, (62) *(u32 *)(r10 -4) = -1",
        "c2 00 0000 00000000, (c2) nospec",
        "30 00 0000 03000000, (30) r0 = *(u8 *)skb[3]",
        "28 00 0000 0c000000, (28) r0 = *(u16 *)skb[12]",
        "40 70 0000 1a000000, (40) r0 = *(u32 *)skb[r7 + 26]",
        "00 00 0000 00000000, (00) unknown instruction",
        "db 21 0800 00000000, (db) lock *(u64 *)(r1 +8) += r2",
        "c3 21 0800 40000000, (c3) lock *(u32 *)(r1 +8) |= r2",
        "db 21 0800 50000000, (db) lock *(u64 *)(r1 +8) &= r2",
        "db 21 0800 a0000000, (db) lock *(u64 *)(r1 +8) ^= r2",
        "'db 21 0800 01000000', '(db) r2 = atomic64_fetch_add((u64 *)(r1 +8), r2)'",
        "'c3 21 0800 a1000000', '(c3) r2 = atomic_fetch_xor((u32 *)(r1 +8), r2)'",
        "'db 21 0800 e1000000', '(db) r2 = atomic64_xchg((u64 *)(r1 +8), r2)'",
        "'c3 21 0800 f1000000', '(c3) r0 = atomic_cmpxchg((u32 *)(r1 +8), r0, r2)'",
        "db 21 0800 00010000, (db) r1 = load_acquire((u64 *)(r2 +8))",
        "'db 21 0800 10010000', '(db) store_release((u64 *)(r1 +8), r2)'",
        "db 21 0800 31000000, (db) unknown instruction"
    })
    void writesLoadsAndStores(String bytes, String text) {
        assertThat(disassembled(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "05 00 0200 00000000, (05) goto pc+2",
        "05 00 feff 00000000, (05) goto pc-2",
        "06 00 0000 01000100, (06) gotol pc+65537",
        "e5 00 0300 00000000, (e5) may_goto pc+3",
        "95 00 0000 00000000, (95) exit",
        "85 00 0000 07000000, (85) call function#7",
        "85 20 0000 07000000, (85) call function#7",
        "85 10 0300 01000000, (85) call pc+3#own",
        "15 00 0200 00000000, (15) if r0 == 0x0 goto pc+2",
        "25 01 0200 ffffffff, (25) if r1 > 0xffffffff goto pc+2",
        "3d 21 0200 00000000, (3d) if r1 >= r2 goto pc+2",
        "45 01 ffff 01000000, (45) if r1 & 0x1 goto pc-1",
        "5e 21 0100 00000000, (5e) if w1 != w2 goto pc+1",
        "66 01 0100 05000000, (66) if w1 s> 0x5 goto pc+1",
        "7d 21 0100 00000000, (7d) if r1 s>= r2 goto pc+1",
        "a5 01 0100 05000000, (a5) if r1 < 0x5 goto pc+1",
        "bd 21 0100 00000000, (bd) if r1 <= r2 goto pc+1",
        "c6 01 0100 05000000, (c6) if w1 s< 0x5 goto pc+1",
        "dd 21 0100 00000000, (dd) if r1 s<= r2 goto pc+1",
        "f5 01 0100 05000000, (f5) unknown instruction",
        "96 00 0000 00000000, (96) unknown instruction"
    })
    void writesJumps(String bytes, String text) {
        assertThat(disassembled(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, (18) r4 = 0x1ffffffff", "1432778632, 287454020, (18) r4 = 0x1122334455667788"})
    void joinsTheHalvesOfNumbers(int lower, int upper, String text) {
        var wide = new Instruction(0, 0x18, 4, 0, 0, lower, 0).withUpper(upper);

        assertThat(DISASSEMBLER.text(wide)).isEqualTo(text);
        assertThat(wide.slots()).isEqualTo(2);
    }

    private static String disassembled(String bytes) {
        var word = Long.reverseBytes(Long.parseUnsignedLong(bytes.replace(" ", ""), 16));
        return DISASSEMBLER.text(Instruction.of(0, word));
    }
}
