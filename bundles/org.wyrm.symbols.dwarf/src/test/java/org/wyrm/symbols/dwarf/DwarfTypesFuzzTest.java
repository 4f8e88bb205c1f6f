package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

/** Entries of any shape are indexed and made types of, or rejected, never anything else. See docs/help/fuzz.md. */
class DwarfTypesFuzzTest {
    private static final int[] TAGS = {
        DW_TAG_base_type, DW_TAG_pointer_type, DW_TAG_structure_type, DW_TAG_union_type, DW_TAG_enumeration_type,
        DW_TAG_typedef, DW_TAG_const_type, DW_TAG_array_type, DW_TAG_subroutine_type, DW_TAG_subrange_type,
        DW_TAG_member, DW_TAG_enumerator, DW_TAG_variable, DW_TAG_subprogram, DW_TAG_formal_parameter,
        DW_TAG_namespace, DW_TAG_class_type, DW_TAG_unspecified_parameters
    };
    private static final int[] NUMBERS = {
        DW_AT_byte_size,
        DW_AT_bit_size,
        DW_AT_bit_offset,
        DW_AT_data_bit_offset,
        DW_AT_data_member_location,
        DW_AT_upper_bound,
        DW_AT_count,
        DW_AT_encoding,
        DW_AT_const_value,
        DW_AT_decl_file,
        DW_AT_decl_line,
        DW_AT_declaration,
        DW_AT_sibling,
        DW_AT_low_pc,
        DW_AT_signature,
        DW_AT_inline
    };
    private static final int[] FORMS = {
        DW_FORM_data1,
        DW_FORM_data4,
        DW_FORM_data8,
        DW_FORM_udata,
        DW_FORM_sdata,
        DW_FORM_ref4,
        DW_FORM_addr,
        DW_FORM_ref_sig8,
        DW_FORM_flag_present,
        DW_FORM_implicit_const,
        DW_FORM_addrx,
        DW_FORM_ref_addr,
        0x7f
    };
    private static final int[] REFERENCES = {
        DW_AT_type, DW_AT_type, DW_AT_type, DW_AT_specification, DW_AT_abstract_origin, DW_AT_sibling
    };

    @FuzzTest
    void entriesOfAnyShapeAreTypesOrRejected(FuzzedDataProvider data) {
        var dwarf = new DwarfBuilder(data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        var open = new ArrayList<DwarfEntryBuilder>();
        open.add(dwarf.unit(data.consumeInt(2, 5)).root());
        while (data.remainingBytes() > 4 && open.size() < 60) {
            add(dwarf, open, data);
        }
        readAll(TestFiles.sections(dwarf), open);
    }

    private static void add(DwarfBuilder dwarf, List<DwarfEntryBuilder> open, FuzzedDataProvider data) {
        if (data.consumeInt(0, 15) == 0) {
            open.add(dwarf.unit(data.consumeInt(2, 5))
                    .typeUnit(data.consumeInt(0, 3))
                    .root());
        }
        var parent = data.consumeBoolean() ? open.getFirst() : open.get(data.consumeInt(0, open.size() - 1));
        var entry = parent.child(TAGS[data.consumeInt(0, TAGS.length - 1)]);
        open.add(entry);
        if (data.consumeInt(0, 3) != 0) {
            entry.text(DW_AT_name, data.consumeBoolean() ? DW_FORM_strp : DW_FORM_string, "s");
        }
        if (data.consumeBoolean()) {
            entry.reference(
                    REFERENCES[data.consumeInt(0, REFERENCES.length - 1)],
                    data.consumeBoolean() ? DW_FORM_ref4 : DW_FORM_ref_addr,
                    open.get(data.consumeInt(0, open.size() - 1)));
        }
        for (var count = data.consumeInt(0, 3); count > 0; count--) {
            entry.number(
                    NUMBERS[data.consumeInt(0, NUMBERS.length - 1)],
                    FORMS[data.consumeInt(0, FORMS.length - 1)],
                    data.consumeBoolean() ? data.consumeInt(0, 64) : data.consumeLong());
        }
        if (data.consumeInt(0, 3) == 0) {
            var bytes = data.consumeBytes(12);
            var values = new int[bytes.length];
            for (var index = 0; index < bytes.length; index++) {
                values[index] = bytes[index] & 0xff;
            }
            entry.block(data.consumeBoolean() ? DW_AT_location : DW_AT_const_value, DW_FORM_exprloc, values);
        }
    }

    @FuzzTest
    void anyBytesAreIndexedOrProblems(FuzzedDataProvider data) {
        var order = data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        var sections = Map.of(
                ".debug_abbrev", changed(SOUND.get(".debug_abbrev"), data),
                ".debug_str", changed(SOUND.get(".debug_str"), data),
                ".debug_info", changed(SOUND.get(".debug_info"), data));
        readAll(new TestFiles.Sections(order, sections), List.of());
    }

    private static final Map<String, byte[]> SOUND = sound();

    private static Map<String, byte[]> sound() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        for (var version : new int[] {3, 5}) {
            var root = dwarf.unit(version).root();
            var number = root.child(DW_TAG_base_type)
                    .text(DW_AT_name, DW_FORM_strp, "s")
                    .number(DW_AT_byte_size, DW_FORM_data1, 4)
                    .number(DW_AT_encoding, DW_FORM_data1, 5);
            var struct = root.child(DW_TAG_structure_type)
                    .text(DW_AT_name, DW_FORM_string, "s")
                    .number(DW_AT_byte_size, DW_FORM_data1, 8)
                    .sibling(DW_FORM_ref4);
            struct.child(DW_TAG_member)
                    .text(DW_AT_name, DW_FORM_strp, "a")
                    .reference(DW_AT_type, DW_FORM_ref4, number)
                    .number(DW_AT_data_member_location, DW_FORM_data1, 4);
            root.child(DW_TAG_array_type)
                    .reference(DW_AT_type, DW_FORM_ref4, struct)
                    .child(DW_TAG_subrange_type)
                    .number(DW_AT_upper_bound, DW_FORM_udata, 4);
            root.child(DW_TAG_variable)
                    .text(DW_AT_name, DW_FORM_strp, "s")
                    .reference(DW_AT_type, DW_FORM_ref_addr, struct)
                    .block(DW_AT_location, DW_FORM_exprloc, 3, 1, 2, 3, 4, 5, 6, 7, 8);
        }
        return dwarf.build();
    }

    /** Sound bytes with some overwritten, and perhaps cut: most of what is random ends at the header. */
    private static byte[] changed(byte[] sound, FuzzedDataProvider data) {
        var bytes = Arrays.copyOf(sound, Math.max(0, sound.length - data.consumeInt(-8, 8)));
        for (var count = data.consumeInt(0, 8); count > 0 && bytes.length > 0; count--) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }

    private static void readAll(TestFiles.Sections sections, List<DwarfEntryBuilder> entries) {
        var types = TestFiles.types(sections);
        types.file().problems();
        for (var entry : entries) {
            attempt(() -> read(types, entry.offset()));
        }
        attempt(() -> types.findVariables("s"));
        for (var kind : TypeKind.values()) {
            attempt(() ->
                    types.findTypes(kind, "s").forEach(ref -> ref.resolve().unaliased()));
            types.typeNames(kind, "").forEach(name -> attempt(() -> types.findTypes(kind, name)));
        }
    }

    private static void read(DwarfTypes types, long offset) {
        if (types.type(offset).unaliased() instanceof CompoundType compound) {
            compound.findMember("a");
            compound.members()
                    .forEach(member -> attempt(() -> member.type().resolve().unaliased()));
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (DebuggerException expected) {
            // The one way to say that entries are wrong.
        }
    }
}
