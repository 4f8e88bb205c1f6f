package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

/** A unit for types that a test builds, and how they are found. */
abstract class BuiltTypes {
    final DwarfBuilder dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
    final DwarfEntryBuilder root = dwarf.unit(4).root().number(DW_AT_language, DW_FORM_data1, 0x0c);

    static DwarfEntryBuilder named(DwarfEntryBuilder parent, int tag, String name) {
        return parent.child(tag).text(DW_AT_name, DW_FORM_strp, name);
    }

    static DwarfEntryBuilder base(DwarfEntryBuilder parent, String name, int encoding, int byteSize) {
        return named(parent, DW_TAG_base_type, name)
                .number(DW_AT_encoding, DW_FORM_data1, encoding)
                .number(DW_AT_byte_size, DW_FORM_data1, byteSize);
    }

    static DwarfEntryBuilder of(DwarfEntryBuilder entry, DwarfEntryBuilder type) {
        return entry.reference(DW_AT_type, DW_FORM_ref4, type);
    }

    TargetType typedef(DwarfEntryBuilder type) {
        of(named(root, DW_TAG_typedef, "t"), type);
        return find(TypeKind.TYPEDEF, "t").unaliased();
    }

    TargetType find(TypeKind kind, String name) {
        var found = TestFiles.types(dwarf).findTypes(kind, name);
        assertThat(found).hasSize(1);
        return found.getFirst().resolve();
    }

    CompoundType struct(String name) {
        return (CompoundType) find(TypeKind.STRUCT, name);
    }
}
