package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.arch.Registers;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

class ExpressionEvaluatorTest {
    private static final long BASE = TestProgram.BASE;
    private static final long CFA = BASE + 0x1000;
    private static final Registers KNOWN = BuiltFrame.registers(
            BuiltFrame.RAX, 0x1122_3344_5566_7788L, BuiltFrame.RBX, BASE, BuiltFrame.RSP, BASE + 0x800);
    private static final Program PROGRAM = BuiltFrame.program()
            .contribute(Language.class, new CLanguage())
            .u64(BASE, 0x8877_6655_4433_2211L)
            .u64(BASE + 0x100, BASE + 0x20)
            .open();

    private static ExpressionEvaluator evaluator(LocationExpression expression, PhysicalFrame frame) {
        return new ExpressionEvaluator(
                PROGRAM,
                PROGRAM.memory(),
                frame,
                new LocalValues.UnitContext(expression, EntryValues.of(PROGRAM, frame)),
                expression.addressByteSize());
    }

    private static long address(LocationExpression expression) throws AbsentException {
        return evaluator(expression, BuiltFrame.withCfa(KNOWN, CFA))
                .address(ExpressionEvaluator.parse(expression), OptionalLong.empty());
    }

    private static long address(int addressByteSize, Part code) throws AbsentException {
        return address(TestExpression.of(addressByteSize, code));
    }

    private static long address(Part code) throws AbsentException {
        return address(8, code);
    }

    private static FrameLocation location(Part code) throws AbsentException {
        var expression = TestExpression.of(code);
        return evaluator(expression, BuiltFrame.withCfa(KNOWN, CFA)).location(ExpressionEvaluator.parse(expression));
    }

    private static SectionBuilder op(SectionBuilder code, DwOperation operation) {
        return code.u8(operation.number());
    }

    /** Adds a number of the generic type. */
    private static SectionBuilder push(SectionBuilder code, long number) {
        return op(code, DW_OP_const8s).u64(number);
    }

    private static SectionBuilder push(SectionBuilder code, int type, long bits, int byteSize) {
        return op(code, DW_OP_const_type).uleb(type).u8(byteSize).number(bits, byteSize);
    }

    private static void assertAbsent(AbsenceReason reason, String message, ThrowingCallable asked) {
        assertThatThrownBy(asked)
                .isInstanceOfSatisfying(
                        AbsentException.class,
                        absent -> assertThat(absent.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    @Nested
    class Generic {
        @ParameterizedTest
        @CsvSource({
            "and, 0xff0f, 0x0ff0, 0x0f00, 0x0f00",
            "or, 0xf0, 0x0f, 0xff, 0xff",
            "xor, 0xff, 0x0f, 0xf0, 0xf0",
            "plus, 0xffffffff, 1, 0x100000000, 0",
            "minus, 3, 5, -2, 0xfffffffe",
            "mul, 0x10000, 0x10000, 0x100000000, 0",
            "div, -7, 2, -3, 0xfffffffd",
            "mod, -1, 7, 1, 3",
            "shl, 1, 40, 0x10000000000, 0",
            "shl, 1, 64, 0, 0",
            "shl, 1, -1, 0, 0",
            "shr, -16, 2, 0x3ffffffffffffffc, 0x3ffffffc",
            "shr, -1, 64, 0, 0",
            "shra, -16, 2, -4, 0xfffffffc",
            "shra, -16, 100, -1, 0xffffffff",
            "eq, 0x100000000, 0, 0, 1",
            "ne, 0x100000000, 0, 1, 0",
            "lt, 0xffffffff, 1, 0, 1",
            "gt, 0xffffffff, 1, 1, 0",
            "le, -1, -1, 1, 1",
            "ge, -2, -1, 0, 0"
        })
        void numbersAreComputedInTheSizeOfAnAddress(
                String name, String left, String right, String of8Bytes, String of4Bytes) throws AbsentException {
            var operation = DwOperation.valueOf("DW_OP_" + name);
            Part code = bytes -> op(push(push(bytes, Long.decode(left)), Long.decode(right)), operation);

            assertThat(address(8, code)).isEqualTo(Long.decode(of8Bytes));
            assertThat(address(4, code)).isEqualTo(Long.decode(of4Bytes));
        }

        @ParameterizedTest
        @CsvSource({"abs, -5, 5, 5", "abs, 5, 5, 5", "neg, 5, -5, 0xfffffffb", "not, 0, -1, 0xffffffff"})
        void oneNumberIsComputedInTheSizeOfAnAddress(String name, String number, String of8Bytes, String of4Bytes)
                throws AbsentException {
            Part code = bytes -> op(push(bytes, Long.decode(number)), DwOperation.valueOf("DW_OP_" + name));

            assertThat(address(8, code)).isEqualTo(Long.decode(of8Bytes));
            assertThat(address(4, code)).isEqualTo(Long.decode(of4Bytes));
        }

        @ParameterizedTest
        @ValueSource(strings = {"DW_OP_div", "DW_OP_mod"})
        void divisionByZeroIsAnError(DwOperation operation) {
            assertThatThrownBy(() -> address(bytes -> op(push(push(bytes, 1), 0), operation)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("divides by zero");
        }

        @ParameterizedTest
        @CsvSource({
            "08ff, 255",
            "09ff, -1",
            "0affff, 65535",
            "0bffff, -1",
            "0cffffffff, 4294967295",
            "0dffffffff, -1",
            "0effffffffffffffff, -1",
            "0ffeffffffffffffff, -2",
            "108002, 256",
            "117f, -1",
            "4f, 31",
            "31237f, 128"
        })
        void constantsAreExtendedByTheirSign(String code, long expected) throws AbsentException {
            var content = java.util.HexFormat.of().parseHex(code);
            assertThat(address(bytes -> {
                        for (var each : content) {
                            bytes.u8(each);
                        }
                    }))
                    .isEqualTo(expected);
        }
    }

    @Nested
    class Stack {
        /** {@return the three numbers on top after an operation on 1, 2, 3, as digits, the topmost first} */
        private static long after(Part operation) throws AbsentException {
            return address(bytes -> {
                push(push(push(push(bytes, 0), 1), 2), 3);
                operation.addTo(bytes);
                // top * 100 + second * 10 + third
                op(push(bytes, 10), DW_OP_mul);
                op(bytes, DW_OP_plus);
                op(push(bytes, 10), DW_OP_mul);
                op(bytes, DW_OP_plus);
            });
        }

        @Test
        void isShuffled() throws AbsentException {
            assertThat(after(bytes -> op(bytes, DW_OP_nop))).isEqualTo(321);
            assertThat(after(bytes -> op(bytes, DW_OP_dup))).isEqualTo(332);
            assertThat(after(bytes -> op(bytes, DW_OP_drop))).isEqualTo(210);
            assertThat(after(bytes -> op(bytes, DW_OP_over))).isEqualTo(232);
            assertThat(after(bytes -> op(bytes, DW_OP_pick).u8(2))).isEqualTo(132);
            assertThat(after(bytes -> op(bytes, DW_OP_swap))).isEqualTo(231);
            assertThat(after(bytes -> op(bytes, DW_OP_rot))).isEqualTo(213);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DW_OP_dup",
                    "DW_OP_drop",
                    "DW_OP_over",
                    "DW_OP_swap",
                    "DW_OP_rot",
                    "DW_OP_plus",
                    "DW_OP_neg",
                    "DW_OP_deref",
                    "DW_OP_stack_value"
                })
        void isNotTakenFromBelowItsEnd(DwOperation operation) {
            assertThatThrownBy(() -> address(bytes -> op(bytes, operation)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("takes more from its stack than there is");
        }

        @Test
        void isNotPickedFromBelowItsEnd() {
            assertThatThrownBy(() ->
                            address(bytes -> op(push(bytes, 1), DW_OP_pick).u8(1)))
                    .hasMessageContaining("takes more from its stack than there is");
        }

        @Test
        void isNotWithoutBound() {
            assertThatThrownBy(() -> address(bytes -> {
                        for (var count = 0; count < 300; count++) {
                            op(bytes, DW_OP_lit1);
                        }
                    }))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("more than 256 numbers on its stack");
        }

        @Test
        void ofAnEmptyExpressionIsNowhere() throws AbsentException {
            assertThat(location(bytes -> {})).isEqualTo(new FrameLocation.Nowhere("optimized out"));
        }

        @Test
        void beginsWithTheInitialNumber() throws AbsentException {
            var expression =
                    TestExpression.of(bytes -> op(bytes, DW_OP_plus_uconst).uleb(8));

            assertThat(evaluator(expression, BuiltFrame.of(KNOWN))
                            .address(ExpressionEvaluator.parse(expression), OptionalLong.of(0x100)))
                    .isEqualTo(0x108);
        }
    }

    @Nested
    class Control {
        @Test
        void branchesAreTakenUnlessTheNumberIsZero() throws AbsentException {
            // 0: lit1 or lit0, 1: bra to 5, 4: lit7; 5: lit3, which skips lit5.
            for (var number : new int[] {0, 1}) {
                var isTaken = number == 1;
                Part code = bytes -> {
                    op(push(bytes, 9).u8(DW_OP_lit0.number() + number), DW_OP_bra)
                            .u16(1);
                    op(bytes, DW_OP_lit7);
                };
                assertThat(address(code)).isEqualTo(isTaken ? 9 : 7);
            }
        }

        @Test
        void skippedOperationsAreNotDone() throws AbsentException {
            assertThat(address(bytes -> op(op(push(bytes, 1), DW_OP_skip).u16(1), DW_OP_drop)))
                    .isEqualTo(1);
        }

        @Test
        void loopsAreLeft() throws AbsentException {
            // 0 5 { minus 1, over plus ... }: counts 5 down to 0 by a branch back.
            assertThat(address(bytes -> {
                        op(bytes, DW_OP_lit5);
                        op(op(bytes, DW_OP_lit1), DW_OP_minus);
                        op(bytes, DW_OP_dup);
                        op(bytes, DW_OP_bra).u16(-6);
                    }))
                    .isZero();
        }

        @Test
        void loopsThatDoNotEndAreErrors() {
            assertThatThrownBy(() -> address(bytes -> op(bytes, DW_OP_skip).u16(-3)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("did not end after 10000 operations");
        }

        @Test
        void calledExpressionsWorkOnTheSameStack() throws AbsentException {
            var procedure = TestExpression.of(bytes -> op(bytes, DW_OP_lit5));
            for (var code : new Part[] {
                bytes -> op(bytes, DW_OP_call2).u16(0x30),
                bytes -> op(bytes, DW_OP_call4).u32(0x30),
                bytes -> op(bytes, DW_OP_call_ref).u32(0x40)
            }) {
                var called = TestExpression.of(code).withProcedures(Map.of(0x30L, procedure, -0x40L, procedure));
                assertThat(address(called)).isEqualTo(5);
            }
        }

        @Test
        void callsOfNothingDoNothing() throws AbsentException {
            assertThat(address(bytes -> op(push(bytes, 3), DW_OP_call2).u16(0x30)))
                    .isEqualTo(3);
        }

        @Test
        void callsOfThemselvesAreErrors() {
            var itself = TestExpression.of(bytes -> op(bytes, DW_OP_call2).u16(0x30));

            assertThatThrownBy(() -> address(itself.withProcedures(Map.of(0x30L, itself))))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("calls itself");
        }
    }

    @Nested
    class Places {
        @Test
        void ofTheFileAreInTheTarget() throws AbsentException {
            assertThat(address(bytes -> op(bytes, DW_OP_addr).u64(0x10))).isEqualTo(BASE + 0x10);
            assertThat(address(bytes -> op(bytes, DW_OP_addrx).uleb(1))).isEqualTo(BASE + 0x108);
            assertThat(address(bytes -> op(bytes, DW_OP_constx).uleb(1))).isEqualTo(0x108);
            assertAbsent(
                    AbsenceReason.OPTIMIZED_OUT,
                    "address 0x8000 of the file is nowhere",
                    () -> address(bytes -> op(bytes, DW_OP_addr).u64(TestExpression.NOWHERE)));
        }

        @Test
        void countFromRegisters() throws AbsentException {
            assertThat(address(bytes -> op(bytes, DW_OP_breg3).sleb(-8))).isEqualTo(BASE - 8);
            assertThat(address(bytes -> op(bytes, DW_OP_bregx).uleb(3).sleb(8))).isEqualTo(BASE + 8);
            assertThat(address(4, bytes -> op(bytes, DW_OP_breg0).sleb(1))).isEqualTo(0x5566_7789L);
            for (var register : new long[] {2, 100, -1}) {
                assertAbsent(
                        AbsenceReason.OPTIMIZED_OUT,
                        "of the frame is not known",
                        () -> address(
                                bytes -> op(bytes, DW_OP_bregx).uleb(register).sleb(0)));
            }
        }

        @Test
        void countFromTheFrame() throws AbsentException {
            Part code = bytes -> op(bytes, DW_OP_fbreg).sleb(-16);
            var expression = TestExpression.of(code);

            assertThat(address(bytes -> op(bytes, DW_OP_call_frame_cfa))).isEqualTo(CFA);
            assertThat(address(expression.withFrameBase(TestExpression.of(bytes -> op(bytes, DW_OP_call_frame_cfa)))))
                    .isEqualTo(CFA - 16);
            assertThat(address(expression.withFrameBase(TestExpression.of(bytes -> op(bytes, DW_OP_reg3)))))
                    .isEqualTo(BASE - 16);
            assertAbsent(AbsenceReason.OPTIMIZED_OUT, "the frame has no base", () -> address(code));
            assertAbsent(
                    AbsenceReason.OPTIMIZED_OUT,
                    "the frame's address is not known",
                    () -> evaluator(TestExpression.of(bytes -> {}), BuiltFrame.of(KNOWN))
                            .address(
                                    ExpressionEvaluator.parse(
                                            TestExpression.of(bytes -> op(bytes, DW_OP_call_frame_cfa))),
                                    OptionalLong.empty()));
        }

        @Test
        void ofABaseThatCountsFromItselfAreErrors() {
            var expression = TestExpression.of(bytes -> op(bytes, DW_OP_fbreg).sleb(0));

            assertThatThrownBy(() -> address(expression.withFrameBase(expression)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("counted from itself");
        }

        @Test
        void areReadFromMemory() throws AbsentException {
            Part pushed = bytes -> push(bytes, BASE);
            assertThat(address(bytes -> op(push(bytes, BASE), DW_OP_deref))).isEqualTo(0x8877_6655_4433_2211L);
            assertThat(address(4, bytes -> op(push(bytes, BASE), DW_OP_deref))).isEqualTo(0x4433_2211L);
            assertThat(address(bytes -> {
                        pushed.addTo(bytes);
                        op(bytes, DW_OP_deref_size).u8(3);
                    }))
                    .isEqualTo(0x33_2211L);
            assertThatThrownBy(() -> address(bytes -> op(push(bytes, 0x10), DW_OP_deref)))
                    .isInstanceOf(FaultException.class);
            for (var byteSize : new int[] {0, 9, 255}) {
                assertThatThrownBy(() -> address(
                                bytes -> op(push(bytes, BASE), DW_OP_deref_size).u8(byteSize)))
                        .isInstanceOf(OperationFailedException.class)
                        .hasMessageContaining("reads a number of " + byteSize + " bytes");
            }
        }

        @Test
        void areToldApart() throws AbsentException {
            assertThat(location(
                            bytes -> op(push(bytes, 0x10), DW_OP_plus_uconst).uleb(1)))
                    .isEqualTo(new FrameLocation.InMemory(0x11));
            assertThat(location(bytes -> op(bytes, DW_OP_reg5))).isEqualTo(new FrameLocation.OfRegister(5));
            assertThat(location(bytes -> op(bytes, DW_OP_regx).uleb(17))).isEqualTo(new FrameLocation.OfRegister(17));
            assertThat(location(bytes -> op(push(bytes, 7), DW_OP_stack_value)))
                    .isEqualTo(new FrameLocation.Computed(7, Optional.empty()));
            assertThat(location(
                            bytes -> op(bytes, DW_OP_implicit_pointer).u32(0).sleb(0)))
                    .isInstanceOf(FrameLocation.Nowhere.class);
            assertThat(((FrameLocation.Constant) location(
                                    bytes -> op(bytes, DW_OP_implicit_value).block(block -> block.u8s(1, 2, 3))))
                            .content())
                    .containsExactly(1, 2, 3);
        }

        @Test
        void inRegistersAreAddressesByTheirValue() throws AbsentException {
            assertThat(address(bytes -> op(bytes, DW_OP_reg3))).isEqualTo(BASE);
            assertAbsent(
                    AbsenceReason.NOT_IMPLEMENTED,
                    "no address",
                    () -> address(
                            bytes -> op(op(bytes, DW_OP_reg3), DW_OP_piece).uleb(8)));
        }

        @Test
        void areInPieces() throws AbsentException {
            assertThat(location(bytes -> {
                        op(op(bytes, DW_OP_reg0), DW_OP_piece).uleb(8);
                        op(bytes, DW_OP_piece).uleb(4);
                        op(push(bytes, BASE), DW_OP_bit_piece).uleb(3).uleb(5);
                    }))
                    .isEqualTo(new FrameLocation.Pieces(java.util.List.of(
                            new FrameLocation.Piece(new FrameLocation.OfRegister(0), 64, 0),
                            new FrameLocation.Piece(new FrameLocation.Nowhere("optimized out"), 32, 0),
                            new FrameLocation.Piece(new FrameLocation.InMemory(BASE), 3, 5))));
        }

        @Test
        void areNotInPiecesWithoutBound() {
            assertThatThrownBy(() -> location(bytes -> {
                        for (var count = 0; count <= 4096; count++) {
                            op(bytes, DW_OP_piece).uleb(1);
                        }
                    }))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("more than 4096 pieces");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DW_OP_push_object_address",
                    "DW_OP_form_tls_address",
                    "DW_OP_GNU_push_tls_address",
                    "DW_OP_xderef"
                })
        void thatAreNotKnownAreAbsent(DwOperation operation) {
            assertAbsent(
                    AbsenceReason.NOT_IMPLEMENTED,
                    operation + " is not evaluated",
                    () -> address(bytes -> op(push(bytes, 1), operation)));
        }
    }

    @Nested
    class Typed {
        private static final int MINUS_16 = -16;

        private static long ofInts(DwOperation operation, int type, long left, long right) throws AbsentException {
            return address(bytes -> {
                op(push(push(bytes, type, left, 4), type, right, 4), operation);
                op(bytes, DW_OP_convert).uleb(0);
            });
        }

        @ParameterizedTest
        @CsvSource({
            "plus, 0x7fffffff, 1, -0x80000000, 0x80000000",
            "minus, 0, 1, -1, 0xffffffff",
            "mul, 0x10000, 0x10001, 0x10000, 0x10000",
            "div, -6, 2, -3, 0x7ffffffd",
            "mod, -7, 4, -3, 1",
            "and, -1, 15, 15, 15",
            "or, 1, 2, 3, 3",
            "xor, 3, 1, 2, 2",
            "shl, 1, 4, 16, 16",
            "shr, -16, 2, 0x3ffffffc, 0x3ffffffc",
            "shra, -16, 2, -4, 0xfffffffc",
            "lt, -1, 1, 1, 0",
            "gt, -1, 1, 0, 1",
            "le, 1, 1, 1, 1",
            "ge, 0, 1, 0, 0",
            "eq, 1, 1, 1, 1",
            "ne, 1, 1, 0, 0"
        })
        void integersAreComputedInTheirType(String name, String left, String right, String ofInt, String ofUnsigned)
                throws AbsentException {
            var operation = DwOperation.valueOf("DW_OP_" + name);

            assertThat(ofInts(operation, TestTypes.INT, Long.decode(left), Long.decode(right)))
                    .isEqualTo(Long.decode(ofInt));
            assertThat(ofInts(operation, TestTypes.UNSIGNED, Long.decode(left), Long.decode(right)))
                    .isEqualTo(Long.decode(ofUnsigned));
        }

        @Test
        void numbersOfDifferentKindsAreNotComputed() {
            assertThatThrownBy(() -> address(bytes -> op(push(push(bytes, 1), TestTypes.INT, 1, 4), DW_OP_plus)))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("different types");
        }

        @Test
        void floatingPointNumbersAreComputedInTheirType() throws AbsentException {
            var bits = Double.doubleToLongBits(1.5);
            Part half = bytes -> {
                push(push(bytes, TestTypes.DOUBLE, bits, 8), TestTypes.DOUBLE, Double.doubleToLongBits(2.25), 8);
                op(bytes, DW_OP_mul);
            };

            assertThat(address(bytes -> {
                        half.addTo(bytes);
                        op(bytes, DW_OP_convert).uleb(0);
                    }))
                    .isEqualTo(3);
            assertThat(address(bytes -> {
                        half.addTo(bytes);
                        op(bytes, DW_OP_reinterpret).uleb(TestTypes.LONG);
                    }))
                    .isEqualTo(Double.doubleToLongBits(3.375));
            assertThat(address(bytes -> {
                        half.addTo(bytes);
                        op(op(bytes, DW_OP_neg), DW_OP_abs);
                        op(bytes, DW_OP_convert).uleb(TestTypes.FLOAT);
                        op(bytes, DW_OP_reinterpret).uleb(TestTypes.INT);
                    }))
                    .isEqualTo(Float.floatToIntBits(3.375f));
        }

        @Test
        void oneNumberIsComputedInItsType() throws AbsentException {
            for (var operation : new DwOperation[] {DW_OP_abs, DW_OP_neg}) {
                assertThat(address(bytes -> op(push(bytes, TestTypes.INT, MINUS_16, 4), operation)))
                        .isEqualTo(16);
            }
            assertThat(address(bytes -> op(push(bytes, TestTypes.CHAR, 0, 1), DW_OP_not)))
                    .isEqualTo(-1);
            assertThat(address(bytes -> op(push(bytes, TestTypes.CHAR, 0x7f, 1), DW_OP_plus_uconst)
                            .uleb(1)))
                    .isEqualTo(-0x80);
        }

        @Test
        void numbersOfTheGenericTypeAreSignedWhenTheyAreConverted() throws AbsentException {
            assertThat(address(4, bytes -> op(push(bytes, -1), DW_OP_convert).uleb(TestTypes.LONG)))
                    .isEqualTo(-1);
            assertThat(address(bytes -> op(push(bytes, 0x1ff), DW_OP_convert).uleb(TestTypes.CHAR)))
                    .isEqualTo(-1);
        }

        @Test
        void numbersAreTakenFromMemoryAndRegisters() throws AbsentException {
            assertThat(address(bytes ->
                            op(push(bytes, BASE + 4), DW_OP_deref_type).u8(4).uleb(TestTypes.INT)))
                    .isEqualTo(0x8877_6655);
            assertThat(address(bytes -> op(bytes, DW_OP_regval_type).uleb(0).uleb(TestTypes.CHAR)))
                    .isEqualTo((byte) 0x88);
            assertThat(address(bytes -> op(bytes, DW_OP_GNU_regval_type).uleb(0).uleb(TestTypes.INT)))
                    .isEqualTo(0x5566_7788);
            assertAbsent(
                    AbsenceReason.NOT_IMPLEMENTED,
                    "a register of 16 bytes",
                    () -> address(bytes -> op(bytes, DW_OP_regval_type).uleb(0).uleb(TestTypes.INT128)));
        }

        @Test
        void branchesAreByTheirValue() throws AbsentException {
            for (var number : new int[] {0, 1}) {
                assertThat(address(bytes -> {
                            op(push(push(bytes, 9), TestTypes.INT, number, 4), DW_OP_bra)
                                    .u16(1);
                            op(bytes, DW_OP_lit7);
                        }))
                        .isEqualTo(number == 0 ? 7 : 9);
            }
        }

        @Test
        void bitsOfFloatingPointNumbersAreNotComputed() {
            assertThatThrownBy(() -> address(bytes ->
                            op(push(push(bytes, TestTypes.DOUBLE, 1, 8), TestTypes.DOUBLE, 1, 8), DW_OP_and)))
                    .isInstanceOf(org.wyrm.base.error.DebuggerException.class);
        }

        @Test
        void constantsOfTooFewBytesAreErrors() {
            assertThatThrownBy(() -> address(bytes -> push(bytes, TestTypes.LONG, 1, 2)))
                    .isInstanceOf(OperationFailedException.class);
        }
    }

    @Nested
    class ValuesAtTheEntry {
        @Test
        void ofWhatIsNoRegisterAreAbsent() {
            for (var nested : new Part[] {
                bytes -> {},
                bytes -> op(bytes, DW_OP_call_frame_cfa),
                bytes -> op(bytes, DW_OP_breg3).sleb(0),
                bytes -> op(op(bytes, DW_OP_reg3), DW_OP_stack_value),
                bytes -> op(bytes, DW_OP_lit1)
            }) {
                assertAbsent(
                        AbsenceReason.NOT_IMPLEMENTED,
                        "not of a register",
                        () -> address(bytes -> op(bytes, DW_OP_entry_value).block(nested)));
            }
        }

        @Test
        void areAbsentWithoutACaller() {
            assertAbsent(
                    AbsenceReason.OPTIMIZED_OUT,
                    "is lost",
                    () -> address(bytes -> op(bytes, DW_OP_GNU_entry_value).block(nested -> op(nested, DW_OP_reg5))));
        }
    }
}
