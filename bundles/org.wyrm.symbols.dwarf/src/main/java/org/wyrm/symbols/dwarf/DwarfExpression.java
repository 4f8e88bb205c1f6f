package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;

import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.Expression;
import org.wyrm.dwarf.Operand;
import org.wyrm.dwarf.Operation;
import org.wyrm.dwarf.constants.DwOperation;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.TypeRef;

/** An expression of an entry, for an address in a function. Immutable. */
final class DwarfExpression implements LocationExpression {
    /** The most of a block that is shown. */
    private static final int MOST_BYTES = 32;

    private final DwarfTypes types;
    private final AddressMapping mapping;
    private final DwarfUnit unit;
    private final ByteSlice code;
    private final Die function;
    private final long address;

    DwarfExpression(DwarfTypes types, AddressMapping mapping, Die of, ByteSlice code, Die function, long address) {
        this.types = types;
        this.mapping = mapping;
        this.unit = of.unit();
        this.code = code;
        this.function = function;
        this.address = address;
    }

    @Override
    public ByteSlice code() {
        return code;
    }

    @Override
    public int addressByteSize() {
        return unit.header().encoding().addressByteSize();
    }

    @Override
    public int offsetByteSize() {
        return unit.header().encoding().offsetByteSize();
    }

    @Override
    public int version() {
        return unit.header().encoding().version();
    }

    @Override
    public OptionalLong toTarget(long fileAddress) {
        return mapping.toTarget(fileAddress);
    }

    @Override
    public long indexedAddress(long index) {
        return unit.address(index);
    }

    @Override
    public TypeRef baseType(long unitOffset) {
        return types.reference(unit.die(unit.header().offset() + unitOffset));
    }

    @Override
    public Optional<LocationExpression> frameBase() {
        return expression(function, DW_AT_frame_base);
    }

    @Override
    public Optional<LocationExpression> procedure(long offset, boolean isInUnit) {
        var called = isInUnit
                ? unit.die(unit.header().offset() + offset)
                : unit.info().die(offset);
        return expression(called, DW_AT_location);
    }

    private Optional<LocationExpression> expression(Die of, int attribute) {
        return DwarfScopes.code(of, attribute, address)
                .map(bytes -> new DwarfExpression(types, mapping, of, bytes, function, address));
    }

    @Override
    public String text() {
        return text(Expression.parse(code, unit.header().encoding()));
    }

    private String text(Expression expression) {
        return expression.operations().stream().map(this::text).collect(Collectors.joining("; "));
    }

    private String text(Operation operation) {
        var text = new StringBuilder(operation.operation().name());
        var family = operation.operation().family();
        // DW_OP_reg5 says itself which register it is.
        var isTold = family == DwOperation.DW_OP_reg0
                || family == DwOperation.DW_OP_breg0
                || family == DwOperation.DW_OP_lit0;
        operation.operands().stream()
                .skip(isTold ? 1 : 0)
                .forEach(operand -> text.append(' ').append(text(operand)));
        return text.toString();
    }

    private String text(Operand operand) {
        return switch (operand) {
            case Operand.Unsigned number -> Long.toUnsignedString(number.value());
            case Operand.Signed number -> Long.toString(number.value());
            case Operand.Register register -> Long.toString(register.number());
            case Operand.Address place -> address(place.address());
            case Operand.AddressIndex index -> address(indexedAddress(index.index()));
            case Operand.UnitDie die -> "entry 0x%x".formatted(unit.header().offset() + die.offsetInUnit());
            case Operand.InfoDie die -> "entry 0x%x".formatted(die.offset());
            case Operand.BaseType type ->
                type.isGeneric()
                        ? "generic"
                        : String.valueOf(baseType(type.offsetInUnit()).resolve());
            case Operand.Branch branch -> "to operation " + branch.operationIndex();
            case Operand.Block block ->
                "0x"
                        + HexFormat.of()
                                .formatHex(block.bytes()
                                        .toArray(0, Math.min(block.bytes().byteSize(), MOST_BYTES)));
            case Operand.Nested nested -> "(" + text(nested.expression()) + ")";
        };
    }

    private String address(long fileAddress) {
        var target = toTarget(fileAddress);
        return "0x" + Long.toHexString(target.orElse(fileAddress)) + (target.isPresent() ? "" : " (of the file)");
    }

    @Override
    public String toString() {
        return text();
    }
}
