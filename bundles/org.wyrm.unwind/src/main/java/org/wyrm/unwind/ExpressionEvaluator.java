package org.wyrm.unwind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.Operand;
import org.wyrm.dwarf.Operation;
import org.wyrm.dwarf.UnitEncoding;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.Program;
import org.wyrm.program.UnaryOperator;
import org.wyrm.program.Value;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeRef;
import org.wyrm.unwind.FrameLocation.Piece;

/**
 * Evaluates expressions of DWARF in a frame. Confined to one thread; bounded in steps, depth of the stack and of calls.
 *
 * @dwarf 2.5 DWARF Expressions
 */
final class ExpressionEvaluator {
    private static final int MAX_STEPS = 10_000;
    private static final int MAX_STACK = 256;
    private static final int MAX_NESTING = 16;
    private static final int MAX_PIECES = 4096;

    /** Of the largest vector register, and far more. */
    private static final int MAX_PIECE_BIT_OFFSET = 1 << 16;

    private final Program program;
    private final TargetMemory memory;
    private final PhysicalFrame frame;
    private final Context context;
    private final int addressByteSize;
    private final ArrayDeque<Item> stack = new ArrayDeque<>();
    private final List<Piece> pieces = new ArrayList<>();
    /** Of what stands before the next piece; null if it is what is on the stack. */
    private @Nullable FrameLocation location;

    private int steps;

    /** What operations refer to beyond the frame. */
    interface Context {
        /** {@return where an address of the file is in the target} */
        OptionalLong toTarget(long fileAddress);

        /** {@return the unit's expression, if this is of a unit} */
        default Optional<LocationExpression> unit() {
            return Optional.empty();
        }

        /**
         * {@return what a register had when the function was entered}
         *
         * @throws AbsentException if that is not known
         */
        default FrameLocation.Computed entryValue(int register) throws AbsentException {
            throw AbsentException.optimizedOut("the value at the function's entry is not known");
        }
    }

    /**
     * What is on the stack.
     *
     * @param bits as an unsigned number of the size of an address; of the generic type only
     * @param typed a number of a base type; null for the generic type
     */
    private record Item(long bits, @Nullable Value typed) {}

    ExpressionEvaluator(
            Program program, TargetMemory memory, PhysicalFrame frame, Context context, int addressByteSize) {
        this.program = program;
        this.memory = memory;
        this.frame = frame;
        this.context = context;
        this.addressByteSize = addressByteSize;
    }

    /**
     * {@return the number that an expression computes: a CFA, an address}
     *
     * @param initial what is on the stack at the beginning
     */
    long address(Expression expression, OptionalLong initial) throws AbsentException {
        initial.ifPresent(value -> stack.push(new Item(value, null)));
        run(expression, 0);
        if (location != null || !pieces.isEmpty()) {
            if (location instanceof FrameLocation.OfRegister of && pieces.isEmpty()) {
                return register(of.number());
            }
            throw AbsentException.notImplemented("the expression is no address");
        }
        return popAddress();
    }

    /** {@return the number that an expression computes, which may be of a base type} */
    FrameLocation.Computed number(Expression expression) throws AbsentException {
        run(expression, 0);
        if (location instanceof FrameLocation.OfRegister of) {
            return new FrameLocation.Computed(register(of.number()), Optional.empty());
        }
        if (location instanceof FrameLocation.Computed computed) {
            return computed;
        }
        var item = pop();
        return new FrameLocation.Computed(item.bits, Optional.ofNullable(item.typed));
    }

    /** {@return where an expression says that an object is} */
    FrameLocation location(Expression expression) throws AbsentException {
        run(expression, 0);
        if (!pieces.isEmpty()) {
            return new FrameLocation.Pieces(List.copyOf(pieces));
        }
        return taken();
    }

    /** {@return what stands before a piece or the end, and takes it} */
    private FrameLocation taken() throws AbsentException {
        var known = location;
        location = null;
        if (known != null) {
            return known;
        }
        return stack.isEmpty() ? new FrameLocation.Nowhere("optimized out") : new FrameLocation.InMemory(popAddress());
    }

    private void run(Expression expression, int nesting) throws AbsentException {
        if (nesting > MAX_NESTING) {
            throw new OperationFailedException("an expression of DWARF calls itself " + nesting + " times");
        }
        var operations = expression.operations();
        for (var index = 0; index < operations.size(); ) {
            if (++steps > MAX_STEPS) {
                throw new OperationFailedException(
                        "an expression of DWARF did not end after " + MAX_STEPS + " operations");
            }
            program.cancellation().check();
            var operation = operations.get(index);
            var next = execute(operation, nesting);
            index = next < 0 ? index + 1 : next;
            if (stack.size() > MAX_STACK) {
                throw new OperationFailedException(
                        "an expression of DWARF has more than " + MAX_STACK + " numbers on its stack");
            }
        }
    }

    /** {@return the index of the operation that follows, -1 for the next one} */
    private int execute(Operation operation, int nesting) throws AbsentException {
        var operands = operation.operands();
        switch (operation.operation().family()) {
            case DW_OP_addr -> push(target(((Operand.Address) operands.getFirst()).address()));
            case DW_OP_addrx -> push(target(indexed(operands.getFirst())));
            case DW_OP_constx -> push(indexed(operands.getFirst()));
            case DW_OP_lit0,
                    DW_OP_const1u,
                    DW_OP_const1s,
                    DW_OP_const2u,
                    DW_OP_const2s,
                    DW_OP_const4u,
                    DW_OP_const4s,
                    DW_OP_const8u,
                    DW_OP_const8s,
                    DW_OP_constu,
                    DW_OP_consts -> push(number(operands.getFirst()));
            case DW_OP_reg0, DW_OP_regx -> location = new FrameLocation.OfRegister(registerNumber(operands.getFirst()));
            case DW_OP_breg0, DW_OP_bregx ->
                push(register(registerNumber(operands.getFirst())) + number(operands.get(1)));
            case DW_OP_fbreg -> push(frameBase(nesting) + number(operands.getFirst()));
            case DW_OP_call_frame_cfa ->
                push(frame.cfa().orElseThrow(() -> AbsentException.optimizedOut("the frame's address is not known")));
            case DW_OP_dup -> stack.push(peek(0));
            case DW_OP_drop -> pop();
            case DW_OP_over -> stack.push(peek(1));
            case DW_OP_pick -> stack.push(peek((int) number(operands.getFirst())));
            case DW_OP_swap -> {
                var top = pop();
                var second = pop();
                stack.push(top);
                stack.push(second);
            }
            case DW_OP_rot -> {
                var first = pop();
                var second = pop();
                var third = pop();
                stack.push(first);
                stack.push(third);
                stack.push(second);
            }
            case DW_OP_deref -> push(read(popAddress(), addressByteSize));
            case DW_OP_deref_size -> push(read(popAddress(), (int) number(operands.getFirst())));
            case DW_OP_deref_type -> {
                var type = type(operands.get(1));
                stack.push(typed(type, memory.bytes(popAddress(), size(type))));
            }
            case DW_OP_regval_type, DW_OP_GNU_regval_type -> {
                var type = type(operands.get(1));
                stack.push(typed(type, bytes(register(registerNumber(operands.getFirst())), size(type))));
            }
            case DW_OP_const_type -> {
                var type = type(operands.getFirst());
                var content = ((Operand.Block) operands.get(1)).bytes();
                stack.push(typed(type, content.toArray(0, content.byteSize())));
            }
            case DW_OP_convert -> convert(operands.getFirst(), false);
            case DW_OP_reinterpret -> convert(operands.getFirst(), true);
            case DW_OP_plus_uconst -> {
                var item = pop();
                stack.push(
                        item.typed == null
                                ? new Item(cut(item.bits + number(operands.getFirst())), null)
                                : binary(
                                        DwOperation.DW_OP_plus,
                                        item,
                                        new Item(0, program.scalar(item.typed.type(), number(operands.getFirst())))));
            }
            case DW_OP_abs, DW_OP_neg, DW_OP_not ->
                stack.push(unary(operation.operation().family(), pop()));
            case DW_OP_and,
                    DW_OP_div,
                    DW_OP_minus,
                    DW_OP_mod,
                    DW_OP_mul,
                    DW_OP_or,
                    DW_OP_plus,
                    DW_OP_shl,
                    DW_OP_shr,
                    DW_OP_shra,
                    DW_OP_xor,
                    DW_OP_eq,
                    DW_OP_ge,
                    DW_OP_gt,
                    DW_OP_le,
                    DW_OP_lt,
                    DW_OP_ne -> {
                var right = pop();
                var left = pop();
                stack.push(binary(operation.operation().family(), left, right));
            }
            case DW_OP_skip -> {
                return ((Operand.Branch) operands.getFirst()).operationIndex();
            }
            case DW_OP_bra -> {
                if (!isZero(pop())) {
                    return ((Operand.Branch) operands.getFirst()).operationIndex();
                }
            }
            case DW_OP_call2, DW_OP_call4 ->
                call(((Operand.UnitDie) operands.getFirst()).offsetInUnit(), true, nesting);
            case DW_OP_call_ref -> call(((Operand.InfoDie) operands.getFirst()).offset(), false, nesting);
            case DW_OP_entry_value -> stack.push(entryValue(((Operand.Nested) operands.getFirst()).expression()));
            case DW_OP_piece -> addPiece(number(operands.getFirst()) * Byte.SIZE, 0);
            case DW_OP_bit_piece -> addPiece(number(operands.getFirst()), number(operands.get(1)));
            case DW_OP_stack_value -> location = value(pop());
            case DW_OP_implicit_value -> {
                var content = ((Operand.Block) operands.getFirst()).bytes();
                location = new FrameLocation.Constant(content.toArray(0, content.byteSize()));
            }
            case DW_OP_nop, DW_OP_GNU_uninit -> {}
            case DW_OP_implicit_pointer ->
                location = new FrameLocation.Nowhere("a pointer to something that has no address");
            default -> throw AbsentException.notImplemented(operation.operation() + " is not evaluated");
        }
        return -1;
    }

    private long target(long fileAddress) throws AbsentException {
        var address = context.toTarget(fileAddress);
        if (address.isEmpty()) {
            throw AbsentException.optimizedOut("address 0x%x of the file is nowhere".formatted(fileAddress));
        }
        return address.getAsLong();
    }

    private LocationExpression unit() throws AbsentException {
        return context.unit().orElseThrow(() -> AbsentException.notImplemented("the expression is of no unit"));
    }

    private long indexed(Operand operand) throws AbsentException {
        return unit().indexedAddress(((Operand.AddressIndex) operand).index());
    }

    private static long number(Operand operand) {
        return operand instanceof Operand.Signed signed ? signed.value() : ((Operand.Unsigned) operand).value();
    }

    private static int registerNumber(Operand operand) {
        return (int) Math.min(((Operand.Register) operand).number(), Integer.MAX_VALUE);
    }

    private long register(int number) throws AbsentException {
        if (!frame.registers().has(number)) {
            throw AbsentException.optimizedOut("register " + number + " of the frame is not known");
        }
        return frame.registers().value(number);
    }

    private long frameBase(int nesting) throws AbsentException {
        var base = unit().frameBase().orElseThrow(() -> AbsentException.optimizedOut("the frame has no base"));
        if (nesting >= MAX_NESTING) {
            throw new OperationFailedException("the frame's base is counted from itself");
        }
        return new ExpressionEvaluator(program, memory, frame, context, addressByteSize)
                .nestedAddress(parse(base), nesting + 1);
    }

    private long nestedAddress(Expression expression, int nesting) throws AbsentException {
        run(expression, nesting);
        if (location instanceof FrameLocation.OfRegister of) {
            return register(of.number());
        }
        return popAddress();
    }

    static Expression parse(LocationExpression expression) {
        return Expression.parse(
                expression.code(),
                new UnitEncoding(expression.version(), expression.offsetByteSize(), expression.addressByteSize()));
    }

    private void call(long offset, boolean isInUnit, int nesting) throws AbsentException {
        var called = unit().procedure(offset, isInUnit);
        if (called.isPresent()) {
            run(parse(called.get()), nesting + 1);
        }
    }

    private void addPiece(long bitSize, long bitOffset) throws AbsentException {
        if (pieces.size() >= MAX_PIECES) {
            throw new OperationFailedException("an object is in more than " + MAX_PIECES + " pieces");
        }
        if (bitOffset < 0 || bitOffset > MAX_PIECE_BIT_OFFSET) {
            throw new OperationFailedException("a piece begins at bit " + Long.toUnsignedString(bitOffset));
        }
        pieces.add(new Piece(taken(), bitSize, bitOffset));
    }

    /** Compilers ask for a register, or for a number of a base type in one. */
    private Item entryValue(Expression expression) throws AbsentException {
        var operands = expression.operations().size() == 1
                ? expression.operations().getFirst().operands()
                : List.<Operand>of();
        var type = operands.size() == 2 && operands.get(1) instanceof Operand.BaseType base ? base : null;
        if (operands.isEmpty()
                || !(operands.getFirst() instanceof Operand.Register)
                || operands.size() > 1 && type == null) {
            throw AbsentException.notImplemented("a value at the function's entry that is not of a register");
        }
        var value = context.entryValue(registerNumber(operands.getFirst()));
        if (type == null) {
            return new Item(value.bits(), value.typed().orElse(null));
        }
        var wanted = type(type);
        return typed(
                wanted,
                value.typed().isPresent()
                        ? Arrays.copyOf(value.typed().get().bytes(), size(wanted))
                        : bytes(value.bits(), size(wanted)));
    }

    private FrameLocation value(Item item) {
        return new FrameLocation.Computed(item.bits, Optional.ofNullable(item.typed));
    }

    private void push(long bits) {
        stack.push(new Item(cut(bits), null));
    }

    private long cut(long bits) {
        return addressByteSize == Long.BYTES ? bits : bits & 0xffff_ffffL;
    }

    private long extended(long bits) {
        return addressByteSize == Long.BYTES ? bits : (int) bits;
    }

    private Item peek(int depth) {
        var at = stack.iterator();
        for (var passed = 0; passed < depth && at.hasNext(); passed++) {
            at.next();
        }
        if (!at.hasNext()) {
            throw underflow();
        }
        return at.next();
    }

    private Item pop() {
        var item = stack.poll();
        if (item == null) {
            throw underflow();
        }
        return item;
    }

    private static DebuggerException underflow() {
        return new OperationFailedException("an expression of DWARF takes more from its stack than there is");
    }

    private long popAddress() {
        var item = pop();
        return item.typed == null ? item.bits : item.typed.longValue();
    }

    private static boolean isZero(Item item) {
        return item.typed == null ? item.bits == 0 : !item.typed.booleanValue();
    }

    private long read(long address, int byteSize) {
        if (byteSize < 1 || byteSize > Long.BYTES) {
            throw new OperationFailedException("an expression of DWARF reads a number of " + byteSize + " bytes");
        }
        var content = memory.bytes(address, byteSize);
        return unsigned(content);
    }

    private long unsigned(byte[] content) {
        var number = 0L;
        var isBig = memory.order() == java.nio.ByteOrder.BIG_ENDIAN;
        for (var index = 0; index < content.length; index++) {
            number = number << Byte.SIZE | content[isBig ? index : content.length - 1 - index] & 0xff;
        }
        return number;
    }

    /** {@return the type of an operand; null for the generic one} */
    private @Nullable TargetType type(Operand operand) throws AbsentException {
        var base = (Operand.BaseType) operand;
        if (base.isGeneric()) {
            return null;
        }
        TypeRef reference = unit().baseType(base.offsetInUnit());
        return reference.resolve();
    }

    private int size(@Nullable TargetType type) {
        return type instanceof TargetType.Scalar scalar ? scalar.byteSize() : addressByteSize;
    }

    private byte[] bytes(long bits, int byteSize) throws AbsentException {
        if (byteSize > Long.BYTES) {
            throw AbsentException.notImplemented("a register of " + byteSize + " bytes");
        }
        return FrameLocation.bytes(bits, byteSize, memory.order());
    }

    private Item typed(@Nullable TargetType type, byte[] content) {
        if (type == null) {
            return new Item(cut(unsigned(Arrays.copyOf(content, Math.min(content.length, Long.BYTES)))), null);
        }
        return new Item(0, program.ofBytes(type, content));
    }

    private void convert(Operand operand, boolean keepsBits) throws AbsentException {
        var type = type(operand);
        var item = pop();
        if (type == null) {
            push(
                    item.typed == null
                            ? item.bits
                            : toInteger(item.typed, addressByteSize, true).longValue());
        } else if (keepsBits) {
            var content = item.typed == null ? bytes(item.bits, addressByteSize) : item.typed.bytes();
            stack.push(typed(type, Arrays.copyOf(content, size(type))));
        } else {
            stack.push(new Item(
                    0, item.typed == null ? program.scalar(type, extended(item.bits)) : item.typed.cast(type)));
        }
    }

    private Item unary(DwOperation operation, Item item) {
        if (item.typed == null) {
            var number = extended(item.bits);
            return new Item(
                    cut(
                            switch (operation) {
                                case DW_OP_abs -> Math.abs(number);
                                case DW_OP_neg -> -number;
                                default -> ~number;
                            }),
                    null);
        }
        var number = item.typed;
        var isNegative = operation == DwOperation.DW_OP_abs
                && number.apply(BinaryOperator.LESS, program.scalar(number.type(), 0))
                        .booleanValue();
        if (operation == DwOperation.DW_OP_abs && !isNegative) {
            return item;
        }
        var operator = operation == DwOperation.DW_OP_not ? UnaryOperator.COMPLEMENT : UnaryOperator.MINUS;
        return new Item(0, number.apply(operator).cast(number.type()));
    }

    private Item binary(DwOperation operation, Item left, Item right) {
        if (left.typed != null && right.typed != null) {
            var result = shifted(operation, left.typed).apply(operator(operation), right.typed);
            return isComparison(operation)
                    ? new Item(result.longValue(), null)
                    : new Item(0, result.cast(left.typed.type()));
        }
        if (left.typed != null || right.typed != null) {
            throw new OperationFailedException("an expression of DWARF computes with numbers of different types");
        }
        return new Item(cut(generic(operation, left.bits, right.bits)), null);
    }

    /** {@return a number whose sign is such that a shift to the right fills with what the operation says} */
    private Value shifted(DwOperation operation, Value number) {
        var isArithmetic = operation == DwOperation.DW_OP_shra;
        return (isArithmetic || operation == DwOperation.DW_OP_shr)
                        && number.type() instanceof TargetType.IntType type
                        && type.signed() != isArithmetic
                ? toInteger(number, type.byteSize(), isArithmetic)
                : number;
    }

    private static Value toInteger(Value number, int byteSize, boolean isSigned) {
        return number.cast(new TargetType.IntType(number.type().ref(), "integer", byteSize, isSigned));
    }

    private static boolean isComparison(DwOperation operation) {
        return switch (operation) {
            case DW_OP_eq, DW_OP_ge, DW_OP_gt, DW_OP_le, DW_OP_lt, DW_OP_ne -> true;
            default -> false;
        };
    }

    private static BinaryOperator operator(DwOperation operation) {
        return switch (operation) {
            case DW_OP_and -> BinaryOperator.AND;
            case DW_OP_div -> BinaryOperator.DIVIDE;
            case DW_OP_minus -> BinaryOperator.SUBTRACT;
            case DW_OP_mod -> BinaryOperator.REMAINDER;
            case DW_OP_mul -> BinaryOperator.MULTIPLY;
            case DW_OP_or -> BinaryOperator.OR;
            case DW_OP_plus -> BinaryOperator.ADD;
            case DW_OP_shl -> BinaryOperator.SHIFT_LEFT;
            case DW_OP_shr, DW_OP_shra -> BinaryOperator.SHIFT_RIGHT;
            case DW_OP_xor -> BinaryOperator.XOR;
            case DW_OP_eq -> BinaryOperator.EQUAL;
            case DW_OP_ge -> BinaryOperator.GREATER_OR_EQUAL;
            case DW_OP_gt -> BinaryOperator.GREATER;
            case DW_OP_le -> BinaryOperator.LESS_OR_EQUAL;
            case DW_OP_lt -> BinaryOperator.LESS;
            default -> BinaryOperator.NOT_EQUAL;
        };
    }

    /** Comparisons, division and the arithmetic shift are signed; the remainder and the other shifts are not. */
    private long generic(DwOperation operation, long left, long right) {
        var bits = addressByteSize * Byte.SIZE;
        var isWide = Long.compareUnsigned(right, bits) >= 0;
        return switch (operation) {
            case DW_OP_and -> left & right;
            case DW_OP_or -> left | right;
            case DW_OP_xor -> left ^ right;
            case DW_OP_plus -> left + right;
            case DW_OP_minus -> left - right;
            case DW_OP_mul -> left * right;
            case DW_OP_div -> extended(left) / divisor(extended(right));
            case DW_OP_mod -> Long.remainderUnsigned(left, divisor(right));
            case DW_OP_shl -> isWide ? 0 : left << right;
            case DW_OP_shr -> isWide ? 0 : left >>> right;
            case DW_OP_shra -> extended(left) >> (isWide ? bits - 1 : right);
            case DW_OP_eq -> truth(left == right);
            case DW_OP_ne -> truth(left != right);
            case DW_OP_ge -> truth(extended(left) >= extended(right));
            case DW_OP_gt -> truth(extended(left) > extended(right));
            case DW_OP_le -> truth(extended(left) <= extended(right));
            default -> truth(extended(left) < extended(right));
        };
    }

    private static long divisor(long number) {
        if (number == 0) {
            throw new OperationFailedException("an expression of DWARF divides by zero");
        }
        return number;
    }

    private static long truth(boolean holds) {
        return holds ? 1 : 0;
    }
}
