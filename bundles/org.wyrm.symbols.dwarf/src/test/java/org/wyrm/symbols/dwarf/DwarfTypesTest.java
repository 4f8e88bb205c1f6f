package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwEncoding.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.FunctionType;
import org.wyrm.symbols.TargetType.Scalar;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.VariableKind;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

class DwarfTypesTest extends BuiltTypes {
    @Nested
    class Declarations {
        private DwarfEntryBuilder complete(int byteSize) {
            var struct = named(dwarf.unit(4).root(), DW_TAG_structure_type, "s");
            return struct.number(DW_AT_byte_size, DW_FORM_data1, byteSize)
                    .number(DW_AT_decl_line, DW_FORM_data1, byteSize);
        }

        private CompoundType declared() {
            return (CompoundType)
                    typedef(named(root, DW_TAG_structure_type, "s").flag(DW_AT_declaration));
        }

        @Test
        void areCompletedByTheOnlyDefinition() {
            complete(8);

            assertThat(declared().isComplete()).isTrue();
            assertThat(declared().byteSize()).isEqualTo(8);
        }

        @Test
        void stayIncompleteWhereTwoDefinitionsDiffer() {
            complete(8);
            complete(16);

            assertThat(declared().isComplete()).isFalse();
            assertThat(TestFiles.types(dwarf).findTypes(TypeKind.STRUCT, "s")).hasSize(2);
        }

        @Test
        void aloneAreFound() {
            named(root, DW_TAG_union_type, "u").flag(DW_AT_declaration);

            assertThat(((CompoundType) find(TypeKind.UNION, "u")).isComplete()).isFalse();
        }

        @Test
        void ofAClassAreCompletedByAStructure() {
            complete(4);
            var type =
                    (CompoundType) typedef(named(root, DW_TAG_class_type, "s").flag(DW_AT_declaration));

            assertThat(type.isComplete()).isTrue();
        }

        @Test
        void inANameSpaceAreNotCompletedFromOutside() {
            complete(4);
            var unit = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 4);
            var space = named(unit, DW_TAG_namespace, "n");
            var inside = named(space, DW_TAG_class_type, "s").flag(DW_AT_declaration);
            of(named(unit, DW_TAG_typedef, "t"), inside);
            var other = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 4);
            var twin = named(named(other, DW_TAG_namespace, "m"), DW_TAG_class_type, "twin");
            twin.number(DW_AT_byte_size, DW_FORM_data1, 7);
            var declared = named(named(unit, DW_TAG_namespace, "m"), DW_TAG_class_type, "twin")
                    .flag(DW_AT_declaration);
            of(named(unit, DW_TAG_typedef, "u"), declared);

            assertThat(((CompoundType) find(TypeKind.TYPEDEF, "t").unaliased()).isComplete())
                    .isFalse();
            assertThat(((CompoundType) find(TypeKind.TYPEDEF, "u").unaliased()).isComplete())
                    .isTrue();
            assertThat(struct("m::twin").byteSize()).isEqualTo(7);
        }

        @Test
        void byASignatureAreTheTypeOfThatUnit() {
            var unit = dwarf.unit(4).typeUnit(9);
            unit.typeIs(named(unit.root(), DW_TAG_structure_type, "far").number(DW_AT_byte_size, DW_FORM_data1, 3));
            named(root, DW_TAG_structure_type, "far")
                    .flag(DW_AT_declaration)
                    .number(DW_AT_signature, DW_FORM_ref_sig8, 9);

            assertThat(struct("far").byteSize()).isEqualTo(3);
        }
    }

    @Nested
    class Variables {
        private Location only(String name) {
            var found = TestFiles.types(dwarf).findVariables(name);
            assertThat(found).hasSize(1);
            return found.getFirst().location();
        }

        @Test
        void haveAnAddressAValueOrNeither() {
            named(root, DW_TAG_variable, "fixed").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "later")
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0, 0x23, 8);
            named(root, DW_TAG_variable, "own")
                    .block(DW_AT_location, DW_FORM_exprloc, 0x0e, 4, 0, 0, 0, 0, 0, 0, 0, 0xe0);
            named(root, DW_TAG_variable, "own5").block(DW_AT_location, DW_FORM_exprloc, 0x0c, 4, 0, 0, 0, 0x9b);
            named(root, DW_TAG_variable, "constant").number(DW_AT_const_value, DW_FORM_sdata, -7);
            named(root, DW_TAG_variable, "register").block(DW_AT_location, DW_FORM_exprloc, 0x50);
            named(root, DW_TAG_variable, "elsewhere").flag(DW_AT_declaration).flag(DW_AT_external);
            named(root, DW_TAG_variable, "leftOut").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0, 0, 0, 0, 0, 0, 0);

            assertThat(only("fixed")).isEqualTo(new Location.Fixed(0x1000));
            assertThat(only("later")).isEqualTo(new Location.Fixed(0x1008));
            assertThat(only("own")).isEqualTo(new Location.Tls(4));
            assertThat(only("own5")).isEqualTo(new Location.Tls(4));
            assertThat(only("constant")).isEqualTo(new Location.Constant(-7));
            assertThat(only("register")).isEqualTo(new Location.BySymbol());
            assertThat(only("elsewhere")).isEqualTo(new Location.BySymbol());
            assertThat(only("leftOut")).isEqualTo(new Location.BySymbol());
        }

        @Test
        void whoseLocationBreaksOffAreRejected() {
            named(root, DW_TAG_variable, "v").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10);
            var types = TestFiles.types(dwarf);

            assertThatThrownBy(() -> types.findVariables("v"))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("its location breaks off");
        }

        @Test
        void moveWithTheKernelAndArePerCpuInTheTemplate() {
            named(root, DW_TAG_variable, "fixed").block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0x10, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "perCpu").block(DW_AT_location, DW_FORM_exprloc, 3, 0x80, 0, 0, 0, 0, 0, 0, 0);
            named(root, DW_TAG_variable, "first")
                    .flag(DW_AT_external)
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 0, 0, 0, 0, 0, 0, 0, 0);
            var file = TestFiles.file(TestFiles.sections(dwarf));
            var atZero = new DwarfTypes(file, AddressMapping.slid(0x10_0000, Optional.of(new AddressRange(0, 0xfff))));
            var later =
                    new DwarfTypes(file, AddressMapping.slid(0x10_0000, Optional.of(new AddressRange(0x1000, 0x1fff))));

            assertThat(atZero.findVariables("fixed").getFirst().location()).isEqualTo(new Location.Fixed(0x10_1000));
            assertThat(atZero.findVariables("perCpu").getFirst().location()).isEqualTo(new Location.PerCpu(0x80));
            assertThat(atZero.findVariables("first").getFirst().location()).isEqualTo(new Location.PerCpu(0));
            assertThat(later.findVariables("fixed").getFirst().location()).isEqualTo(new Location.PerCpu(0x10_1000));
        }

        @Test
        void ofSplitDwarfHaveAnAddressByNumberOrTheirSymbols() {
            root.number(DW_AT_GNU_addr_base, DW_FORM_sec_offset, 0);
            named(root, DW_TAG_variable, "old").block(DW_AT_location, DW_FORM_exprloc, 0xfb, 1);
            named(root, DW_TAG_variable, "new").block(DW_AT_location, DW_FORM_exprloc, 0xa1, 1);
            named(root, DW_TAG_variable, "own").block(DW_AT_location, DW_FORM_exprloc, 0xfc, 1, 0xe0);
            named(root, DW_TAG_subprogram, "f").number(DW_AT_low_pc, DW_FORM_GNU_addr_index, 1);
            dwarf.addressIndex(0);
            dwarf.addressIndex(0x2000);
            var alone = TestFiles.types(TestFiles.sections(dwarf).with(".debug_addr", new byte[0]));

            assertThat(only("old")).isEqualTo(new Location.Fixed(0x2000));
            assertThat(only("new")).isEqualTo(new Location.Fixed(0x2000));
            assertThat(only("own")).isEqualTo(new Location.Tls(0x2000));
            assertThat(only("f")).isEqualTo(new Location.Fixed(0x2000));
            for (var name : List.of("old", "new", "own", "f")) {
                assertThat(alone.findVariables(name).getFirst().location()).isEqualTo(new Location.BySymbol());
            }
        }

        @Test
        void withOneNameAreAllKeptAndToldApartByFile() {
            for (var count = 1; count <= 3; count++) {
                named(dwarf.unit(4).root(), DW_TAG_variable, "same")
                        .block(DW_AT_location, DW_FORM_exprloc, 3, count, 0, 0, 0, 0, 0, 0, 0);
            }

            assertThat(TestFiles.types(dwarf).findVariables("same"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(1), new Location.Fixed(2), new Location.Fixed(3));
            assertThat(TestFiles.types(dwarf).findVariables("other.c::same")).isEmpty();
        }
    }

    @Nested
    class Names {
        private DwarfEntryBuilder placed(int tag, String name, int address) {
            return named(root, tag, name).block(DW_AT_location, DW_FORM_exprloc, 3, address, 0, 0, 0, 0, 0, 0, 0);
        }

        @Test
        void areListedAsOftenAsTheyAreDefined() {
            named(root, DW_TAG_variable, "one").flag(DW_AT_declaration);
            placed(DW_TAG_variable, "one", 1);
            placed(DW_TAG_variable, "two", 2);
            placed(DW_TAG_variable, "two", 3);
            named(root, DW_TAG_variable, "declared").flag(DW_AT_declaration);
            var inline = named(root, DW_TAG_subprogram, "inline").number(DW_AT_inline, DW_FORM_data1, 1);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref4, inline)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x10);
            named(root, DW_TAG_subprogram, "inlined").number(DW_AT_inline, DW_FORM_data1, 1);
            named(root, DW_TAG_structure_type, "known").flag(DW_AT_declaration);
            named(root, DW_TAG_structure_type, "known").number(DW_AT_byte_size, DW_FORM_data1, 4);
            named(root, DW_TAG_structure_type, "known").number(DW_AT_byte_size, DW_FORM_data1, 8);
            named(root, DW_TAG_structure_type, "unknown").flag(DW_AT_declaration);
            var types = TestFiles.types(dwarf);

            assertThat(types.variableNames(VariableKind.VARIABLE, ""))
                    .containsExactlyInAnyOrder("one", "two", "two", "declared");
            assertThat(types.variableNames(VariableKind.FUNCTION, "")).containsExactlyInAnyOrder("inline", "inlined");
            assertThat(types.typeNames(TypeKind.STRUCT, "")).containsExactlyInAnyOrder("known", "known", "unknown");
        }

        @Test
        void areListedByTheirStartAndKind() {
            var colours = named(root, DW_TAG_enumeration_type, "colours").number(DW_AT_byte_size, DW_FORM_data1, 4);
            named(colours, DW_TAG_enumerator, "RED").number(DW_AT_const_value, DW_FORM_data1, 1);
            named(colours, DW_TAG_enumerator, "REST").number(DW_AT_const_value, DW_FORM_data1, 2);
            placed(DW_TAG_variable, "RED_hat", 1);
            named(root, DW_TAG_union_type, "RED_shoe").number(DW_AT_byte_size, DW_FORM_data1, 4);
            var types = TestFiles.types(dwarf);

            assertThat(types.variableNames(VariableKind.CONSTANT, "RE")).containsExactlyInAnyOrder("RED", "REST");
            assertThat(types.variableNames(VariableKind.CONSTANT, "RED")).containsExactly("RED");
            assertThat(types.variableNames(VariableKind.CONSTANT, "RED_")).isEmpty();
            assertThat(types.variableNames(VariableKind.VARIABLE, "RED")).containsExactly("RED_hat");
            assertThat(types.variableNames(VariableKind.FUNCTION, "")).isEmpty();
            assertThat(types.typeNames(TypeKind.UNION, "RED_shoe")).containsExactly("RED_shoe");
            assertThat(types.typeNames(TypeKind.UNION, "RED_shoes")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fs/mount.h, fs/mount.h",
        "fs/notify/../mount.h, fs/mount.h",
        "kernel/events/../../mm/./internal.h, mm/internal.h",
        "./a.c, a.c",
        "../a.c, ../a.c",
        "x/../../../a.c, ../../a.c",
        "/../a.c, /a.c",
        "/usr/./include/../x.h, /usr/x.h"
    })
    void aFileIsOneByWhateverWayItIsReached(String path, String normalized) {
        assertThat(SourcePath.normalized(path)).isEqualTo(normalized);
    }

    @Nested
    class Functions {
        @Test
        void haveParametersAResultAndAnAddress() {
            var number = base(root, "int", DW_ATE_signed, 4);
            var function = of(named(root, DW_TAG_subprogram, "f"), number);
            function.number(DW_AT_low_pc, DW_FORM_addr, 0x4000);
            of(named(function, DW_TAG_formal_parameter, "x"), number);
            function.child(DW_TAG_unspecified_parameters);

            var found = TestFiles.types(dwarf).findVariables("f").getFirst();
            var type = (FunctionType) found.type().resolve();

            assertThat(found.location()).isEqualTo(new Location.Fixed(0x4000));
            assertThat(type.variadic()).isTrue();
            assertThat(type.parameters()).hasSize(1);
            assertThat(type.result().resolve()).isInstanceOf(Scalar.class);
        }

        @Test
        void areNamedByWhatTheyAreInstancesOf() {
            var far = named(dwarf.unit(4).root(), DW_TAG_subprogram, "far").number(DW_AT_inline, DW_FORM_data1, 1);
            var near = named(root, DW_TAG_subprogram, "near").number(DW_AT_inline, DW_FORM_data1, 1);
            var between = root.child(DW_TAG_subprogram).reference(DW_AT_specification, DW_FORM_ref4, near);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref4, between)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x10);
            root.child(DW_TAG_subprogram)
                    .reference(DW_AT_abstract_origin, DW_FORM_ref_addr, far)
                    .number(DW_AT_low_pc, DW_FORM_addr, 0x20);

            assertThat(TestFiles.types(dwarf).findVariables("near"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(0x10));
            assertThat(TestFiles.types(dwarf).findVariables("far"))
                    .extracting(variable -> variable.location())
                    .containsExactly(new Location.Fixed(0x20));
        }
    }

    @Test
    void whatDwzMovedIsFoundAndOneType() {
        var shared = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var sharedRoot = shared.unit(4).root();
        var moved = named(sharedRoot, DW_TAG_structure_type, "moved").number(DW_AT_byte_size, DW_FORM_data1, 12);
        var declared = named(sharedRoot, DW_TAG_structure_type, "moved").flag(DW_AT_declaration);
        var sharedSections = TestFiles.sections(shared);
        root.child(DW_TAG_typedef)
                .number(DW_AT_name, DW_FORM_GNU_strp_alt, shared.textOffset("moved"))
                .reference(DW_AT_type, DW_FORM_GNU_ref_alt, moved);
        root.child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_string, "d")
                .reference(DW_AT_type, DW_FORM_GNU_ref_alt, declared);
        named(root, DW_TAG_typedef, "after");
        var sections = TestFiles.sections(dwarf);
        var types = new DwarfTypes(
                TestFiles.file(sections, Optional.of(sharedSections), CacheFolder.none()), AddressMapping.NONE);

        var direct = types.findTypes(TypeKind.STRUCT, "moved").getFirst().resolve();
        var byName =
                types.findTypes(TypeKind.TYPEDEF, "moved").getFirst().resolve().unaliased();
        var byDeclaration =
                types.findTypes(TypeKind.TYPEDEF, "d").getFirst().resolve().unaliased();
        var again =
                types.findTypes(TypeKind.TYPEDEF, "moved").getFirst().resolve().unaliased();

        assertThat(byName).isSameAs(direct).isSameAs(byDeclaration).isSameAs(again);
        assertThat(types.typeNames(TypeKind.STRUCT, "mo")).contains("moved");
        // Without that file, what needs it is a problem, and the rest is there.
        var alone = TestFiles.types(sections);
        assertThat(alone.file().problems()).hasSize(1).first().asString().contains("supplementary");
        assertThat(alone.findTypes(TypeKind.TYPEDEF, "after")).hasSize(1);
    }
}
