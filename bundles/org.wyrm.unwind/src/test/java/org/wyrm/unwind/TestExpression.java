package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.program.TestProgram;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.TypeRef;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder.Part;

/**
 * An expression that a test builds, of a unit with {@link TestTypes}. Addresses of the file count from the program's first
 * one.
 *
 * @param base what {@code DW_OP_fbreg} counts from; null for nothing
 * @param procedures by their offsets
 */
record TestExpression(
        ByteSlice code,
        int addressByteSize,
        @Nullable LocationExpression base,
        Map<Long, LocationExpression> procedures)
        implements LocationExpression {
    /** The first address of the file that is nowhere in the target. */
    static final long NOWHERE = 0x8000;

    static TestExpression of(Part code) {
        return of(8, code);
    }

    static TestExpression of(int addressByteSize, Part code) {
        return new TestExpression(slice(code), addressByteSize, null, Map.of());
    }

    TestExpression withFrameBase(LocationExpression known) {
        return new TestExpression(code, addressByteSize, known, procedures);
    }

    TestExpression withProcedures(Map<Long, LocationExpression> called) {
        return new TestExpression(code, addressByteSize, base, called);
    }

    private static ByteSlice slice(Part code) {
        var section = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 4);
        code.addTo(section);
        return ByteSlice.of("expression", section.build(), ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int offsetByteSize() {
        return 4;
    }

    @Override
    public int version() {
        return 5;
    }

    @Override
    public OptionalLong toTarget(long fileAddress) {
        return Long.compareUnsigned(fileAddress, NOWHERE) < 0
                ? OptionalLong.of(TestProgram.BASE + fileAddress)
                : OptionalLong.empty();
    }

    @Override
    public long indexedAddress(long index) {
        return 0x100 + 8 * index;
    }

    @Override
    public TypeRef baseType(long unitOffset) {
        return TestTypes.ref(unitOffset);
    }

    @Override
    public Optional<LocationExpression> frameBase() {
        return Optional.ofNullable(base);
    }

    @Override
    public Optional<LocationExpression> procedure(long offset, boolean isInUnit) {
        return Optional.ofNullable(procedures.get(isInUnit ? offset : -offset));
    }

    @Override
    public String text() {
        return "built";
    }
}
