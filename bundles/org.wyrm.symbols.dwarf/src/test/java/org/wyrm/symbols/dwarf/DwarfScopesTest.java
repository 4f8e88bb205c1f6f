package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.TargetType;
import org.wyrm.testkit.dwarf.DwarfBuilder;

/**
 * <pre>
 * outer(int count)        0x1000-0x1100, frame base DW_OP_call_frame_cfa
 *     int gone, two = 2
 *     inner(int count)    0x1010-0x1040, inlined
 *     {                   0x1080-0x10c0; from 0x1090 on here is in register 3
 *         int here, rows[...][4][here], fixed[4][];
 *     }
 * </pre>
 */
class DwarfScopesTest {
    private static final int DW_OP_reg3 = 0x53;
    private static final int DW_OP_fbreg = 0x91;
    private static final int DW_OP_call_frame_cfa = 0x9c;

    private final DwarfTypes types = types();

    private static DwarfTypes types() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var root = dwarf.unit(4).root();
        root.number(DW_AT_low_pc, DW_FORM_addr, 0x1000).number(DW_AT_high_pc, DW_FORM_data4, 0x100);
        var number = root.child(DW_TAG_base_type)
                .text(DW_AT_name, DW_FORM_string, "int")
                .number(DW_AT_byte_size, DW_FORM_data1, 4)
                .number(DW_AT_encoding, DW_FORM_data1, 5);
        var origin = root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "inner")
                .number(DW_AT_inline, DW_FORM_data1, 1)
                .withChildren();
        var originCount = origin.child(DW_TAG_formal_parameter)
                .text(DW_AT_name, DW_FORM_string, "count")
                .reference(DW_AT_type, DW_FORM_ref4, number);
        var outer = root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "outer")
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1000)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x100)
                .block(DW_AT_frame_base, DW_FORM_exprloc, DW_OP_call_frame_cfa)
                .withChildren();
        outer.child(DW_TAG_formal_parameter)
                .text(DW_AT_name, DW_FORM_string, "count")
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .block(DW_AT_location, DW_FORM_exprloc, DW_OP_fbreg, 0x68);
        outer.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "gone")
                .reference(DW_AT_type, DW_FORM_ref4, number);
        outer.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "two")
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .number(DW_AT_const_value, DW_FORM_data1, 2);
        outer.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "elsewhere")
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .flag(DW_AT_declaration);
        var call = outer.child(DW_TAG_inlined_subroutine)
                .reference(DW_AT_abstract_origin, DW_FORM_ref4, origin)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1010)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x30)
                .withChildren();
        call.child(DW_TAG_formal_parameter)
                .reference(DW_AT_abstract_origin, DW_FORM_ref4, originCount)
                .block(DW_AT_location, DW_FORM_exprloc, DW_OP_fbreg, 0x10);
        var block = outer.child(DW_TAG_lexical_block)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1080)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x40)
                .withChildren();
        var here = block.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "here")
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .number(DW_AT_location, DW_FORM_sec_offset, 0);
        var array = root.child(DW_TAG_array_type)
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .withChildren();
        array.child(DW_TAG_subrange_type).block(DW_AT_upper_bound, DW_FORM_exprloc, DW_OP_fbreg, 8);
        array.child(DW_TAG_subrange_type).number(DW_AT_upper_bound, DW_FORM_data1, 3);
        array.child(DW_TAG_subrange_type).reference(DW_AT_count, DW_FORM_ref4, here);
        var fixed = root.child(DW_TAG_array_type)
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .withChildren();
        fixed.child(DW_TAG_subrange_type).number(DW_AT_upper_bound, DW_FORM_data1, 3);
        fixed.child(DW_TAG_subrange_type);
        var alias = root.child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_string, "rows")
                .reference(DW_AT_type, DW_FORM_ref4, array);
        block.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "rows")
                .reference(DW_AT_type, DW_FORM_ref4, alias);
        block.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "fixed")
                .reference(DW_AT_type, DW_FORM_ref4, fixed);
        var sections = new HashMap<>(dwarf.build());
        var list = ByteBuffer.allocate(16 + 2 + 1 + 16).order(ByteOrder.LITTLE_ENDIAN);
        list.putLong(0x90).putLong(0x100).putShort((short) 1).put((byte) DW_OP_reg3);
        sections.put(".debug_loc", list.array());
        return TestFiles.types(new TestFiles.Sections(ByteOrder.LITTLE_ENDIAN, sections));
    }

    private List<Scope> at(long address) {
        return types.scopes().orElseThrow().scopesAt(address);
    }

    private static Local local(Scope scope, String name) {
        return scope.locals().stream()
                .filter(local -> local.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFunctionHasItsParametersAndVariablesButNotWhatItDeclaresOfOthers() {
        var scopes = at(0x1004);

        assertThat(scopes).hasSize(1);
        assertThat(scopes.getFirst().kind()).isEqualTo(Scope.Kind.FUNCTION);
        assertThat(scopes.getFirst().function()).contains("outer");
        assertThat(scopes.getFirst().locals()).extracting(Local::name).containsExactly("count", "gone", "two");
        assertThat(scopes.getFirst().locals()).extracting(Local::isParameter).containsExactly(true, false, false);
    }

    @Test
    void aLocationCountsFromTheFrameBaseOfItsFunction() {
        var location = local(at(0x1004).getFirst(), "count").location();

        assertThat(location).isInstanceOfSatisfying(LocalLocation.Computed.class, computed -> {
            assertThat(computed.expression().text()).isEqualTo("DW_OP_fbreg -24");
            assertThat(computed.expression().frameBase()).map(Object::toString).contains("DW_OP_call_frame_cfa");
        });
    }

    @Test
    void whatHasNoPlaceIsAValueOrOptimizedOut() {
        var function = at(0x1004).getFirst();

        assertThat(local(function, "two").location()).isEqualTo(new LocalLocation.Constant(2));
        assertThat(local(function, "gone").location()).isEqualTo(new LocalLocation.Absent("optimized out"));
    }

    @Test
    void anInlinedCallIsInsideAndHasTheNamesOfItsOriginAndTheFrameOfTheFunction() {
        var scopes = at(0x1010);

        assertThat(scopes).extracting(Scope::kind).containsExactly(Scope.Kind.INLINED, Scope.Kind.FUNCTION);
        assertThat(scopes.getFirst().function()).contains("inner");
        assertThat(local(scopes.getFirst(), "count").location())
                .isInstanceOfSatisfying(
                        LocalLocation.Computed.class,
                        computed -> assertThat(computed.expression().frameBase())
                                .map(Object::toString)
                                .contains("DW_OP_call_frame_cfa"));
    }

    @Test
    void aListOfLocationsIsAskedForTheAddress() {
        assertThat(at(0x1080)).extracting(Scope::kind).containsExactly(Scope.Kind.BLOCK, Scope.Kind.FUNCTION);
        assertThat(local(at(0x108f).getFirst(), "here").location())
                .isEqualTo(new LocalLocation.Absent("it has no place or value at this address"));
        assertThat(local(at(0x1090).getFirst(), "here").location()).hasToString("Computed[expression=DW_OP_reg3]");
    }

    @Test
    void theLengthsOfAnArrayAreComputedOrInVariablesWhereTheTypeDoesNotTellThem() {
        var block = at(0x1090).getFirst();

        var lengths = local(block, "rows").lengths();
        assertThat(lengths).hasSize(3);
        assertThat(lengths.get(0).orElseThrow()).satisfies(length -> {
            assertThat(length.isUpperBound()).isTrue();
            assertThat(length.type()).isEmpty();
            assertThat(length.location()).hasToString("Computed[expression=DW_OP_fbreg 8]");
        });
        assertThat(lengths.get(1)).isEmpty();
        assertThat(lengths.get(2).orElseThrow()).satisfies(length -> {
            assertThat(length.isUpperBound()).isFalse();
            assertThat(length.type().orElseThrow().resolve()).isInstanceOf(TargetType.IntType.class);
            assertThat(length.location()).hasToString("Computed[expression=DW_OP_reg3]");
        });
        assertThat(local(block, "fixed").lengths()).isEmpty();
    }

    @Test
    void anAddressOutsideIsInNoScope() {
        assertThat(at(0x1100)).isEmpty();
        assertThat(at(0xfff)).isEmpty();
    }
}
