package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;
import static org.wyrm.unwind.TestEvaluation.*;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.program.AbsenceReason;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

class ExpressionEvaluatorTest {
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
