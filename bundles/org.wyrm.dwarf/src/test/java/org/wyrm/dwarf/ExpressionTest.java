package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwOperand;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

class ExpressionTest {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final UnitEncoding VERSION_5 = new UnitEncoding(5, 4, 8);

    private static byte[] bytes(ByteOrder order, Part part) {
        var builder = new SectionBuilder(order, 4);
        part.addTo(builder);
        return builder.build();
    }

    private static Expression parse(ByteOrder order, UnitEncoding encoding, Part part) {
        return Expression.parse(ByteSlice.of(".debug_info", bytes(order, part), order), encoding);
    }

    private static Expression parse(Part part) {
        return parse(LITTLE, VERSION_5, part);
    }

    private static List<Operand> operands(Part part) {
        return parse(part).operations().getFirst().operands();
    }

    /** Adds an operand of each kind, in as many bytes as the kind has. */
    private static void add(SectionBuilder bytes, DwOperand operand) {
        switch (operand) {
            case U8, S8 -> bytes.u8(0xfe);
            case U16, S16 -> bytes.u16(0xfffe);
            case U32, S32, UNIT_DIE_4, DIE -> bytes.u32(0xffff_fffeL);
            case U64, S64, ADDRESS -> bytes.u64(-2);
            case ULEB128, ADDRESS_INDEX, REGISTER, TYPE -> bytes.uleb(300);
            case SLEB128 -> bytes.sleb(-300);
            case UNIT_DIE_2 -> bytes.u16(0xfffe);
            case BRANCH -> bytes.u16(0);
            case BLOCK, BLOCK_1 -> bytes.block(block -> block.u8(1).u8(2));
            case EXPRESSION -> bytes.block(block -> block.u8(0x55));
            case REGISTER_NUMBER, LITERAL -> {}
        }
    }

    private static Operand expected(DwOperation operation, DwOperand operand, Operand ours) {
        return switch (operand) {
            case U8 -> new Operand.Unsigned(0xfe);
            case U16 -> new Operand.Unsigned(0xfffe);
            case U32 -> new Operand.Unsigned(0xffff_fffeL);
            case U64 -> new Operand.Unsigned(-2);
            case ULEB128 -> new Operand.Unsigned(300);
            case S8, S16, S32, S64 -> new Operand.Signed(-2);
            case SLEB128 -> new Operand.Signed(-300);
            case ADDRESS -> new Operand.Address(-2);
            case ADDRESS_INDEX -> new Operand.AddressIndex(300);
            case REGISTER -> new Operand.Register(300);
            case REGISTER_NUMBER -> new Operand.Register(operation.number() & 0x1f ^ 0x10);
            case LITERAL -> new Operand.Unsigned(operation.number() - 0x30);
            case TYPE -> new Operand.BaseType(300);
            case UNIT_DIE_2 -> new Operand.UnitDie(0xfffe);
            case UNIT_DIE_4 -> new Operand.UnitDie(0xffff_fffeL);
            case DIE -> new Operand.InfoDie(0xffff_fffeL);
            case BRANCH -> new Operand.Branch(1);
            case BLOCK, BLOCK_1 -> {
                assertThat(((Operand.Block) ours).bytes().toArray(0, 2)).containsExactly(1, 2);
                yield ours;
            }
            case EXPRESSION -> new Operand.Nested(parse(bytes -> bytes.u8(0x55)));
        };
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationIsReadWithItsOperands(DwOperation operation) {
        for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            var expression = parse(order, VERSION_5, bytes -> {
                bytes.u8(operation.number());
                operation.operands().forEach(operand -> add(bytes, operand));
                bytes.u8(0x96);
            });

            assertThat(expression.operations()).hasSize(2);
            var read = expression.operations().getFirst();
            assertThat(read.operation()).isSameAs(operation);
            for (var index = 0; index < operation.operands().size(); index++) {
                var ours = read.operands().get(index);
                assertThat(ours)
                        .isEqualTo(expected(operation, operation.operands().get(index), ours));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void operationsCutOffAnywhereAreRejected(DwOperation operation) {
        var whole = bytes(LITTLE, bytes -> {
            bytes.u8(operation.number());
            operation.operands().forEach(operand -> add(bytes, operand));
        });

        for (var end = 1; end < whole.length; end++) {
            var cut = ByteSlice.of(".debug_info", Arrays.copyOf(whole, end), LITTLE);
            var thrown = assertThrows(MalformedDataException.class, () -> Expression.parse(cut, VERSION_5));
            assertThat(thrown.offsetBytes()).isBetween(1L, (long) end);
        }
    }

    @Nested
    class Operands {
        @Test
        void ofReferencesHaveTheSizeOfAnAddressInVersion2() {
            var expected = new Operand.InfoDie(0x1234_5678_9abcL);

            assertThat(parse(
                                    LITTLE,
                                    new UnitEncoding(2, 4, 8),
                                    bytes -> bytes.u8(0xf2)
                                            .u64(0x1234_5678_9abcL)
                                            .sleb(0))
                            .operations()
                            .getFirst()
                            .operands())
                    .startsWith(expected);
            assertThat(parse(
                                    LITTLE,
                                    new UnitEncoding(3, 8, 4),
                                    bytes -> bytes.u8(0x9a).u64(0x1234_5678_9abcL))
                            .operations()
                            .getFirst()
                            .operands())
                    .containsExactly(expected);
        }

        @Test
        void ofAddressesHaveTheSizeOfTheTarget() {
            assertThat(parse(
                                    LITTLE,
                                    new UnitEncoding(5, 4, 4),
                                    bytes -> bytes.u8(0x03).u32(0xc000_0000L))
                            .operations()
                            .getFirst()
                            .operands())
                    .containsExactly(new Operand.Address(0xc000_0000L));
        }

        @Test
        void ofPiecesAndRegistersAreNumbers() {
            assertThat(operands(bytes -> bytes.u8(0x93).uleb(8))).containsExactly(new Operand.Unsigned(8));
            assertThat(operands(bytes -> bytes.u8(0x9d).uleb(3).uleb(5)))
                    .containsExactly(new Operand.Unsigned(3), new Operand.Unsigned(5));
            assertThat(operands(bytes -> bytes.u8(0x77).sleb(-8)))
                    .containsExactly(new Operand.Register(7), new Operand.Signed(-8));
            assertThat(operands(bytes -> bytes.u8(0x4f))).containsExactly(new Operand.Unsigned(31));
        }

        @Test
        void ofTypeZeroAreTheGenericType() {
            assertThat(operands(bytes -> bytes.u8(0xa8).uleb(0)))
                    .singleElement()
                    .satisfies(type ->
                            assertThat(((Operand.BaseType) type).isGeneric()).isTrue());
        }

        @Test
        void areShownByTheirNames() {
            assertThat(parse(bytes -> bytes.u8(0x9f).u8(0x93).uleb(8)).operations())
                    .hasToString("[DW_OP_stack_value, DW_OP_piece(Unsigned[value=8])]");
        }
    }

    @Nested
    class Branches {
        @Test
        void leadToOperations() {
            // 0 lit1, 1 bra to 4 + 4, 4 const1u 7, 6 nop, 7 nop, 8 skip to 11 - 10.
            var expression = parse(bytes -> bytes.u8(0x31)
                    .u8(0x28)
                    .u16(4)
                    .u8(0x08)
                    .u8(7)
                    .u8(0x96)
                    .u8(0x96)
                    .u8(0x2f)
                    .u16(-10));

            assertThat(expression.operations().get(1).operands()).containsExactly(new Operand.Branch(5));
            assertThat(expression.operations().get(5).operands()).containsExactly(new Operand.Branch(1));
        }

        @Test
        void mayLeadToTheEnd() {
            assertThat(operands(bytes -> bytes.u8(0x2f).u16(1).u8(0x96))).containsExactly(new Operand.Branch(2));
        }

        @Test
        void intoOperationsOrOutsideAreRejected() {
            assertThatThrownBy(
                            () -> parse(bytes -> bytes.u8(0x2f).u16(1).u8(0x08).u8(7)))
                    .hasMessage(".debug_info+0x1: the branch leads to 0x4, into an operation");
            assertThatThrownBy(() -> parse(bytes -> bytes.u8(0x96).u8(0x28).u16(1)))
                    .hasMessage(".debug_info+0x2: the branch leads to 0x5, outside the expression");
            assertThatThrownBy(() -> parse(bytes -> bytes.u8(0x28).u16(-4)))
                    .hasMessageContaining("outside the expression");
        }
    }

    @Nested
    class Broken {
        @Test
        void operationsAreRejectedAtTheByte() {
            assertThatThrownBy(() -> parse(bytes -> bytes.u8(0x96).u8(0xff)))
                    .hasMessage(".debug_info+0x1: operation 0xff of an expression is not known");
            assertThatThrownBy(() -> parse(bytes -> bytes.u8(0x00)))
                    .hasMessage(".debug_info+0x0: operation 0x00 of an expression is not known");
        }

        @Test
        void expressionsInExpressionsHaveALimit() {
            assertThat(parse(nestedEntryValues(8)).operations()).hasSize(1);
            assertThatThrownBy(() -> parse(nestedEntryValues(9)))
                    .hasMessageEndingWith("expressions are nested more than 8 deep");
        }

        private Part nestedEntryValues(int depth) {
            return depth == 0
                    ? bytes -> bytes.u8(0x50)
                    : bytes -> bytes.u8(0xa3).block(nestedEntryValues(depth - 1));
        }
    }

    @Test
    void operationsOfAFamilyTakeTheSameOperands() {
        assertThat(Stream.of(DwOperation.values())
                        .filter(operation ->
                                !operation.operands().equals(operation.family().operands()))
                        .collect(Collectors.toList()))
                .isEmpty();
        assertThat(DwOperation.DW_OP_breg31.family()).isSameAs(DwOperation.DW_OP_breg0);
        assertThat(DwOperation.DW_OP_GNU_entry_value.family()).isSameAs(DwOperation.DW_OP_entry_value);
        assertThat(DwOperation.DW_OP_and.family()).isSameAs(DwOperation.DW_OP_and);
    }

    @Test
    void operationsAreFoundByTheirNumbers() {
        for (var operation : DwOperation.values()) {
            assertThat(DwOperation.find(operation.number())).contains(operation);
        }
        assertThat(DwOperation.find(256)).isEmpty();
        assertThat(DwOperation.find(-1)).isEmpty();
    }
}
