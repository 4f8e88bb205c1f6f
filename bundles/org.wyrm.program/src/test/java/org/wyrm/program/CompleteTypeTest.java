package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.btf.BtfBuilder;

/** A structure that the kernel only declares, {@code struct holder { struct hidden *it; }}, and modules that define it. */
class CompleteTypeTest {
    private static final int SIGNED = 1;
    private static final long HOLDER = TestProgram.BASE;
    private static final long HIDDEN = TestProgram.BASE + 0x100;

    private static TestProgram kernel() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var pointer = types.pointer(types.forwardStruct("hidden"));
        types.struct("holder", 8, types.member("it", pointer, 0));
        return new TestProgram(types).u64(HOLDER, HIDDEN).u32(HIDDEN + 4, 42).u32(HIDDEN + 16 + 4, 43);
    }

    private static BtfBuilder definition(int byteSize) {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, SIGNED);
        types.struct("hidden", byteSize, types.member("answer", integer, 32));
        return types;
    }

    private static TargetType declared(Program program) {
        return pointer(program).dereference().type();
    }

    private static Value pointer(Program program) {
        var holder = program.findTypes(TypeKind.STRUCT, "holder").getFirst().resolve();
        return program.object(holder, HOLDER).member("it");
    }

    @Test
    void hasTheMembersThatTheOnlyModuleGivesIt() {
        var program = kernel().module(new BtfBuilder(ByteOrder.LITTLE_ENDIAN))
                .module(definition(16))
                .open();

        assertThat(declared(program).isDeclarationOnly()).isTrue();
        assertThat(program.complete(declared(program)))
                .isInstanceOfSatisfying(
                        CompoundType.class, type -> assertThat(type.members()).hasSize(1));
        assertThat(pointer(program).member("answer").longValue()).isEqualTo(42);
        assertThat(pointer(program).subscript(1).member("answer").longValue()).isEqualTo(43);
    }

    @Test
    void isTheFirstModulesWhereSeveralDefineIt() {
        var program = kernel().module(definition(16)).module(definition(24)).open();

        assertThat(Value.sizeOf(program.complete(declared(program)))).isEqualTo(16);
    }

    @Test
    void staysAsItIsWhereOneModuleDefinesItTwice() {
        var twice = definition(16);
        twice.struct("hidden", 24);
        var program = kernel().module(twice).open();

        assertThat(program.complete(declared(program))).isEqualTo(declared(program));
    }

    @Test
    void staysAsItIsWhereNoneDefinesIt() {
        var program = kernel().open();

        assertThat(program.complete(declared(program))).isEqualTo(declared(program));
        assertThatThrownBy(() -> pointer(program).member("answer")).isInstanceOf(LookupFailedException.class);
    }
}
