package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.wyrm.dwarf.BuiltEntries.*;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dwarf.DwarfBuilder;

class DieTest {
    @Nested
    class References {
        @ParameterizedTest
        @MethodSource("org.wyrm.dwarf.BuiltEntries#encodings")
        void leadToEntriesOfTheUnitAndOfOthers(ByteOrder order, int version, int format, int addressByteSize) {
            var dwarf = new DwarfBuilder(order);
            var unit = unit(dwarf, version, format, addressByteSize);
            var number = unit.root().child(DW_TAG_base_type).text(DW_AT_name, DW_FORM_string, "int");
            var far = unit(dwarf, version, format, addressByteSize)
                    .root()
                    .child(DW_TAG_typedef)
                    .text(DW_AT_name, DW_FORM_string, "far");
            var local = new int[] {DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_udata};
            for (var form : local) {
                unit.root().child(DW_TAG_member).reference(DW_AT_type, form, number);
            }
            unit.root().child(DW_TAG_member).reference(DW_AT_type, DW_FORM_ref_addr, far);

            var dies = children(root(dwarf));

            for (var index = 1; index <= local.length; index++) {
                assertThat(reference(dies.get(index), DW_AT_type)).isEqualTo(dies.getFirst());
            }
            assertThat(reference(dies.getLast(), DW_AT_type).string(DW_AT_name)).isEqualTo("far");
            assertThat(dies.getFirst().reference(DW_AT_type)).isNull();
        }

        @ParameterizedTest
        @ValueSource(ints = {4, 5})
        void leadToTypeUnitsBySignature(int version) {
            var dwarf = little();
            var user = dwarf.unit(version).root().child(DW_TAG_variable);
            user.number(DW_AT_type, DW_FORM_ref_sig8, 0x8877_6655_4433_2211L)
                    .number(DW_AT_specification, DW_FORM_ref_sig8, 5);
            var types = dwarf.unit(version).typeUnit(0x8877_6655_4433_2211L);
            types.typeIs(types.root().child(DW_TAG_structure_type).text(DW_AT_name, DW_FORM_string, "s"));

            var die = children(root(dwarf)).getFirst();

            assertThat(reference(die, DW_AT_type).string(DW_AT_name)).isEqualTo("s");
            assertThat(reference(die, DW_AT_type).unit().section())
                    .isEqualTo(version == 4 ? DwarfSection.TYPES : DwarfSection.INFO);
            assertThatThrownBy(() -> die.reference(DW_AT_specification))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("no type unit has the signature 0x5");
        }

        @Test
        void leadToTheSupplementaryFile() {
            var shared = little();
            var type = shared.unit(4).root().child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_strp, "shared");
            var sharedSections = BuiltSections.of(shared);
            var dwarf = little();
            var root = dwarf.unit(5).root();
            for (var form : new int[] {DW_FORM_GNU_ref_alt, DW_FORM_ref_sup4, DW_FORM_ref_sup8}) {
                root.child(DW_TAG_member)
                        .reference(DW_AT_type, form, type)
                        .number(DW_AT_name, DW_FORM_GNU_strp_alt, 0)
                        .number(DW_AT_producer, DW_FORM_strp_sup, 0);
            }
            var sections = BuiltSections.of(dwarf);

            var dies = children(root(new DwarfInfo(sections.sections(sharedSections.sections(null)))));
            var alone = children(root(sections.info()));

            assertThat(dies).hasSize(3).allSatisfy(die -> {
                assertThat(reference(die, DW_AT_type).string(DW_AT_name)).isEqualTo("shared");
                assertThat(die.string(DW_AT_name)).isEqualTo("shared");
                assertThat(die.string(DW_AT_producer)).isEqualTo("shared");
            });
            assertThat(alone).allSatisfy(die -> {
                assertThatThrownBy(() -> die.reference(DW_AT_type))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("supplementary file, which is not there");
                assertThatThrownBy(() -> die.string(DW_AT_name))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("supplementary file, which is not there");
            });
        }

        @Test
        void thatLeadNowhereAreRejected() {
            for (var form : new int[] {DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_addr}) {
                for (var to : new long[] {0, 10, 11 + 14, 0x7fff_ffff, 0xffff_ffffL, Long.MAX_VALUE, -1}) {
                    var dwarf = little();
                    dwarf.unit(4).root().child(DW_TAG_member).number(DW_AT_type, form, to);

                    var die = children(root(dwarf)).getFirst();

                    assertThatThrownBy(() -> die.reference(DW_AT_type))
                            .as("form 0x%x to 0x%x", form, to)
                            .isInstanceOf(MalformedDataException.class)
                            .hasMessageStartingWith(".debug_info+0x");
                }
            }
        }

        @Test
        void toANumberOrTextAreRejected() {
            var dwarf = little();
            dwarf.unit(4)
                    .root()
                    .child(DW_TAG_member)
                    .number(DW_AT_type, DW_FORM_data4, 11)
                    .number(DW_AT_name, DW_FORM_data1, 1)
                    .text(DW_AT_low_pc, DW_FORM_string, "x");

            var die = children(root(dwarf)).getFirst();

            assertThatThrownBy(() -> die.reference(DW_AT_type)).hasMessageContaining("is not a reference");
            assertThatThrownBy(() -> die.string(DW_AT_name)).hasMessageContaining("is not one of texts");
            assertThatThrownBy(() -> die.address(DW_AT_low_pc)).hasMessageContaining("is not an address");
        }

        @Test
        void toTextsOutsideTheirSectionAreRejected() {
            var dwarf = little();
            dwarf.textOffset("only");
            for (var to : new long[] {5, 0x7fff_ffff, 0xffff_ffffL}) {
                dwarf.unit(4)
                        .root()
                        .child(DW_TAG_member)
                        .number(DW_AT_name, DW_FORM_strp, to)
                        .number(DW_AT_producer, DW_FORM_strx, to)
                        .number(DW_AT_linkage_name, DW_FORM_strx, to == 5 ? -1 : Long.MIN_VALUE);
            }
            var built = BuiltSections.of(dwarf);

            for (var unit : built.info().units(DwarfSection.INFO)) {
                var die = children(unit.root()).getFirst();
                for (var name : new int[] {DW_AT_name, DW_AT_producer, DW_AT_linkage_name}) {
                    assertThatThrownBy(() -> die.string(name))
                            .isInstanceOf(MalformedDataException.class)
                            .hasMessageStartingWith(".debug_str");
                }
            }
            var endless = built.with(".debug_str", new byte[] {'a', 'b'});
            assertThatThrownBy(() -> DwarfUnit.text(endless.sections(null).section(DwarfSection.STR), 0))
                    .hasMessageContaining("the text has no end");
        }
    }

    @Nested
    class Children {
        @Test
        void areTheSameWithAndWithoutSiblings() {
            for (var sibling : new int[] {
                0, DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_udata, DW_FORM_ref_addr
            }) {
                var dwarf = little();
                var root = dwarf.unit(4).root();
                for (var name : List.of("a", "b", "c")) {
                    var entry = root.child(DW_TAG_structure_type).text(DW_AT_name, DW_FORM_string, name);
                    if (sibling != 0) {
                        entry.sibling(sibling);
                    }
                    entry.child(DW_TAG_member).child(DW_TAG_member);
                    entry.child(DW_TAG_member);
                }
                root.child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_string, "d");

                assertThat(children(root(dwarf)))
                        .extracting(die -> die.string(DW_AT_name))
                        .containsExactly("a", "b", "c", "d");
                assertThat(children(children(root(dwarf)).getFirst())).hasSize(2);
            }
        }

        @Test
        void ofOneThatHasNoneAreNone() {
            var dwarf = little();
            dwarf.unit(4).root().withChildren().child(DW_TAG_structure_type).withChildren();

            assertThat(children(children(root(dwarf)).getFirst())).isEmpty();
        }

        @Test
        void ofAUnitMayLackTheirEnd() {
            var dwarf = little();
            dwarf.unit(4).root().withoutEnd().child(DW_TAG_typedef);
            dwarf.unit(4).root().withoutEnd().withChildren();

            var units = BuiltSections.of(dwarf).info().units(DwarfSection.INFO);

            assertThat(children(units.getFirst().root())).hasSize(1);
            assertThat(children(units.getLast().root())).isEmpty();
        }

        @Test
        void ofAnEntryMustHaveAnEnd() {
            var dwarf = little();
            dwarf.unit(4)
                    .root()
                    .withoutEnd()
                    .child(DW_TAG_structure_type)
                    .withoutEnd()
                    .child(DW_TAG_member);

            assertThatThrownBy(() -> children(root(dwarf)))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".debug_info+0xe: the entries from 0xd on have no end");
        }

        @Test
        void endAtAZeroInAnyNumberOfBytes() {
            var dwarf = little();
            var root = dwarf.unit(4).root();
            // The abbreviation of the value is read as the end of the list: 80 00.
            root.child(DW_TAG_structure_type).withChildren().withoutEnd().raw(VALUE, DW_FORM_data2, 0x80, 0x00);
            root.child(DW_TAG_typedef);
            var built = BuiltSections.of(dwarf);
            var abbreviations = built.get(".debug_abbrev");
            for (var at = 0; at < abbreviations.length; at++) {
                if (abbreviations[at] == DW_FORM_data2) {
                    abbreviations[at] = DW_FORM_flag_present;
                }
            }

            assertThat(children(root(built.info())))
                    .extracting(Die::tag)
                    .contains(DW_TAG_typedef)
                    .hasSize(2);
        }

        @Test
        void behindASiblingThatLiesAreRejected() {
            for (var to : new long[] {1, 11, 12, 16, 17, 0x7fff_ffff, 0xffff_ffffL}) {
                var dwarf = little();
                var root = dwarf.unit(4).root();
                root.child(DW_TAG_structure_type)
                        .number(DW_AT_sibling, DW_FORM_ref4, to)
                        .child(DW_TAG_member);
                root.child(DW_TAG_typedef);

                assertThatThrownBy(() -> children(root(dwarf)))
                        .as("to 0x%x", to)
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageStartingWith(".debug_info+0xc: its sibling is said to be at 0x");
            }
        }

        @Test
        void behindASiblingOfZeroAreFound() {
            var dwarf = little();
            var root = dwarf.unit(4).root();
            root.child(DW_TAG_structure_type)
                    .number(DW_AT_sibling, DW_FORM_ref4, 0)
                    .child(DW_TAG_member);
            root.child(DW_TAG_typedef);

            assertThat(children(root(dwarf))).hasSize(2);
        }

        @Test
        void mayBeNestedAsDeepAsTheUnitHasBytes() {
            var count = 100_000;
            var dwarf = little();
            dwarf.unit(4).root().child(DW_TAG_lexical_block).withChildren();
            var sound = BuiltSections.of(dwarf);
            var info = Arrays.copyOf(sound.get(".debug_info"), 12 + 2 * count);
            Arrays.fill(info, 12, 12 + count, (byte) 2);
            var length = info.length - 4;
            info[0] = (byte) length;
            info[1] = (byte) (length >> 8);
            info[2] = (byte) (length >> 16);

            var root = root(sound.with(".debug_info", info).info());

            assertThat(children(root)).hasSize(1);
        }

        @Test
        void withAnAbbreviationThatIsNotThereAreRejected() {
            var dwarf = little();
            dwarf.unit(4).root().child(DW_TAG_typedef);
            var built = BuiltSections.of(dwarf);
            var info = built.get(".debug_info");
            info[12] = 0x7f;

            assertThatThrownBy(
                            () -> children(root(built.with(".debug_info", info).info())))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".debug_info+0xc: there is no abbreviation 127");
        }
    }

    @Test
    void aUnitWithoutAnEntryIsRejected() {
        var dwarf = little();
        dwarf.unit(4).root();
        var built = BuiltSections.of(dwarf);
        var info = built.get(".debug_info");
        info[11] = 0;

        assertThatThrownBy(() -> root(built.with(".debug_info", info).info()))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage(".debug_info+0xb: the unit has no entry");
    }

    @Test
    void anOffsetOutsideOfEveryUnitIsRejected() {
        var dwarf = little();
        dwarf.unit(4).root().child(DW_TAG_typedef);
        var info = BuiltSections.of(dwarf).info();

        for (var offset : new long[] {-1, 0, 10, 13, 14, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> info.die(offset)).isInstanceOf(MalformedDataException.class);
        }
        assertThat(info.die(12).tag()).isEqualTo(DW_TAG_typedef);
    }
}
