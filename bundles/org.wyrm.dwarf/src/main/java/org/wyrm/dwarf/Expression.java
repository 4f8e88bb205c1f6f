package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.constants.DwOperand;
import org.wyrm.dwarf.constants.DwOperation;

/**
 * An expression as data: operations with their operands, in their order. Nothing is evaluated here.
 *
 * <p>Reads what DWARF 2 to 5 define and what GCC adds. Of an operation that is not known, not even the end is, so an
 * expression that has one is rejected. Branches lead to operations, or to the end. Immutable and thread-safe.
 *
 * @param operations in their order
 * @dwarf 7.7.1 DWARF Expressions
 */
public record Expression(List<Operation> operations) {
    /** How deep {@code DW_OP_entry_value} may be in itself; producers nest it once. */
    private static final int MAX_DEPTH = 8;

    /** Keeps a copy. */
    public Expression {
        operations = List.copyOf(operations);
    }

    /**
     * Decodes an expression.
     *
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static Expression parse(ByteSlice bytes, UnitEncoding encoding) {
        return parse(bytes, encoding, 0);
    }

    private static Expression parse(ByteSlice bytes, UnitEncoding encoding, int depth) {
        return new Parser(bytes, encoding, depth).parse();
    }

    /** Decodes one expression. */
    private static final class Parser {
        private final ByteSlice bytes;
        private final UnitEncoding encoding;
        private final int depth;
        private final SectionCursor cursor;
        private final List<Operation> operations = new ArrayList<>();

        Parser(ByteSlice bytes, UnitEncoding encoding, int depth) {
            this.bytes = bytes;
            this.encoding = encoding;
            this.depth = depth;
            cursor = new SectionCursor(bytes, 0, SectionCursor.SMALL_WINDOW);
        }

        Expression parse() {
            var hasBranches = false;
            while (cursor.hasRemaining()) {
                var offset = cursor.position();
                var number = cursor.u8();
                var operation = DwOperation.find(number)
                        .orElseThrow(() -> bytes.malformed(
                                offset, "operation 0x%02x of an expression is not known".formatted(number)));
                var operands = new ArrayList<Operand>(operation.operands().size());
                for (var operand : operation.operands()) {
                    operands.add(operand(operation, operand));
                    hasBranches |= operand == DwOperand.BRANCH;
                }
                operations.add(new Operation(offset, operation, operands));
            }
            if (hasBranches) {
                var offsets = operationOffsets();
                operations.replaceAll(operation -> withIndexOfTarget(operation, offsets));
            }
            return new Expression(operations);
        }

        private Operand operand(DwOperation operation, DwOperand operand) {
            return switch (operand) {
                case U8 -> new Operand.Unsigned(cursor.u8());
                case U16 -> new Operand.Unsigned(cursor.u16());
                case U32 -> new Operand.Unsigned(cursor.u32());
                case U64 -> new Operand.Unsigned(cursor.u64());
                case ULEB128 -> new Operand.Unsigned(cursor.uleb128());
                case LITERAL -> new Operand.Unsigned(operation.number() - DwOperation.DW_OP_lit0.number());
                case S8 -> new Operand.Signed((byte) cursor.u8());
                case S16 -> new Operand.Signed((short) cursor.u16());
                case S32 -> new Operand.Signed(cursor.s32());
                case S64 -> new Operand.Signed(cursor.u64());
                case SLEB128 -> new Operand.Signed(cursor.sleb128());
                case ADDRESS -> new Operand.Address(cursor.unsigned(encoding.addressByteSize()));
                case ADDRESS_INDEX -> new Operand.AddressIndex(cursor.uleb128());
                case REGISTER -> new Operand.Register(cursor.uleb128());
                case REGISTER_NUMBER ->
                    new Operand.Register(operation.number() - operation.family().number());
                case TYPE -> new Operand.BaseType(cursor.uleb128());
                case UNIT_DIE_2 -> new Operand.UnitDie(cursor.u16());
                case UNIT_DIE_4 -> new Operand.UnitDie(cursor.u32());
                // DWARF 2 §7.5.4: a reference had the size of an address.
                case DIE ->
                    new Operand.InfoDie(cursor.unsigned(
                            encoding.version() == 2 ? encoding.addressByteSize() : encoding.offsetByteSize()));
                case BRANCH -> branch();
                case BLOCK -> new Operand.Block(cursor.block(cursor.uleb128()));
                case BLOCK_1 -> new Operand.Block(cursor.block(cursor.u8()));
                case EXPRESSION -> nested();
            };
        }

        private Operand nested() {
            var start = cursor.position();
            if (depth == MAX_DEPTH) {
                throw bytes.malformed(start, "expressions are nested more than " + MAX_DEPTH + " deep");
            }
            return new Operand.Nested(Expression.parse(cursor.block(cursor.uleb128()), encoding, depth + 1));
        }

        /** {@return the target as an offset, which is made an index when all operations are known} */
        private Operand branch() {
            var start = cursor.position();
            var target = (short) cursor.u16() + cursor.position();
            if (target < 0 || target > bytes.byteSize()) {
                throw bytes.malformed(start, "the branch leads to 0x%x, outside the expression".formatted(target));
            }
            return new Operand.Branch((int) target);
        }

        private Operation withIndexOfTarget(Operation operation, long[] offsets) {
            if (operation.operands().size() != 1
                    || !(operation.operands().getFirst() instanceof Operand.Branch branch)) {
                return operation;
            }
            var index = Arrays.binarySearch(offsets, branch.operationIndex());
            if (index < 0) {
                throw bytes.malformed(
                        operation.offset() + 1,
                        "the branch leads to 0x%x, into an operation".formatted(branch.operationIndex()));
            }
            return new Operation(operation.offset(), operation.operation(), List.of(new Operand.Branch(index)));
        }

        private long[] operationOffsets() {
            var offsets = new long[operations.size() + 1];
            for (var index = 0; index < operations.size(); index++) {
                offsets[index] = operations.get(index).offset();
            }
            offsets[operations.size()] = bytes.byteSize();
            return offsets;
        }
    }
}
