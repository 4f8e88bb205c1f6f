package org.wyrm.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwOperation.*;
import static org.wyrm.unwind.TestEvaluation.*;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.program.AbsenceReason;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/** Numbers of base types in expressions: from DWARF 5 on. */
class TypedExpressionsTest {
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
