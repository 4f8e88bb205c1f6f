package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.Scope.ArrayLength;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

class LocalValuesTest {
    private static final long BASE = TestProgram.BASE;
    private static final int XMM0 = 17;
    private static final Program PROGRAM = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .u64(BASE, 0x8877_6655_4433_2211L)
            .open();
    private static final PhysicalFrame FRAME = BuiltFrame.of(
            BuiltFrame.registers(BuiltFrame.RAX, 0x1122_3344_5566_7788L, BuiltFrame.RDX, -2, BuiltFrame.RBX, BASE));

    private static Local local(int type, LocalLocation location) {
        return new Local("it", false, TestTypes.ref(type), Optional.empty(), location);
    }

    private static Value value(int type, LocalLocation location) {
        return new LocalValues(PROGRAM, FRAME).value(local(type, location));
    }

    private static Value value(int type, Part code) {
        return value(type, new LocalLocation.Computed(TestExpression.of(code)));
    }

    private static void assertAbsent(AbsenceReason reason, String why, int type, LocalLocation location) {
        assertThat(value(type, location).absence()).hasValue(reason);
        assertThat(new LocalValues(PROGRAM, FRAME).absence(local(type, location)))
                .hasValueSatisfying(text -> assertThat(text).contains(why));
    }

    private static void assertAbsent(AbsenceReason reason, String why, int type, Part code) {
        assertAbsent(reason, why, type, new LocalLocation.Computed(TestExpression.of(code)));
    }

    @Test
    void inMemoryHaveAnAddress() {
        var value = value(TestTypes.INT, code -> code.u8(DW_OP_breg3.number()).sleb(4));

        assertThat(value.longValue()).isEqualTo(0x8877_6655);
        assertThat(value.address()).isEqualTo(BASE + 4);
    }

    @Test
    void inRegistersAreTheirLowestBytes() {
        assertThat(value(TestTypes.CHAR, code -> code.u8(DW_OP_reg0.number())).longValue())
                .isEqualTo((byte) 0x88);
        assertThat(value(TestTypes.LONG, code -> code.u8(DW_OP_reg0.number())).longValue())
                .isEqualTo(0x1122_3344_5566_7788L);
        assertAbsent(
                AbsenceReason.OPTIMIZED_OUT,
                "register 17 of the frame is not known",
                TestTypes.DOUBLE,
                code -> code.u8(DW_OP_reg0.number() + XMM0));
        assertAbsent(
                AbsenceReason.NOT_IMPLEMENTED,
                "16 bytes in register 0",
                TestTypes.INT128,
                code -> code.u8(DW_OP_reg0.number()));
    }

    @Test
    void thatAreComputedAreTheirLowestBytes() {
        Part code = bytes -> bytes.u8(DW_OP_const2s.number()).u16(-2).u8(DW_OP_stack_value.number());

        assertThat(value(TestTypes.INT, code).longValue()).isEqualTo(-2);
        assertThat(value(TestTypes.CHAR, code).longValue()).isEqualTo(-2);
        assertThat(value(TestTypes.PAIR, code).member("second").longValue()).isEqualTo(-1);
    }

    @Test
    void thatAreComputedInATypeAreItsBytes() {
        var bits = Double.doubleToLongBits(2.5);
        assertThat(value(
                                TestTypes.DOUBLE,
                                code -> code.u8(DW_OP_const_type.number())
                                        .uleb(TestTypes.DOUBLE)
                                        .u8(8)
                                        .u64(bits)
                                        .u8(DW_OP_stack_value.number()))
                        .floatValue())
                .hasToString("2.5");
    }

    @Test
    void thatAreImplicitAreTheirBytes() {
        assertThat(value(
                                TestTypes.PAIR,
                                code -> code.u8(DW_OP_implicit_value.number())
                                        .block(block -> block.u32(7).u32(9)))
                        .member("second")
                        .longValue())
                .isEqualTo(9);
        assertThat(value(
                                TestTypes.INT,
                                new LocalLocation.Bytes(
                                        ByteSlice.of("value", new byte[] {1, 2, 0, 0}, ByteOrder.LITTLE_ENDIAN)))
                        .longValue())
                .isEqualTo(0x201);
    }

    @Test
    void thatAreConstantsAreExtendedByTheirSign() {
        assertThat(value(TestTypes.CHAR, new LocalLocation.Constant(-1)).longValue())
                .isEqualTo(-1);
        assertThat(value(TestTypes.INT128, new LocalLocation.Constant(-3)).integerValue())
                .isEqualTo(BigInteger.valueOf(-3));
        assertThat(value(TestTypes.INT128, new LocalLocation.Constant(3)).integerValue())
                .isEqualTo(BigInteger.valueOf(3));
    }

    @Test
    void inPiecesArePutTogether() {
        var wide = value(
                TestTypes.INT128,
                code -> code.u8(DW_OP_reg0.number())
                        .u8s(DW_OP_piece.number(), 8)
                        .u8(DW_OP_reg1.number())
                        .u8s(DW_OP_piece.number(), 8));
        assertThat(wide.integerValue())
                .isEqualTo(BigInteger.valueOf(-2).shiftLeft(64).add(BigInteger.valueOf(0x1122_3344_5566_7788L)));

        var pair = value(
                TestTypes.PAIR,
                code -> code.u8(DW_OP_breg3.number())
                        .sleb(4)
                        .u8s(DW_OP_piece.number(), 4)
                        .u8s(DW_OP_lit5.number(), DW_OP_stack_value.number(), DW_OP_piece.number(), 4));
        assertThat(pair.member("first").longValue()).isEqualTo(0x8877_6655);
        assertThat(pair.member("second").longValue()).isEqualTo(5);
    }

    @Test
    void inPiecesOfBitsArePutTogether() {
        // Bits 4-15 of rax, then 20 bits of memory from bit 8 on.
        var value = value(
                TestTypes.INT,
                code -> code.u8(DW_OP_reg0.number())
                        .u8s(DW_OP_bit_piece.number(), 12, 4)
                        .u8(DW_OP_breg3.number())
                        .sleb(0)
                        .u8s(DW_OP_bit_piece.number(), 20, 8));

        assertThat(value.longValue()).isEqualTo(0x778 | 0x33_22 << 12 | (0x4 << 28));
    }

    @Test
    void ofWhichAPieceIsNowhereHaveTheOtherMembers() {
        for (var code : List.<Part>of(
                bytes -> bytes.u8(DW_OP_reg0.number())
                        .u8s(DW_OP_piece.number(), 4)
                        .u8s(DW_OP_piece.number(), 4),
                bytes -> bytes.u8(DW_OP_reg0.number())
                        .u8s(DW_OP_piece.number(), 4)
                        .u8s(DW_OP_reg13.number(), DW_OP_piece.number(), 4),
                bytes -> bytes.u8(DW_OP_reg0.number()).u8s(DW_OP_piece.number(), 4))) {
            var pair = value(TestTypes.PAIR, code);

            assertThat(pair.absence()).isEmpty();
            assertThat(pair.member("first").longValue()).isEqualTo(0x5566_7788);
            assertThat(pair.member("second").absence()).contains(AbsenceReason.OPTIMIZED_OUT);
        }
    }

    @Test
    void ofWhichAllPiecesAreNowhereAreAbsent() {
        assertAbsent(
                AbsenceReason.OPTIMIZED_OUT,
                "register 13 of the frame is not known",
                TestTypes.PAIR,
                code -> code.u8s(DW_OP_reg13.number(), DW_OP_piece.number(), 4));
        assertAbsent(
                AbsenceReason.OPTIMIZED_OUT,
                "only 16 of its 32 bits are somewhere",
                TestTypes.INT,
                code -> code.u8s(DW_OP_piece.number(), 2)
                        .u8(DW_OP_reg0.number())
                        .u8s(DW_OP_piece.number(), 2));
    }

    private static Value array(ArrayLength... lengths) {
        TargetType type = TestTypes.ref(TestTypes.CHAR).resolve();
        for (var dimension : lengths) {
            type = PROGRAM.arrayOf(type, OptionalLong.empty());
        }
        var location = new LocalLocation.Computed(
                TestExpression.of(code -> code.u8(DW_OP_breg3.number()).sleb(0)));
        var all = Stream.of(lengths).map(Optional::of).toList();
        return new LocalValues(PROGRAM, FRAME)
                .value(new Local("row", false, type.ref(), Optional.empty(), location, all));
    }

    private static ArrayLength computed(boolean isUpperBound, Part code) {
        return new ArrayLength(new LocalLocation.Computed(TestExpression.of(code)), Optional.empty(), isUpperBound);
    }

    @Test
    void thatAreArraysHaveTheLengthsOfTheFrame() {
        var inVariable = new ArrayLength(
                new LocalLocation.Computed(TestExpression.of(code -> code.u8(DW_OP_reg1.number()))),
                Optional.of(TestTypes.ref(TestTypes.LONG)),
                false);
        var three = computed(false, code -> code.u8(DW_OP_lit3.number()));
        var upTo1 = computed(true, code -> code.u8(DW_OP_lit1.number()));

        var rows = array(three, upTo1);

        assertThat(rows.elementCount()).isEqualTo(3);
        assertThat(rows.subscript(1).elementCount()).isEqualTo(2);
        assertThat(rows.subscript(2).subscript(1).longValue()).isEqualTo(0x66);
        // It is -2.
        assertThat(array(inVariable).elementCount()).isZero();
    }

    @Test
    void thatAreArraysOfLostLengthsAreOpen() {
        var lost = computed(false, code -> code.u8(DW_OP_breg10.number()).sleb(0));
        var two = computed(false, code -> code.u8(DW_OP_lit2.number()));

        assertThat(array(lost).type()).isInstanceOfSatisfying(ArrayType.class, this::assertOpen);
        assertThat(array(two, lost).type()).isInstanceOfSatisfying(ArrayType.class, this::assertOpen);
        assertThat(array(lost, two).subscript(1).subscript(1).longValue()).isEqualTo(0x44);
    }

    private void assertOpen(ArrayType type) {
        assertThat(type.elementCount()).isEmpty();
    }

    @Test
    void thatAreArraysOfALengthThatCannotBeAreErrors() {
        assertThatThrownBy(() -> array(
                        computed(false, code -> code.u8(DW_OP_const4u.number()).u32(1 << 30))))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("its length is 1073741824 elements");
    }

    @Test
    void inPiecesThatBeginTooFarAwayAreErrors() {
        for (var offset : new long[] {1L << 34, -1, 1L << 17}) {
            assertThatThrownBy(() -> value(
                            TestTypes.INT,
                            code -> code.u8(DW_OP_reg0.number())
                                    .u8(DW_OP_bit_piece.number())
                                    .uleb(8)
                                    .uleb(offset)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("a piece begins at bit " + Long.toUnsignedString(offset));
        }
    }

    @Test
    void inAPieceOfAnySizeAreCutToTheirOwn() {
        for (var size : new long[] {100, 1L << 40}) {
            assertThat(value(
                                    TestTypes.CHAR,
                                    code -> code.u8(DW_OP_breg3.number())
                                            .sleb(0)
                                            .u8(DW_OP_piece.number())
                                            .uleb(size))
                            .longValue())
                    .isEqualTo(0x11);
        }
    }

    @Test
    void thatAreNowhereAreAbsent() {
        assertAbsent(AbsenceReason.OPTIMIZED_OUT, "optimized out", TestTypes.INT, code -> {});
        assertAbsent(AbsenceReason.OPTIMIZED_OUT, "gone", TestTypes.INT, new LocalLocation.Absent("gone"));
        assertAbsent(
                AbsenceReason.OPTIMIZED_OUT,
                "no address",
                TestTypes.LONG,
                code -> code.u8(DW_OP_implicit_pointer.number()).u32(0).sleb(0));
        assertAbsent(
                AbsenceReason.NOT_IMPLEMENTED,
                "DW_OP_form_tls_address is not evaluated",
                TestTypes.INT,
                code -> code.u8s(DW_OP_lit0.number(), DW_OP_form_tls_address.number()));
    }
}
