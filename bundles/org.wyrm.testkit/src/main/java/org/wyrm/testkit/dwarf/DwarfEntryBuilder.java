package org.wyrm.testkit.dwarf;

import java.util.ArrayList;
import java.util.List;

/** An entry that is being built; see {@link DwarfBuilder}. Confined to one thread. */
public final class DwarfEntryBuilder {
    private static final int SIBLING = 1;
    private static final int INDIRECT = 0x16;
    private static final int IMPLICIT = 0x21;

    private interface Value {
        void addTo(SectionBuilder section);
    }

    private record Attribute(int name, int abbreviatedForm, long implicit, Value value) {}

    private final DwarfUnitBuilder unit;
    private final int tag;
    private final List<Attribute> attributes = new ArrayList<>();
    private final List<DwarfEntryBuilder> children = new ArrayList<>();
    private boolean hasChildren;
    private boolean isEnded = true;
    private int unitOffset;
    private int endOffset;

    DwarfEntryBuilder(DwarfUnitBuilder unit, int tag) {
        this.unit = unit;
        this.tag = tag;
    }

    /** Adds an entry below this one. */
    public DwarfEntryBuilder child(int childTag) {
        var child = new DwarfEntryBuilder(unit, childTag);
        hasChildren = true;
        children.add(child);
        return child;
    }

    /** Says that entries are below it, even if none is. */
    public DwarfEntryBuilder withChildren() {
        hasChildren = true;
        return this;
    }

    /** Leaves out what ends the list of the entries below it. */
    public DwarfEntryBuilder withoutEnd() {
        isEnded = false;
        return this;
    }

    /** {@return where it is in its section, once it was built} */
    public int offset() {
        return unit.offset() + unitOffset;
    }

    /** {@return its unit} */
    public DwarfUnitBuilder unit() {
        return unit;
    }

    /** Adds a number in a form that has one. */
    public DwarfEntryBuilder number(int name, int form, long value) {
        return form == IMPLICIT ? implicit(name, value) : add(name, form, section -> number(section, form, value));
    }

    /** Adds a flag that is set, in DW_FORM_flag_present. */
    public DwarfEntryBuilder flag(int name) {
        return add(name, 0x19, section -> {});
    }

    /** Adds an attribute of DW_FORM_implicit_const. */
    public DwarfEntryBuilder implicit(int name, long value) {
        attributes.add(new Attribute(name, IMPLICIT, value, section -> {}));
        return this;
    }

    /** Adds a text in a form for texts. */
    public DwarfEntryBuilder text(int name, int form, String value) {
        return add(name, form, section -> text(section, form, value));
    }

    /** Adds bytes as a block or expression. */
    public DwarfEntryBuilder block(int name, int form, int... values) {
        return add(name, form, section -> {
            switch (form) {
                case 0x0a -> section.u8(values.length);
                case 0x03 -> section.u16(values.length);
                case 0x04 -> section.u32(values.length);
                default -> section.uleb(values.length);
            }
            section.u8s(values);
        });
    }

    /** Adds bytes as they are as the value of a form. */
    public DwarfEntryBuilder raw(int name, int form, int... values) {
        return add(name, form, section -> section.u8s(values));
    }

    /** Adds a reference to an entry, in its unit or in its section, as the form has it. */
    public DwarfEntryBuilder reference(int name, int form, DwarfEntryBuilder to) {
        return add(name, form, section -> number(section, form, isOfSection(form) ? to.offset() : to.unitOffset));
    }

    private static boolean isOfSection(int form) {
        return form == 0x10 || form == 0x1c || form == 0x24 || form == 0x1f20;
    }

    /** Adds a number whose form is beside it. */
    public DwarfEntryBuilder indirectNumber(int name, int form, long value) {
        return add(name, INDIRECT, section -> number(section.uleb(form), form, value));
    }

    /** Adds a text whose form is beside it. */
    public DwarfEntryBuilder indirectText(int name, int form, String value) {
        return add(name, INDIRECT, section -> text(section.uleb(form), form, value));
    }

    /** Adds a reference to what comes after this entry and all below it. */
    public DwarfEntryBuilder sibling(int form) {
        return add(SIBLING, form, section -> number(section, form, endOffset));
    }

    private DwarfEntryBuilder add(int name, int form, Value value) {
        attributes.add(new Attribute(name, form, 0, value));
        return this;
    }

    private void text(SectionBuilder section, int form, String value) {
        switch (form) {
            case 0x08 -> section.string(value);
            case 0x0e -> section.offset(unit.dwarf().textOffset(value));
            case 0x1f -> section.offset(unit.dwarf().textOffset(".debug_line_str", value));
            default -> number(section, form, unit.dwarf().textIndex(value));
        }
    }

    private void number(SectionBuilder section, int form, long value) {
        switch (form) {
            case 0x0b, 0x0c, 0x11, 0x25, 0x29 -> section.u8((int) value);
            case 0x05, 0x12, 0x26, 0x2a -> section.u16((int) value);
            case 0x27, 0x2b -> section.number(value, 3);
            case 0x06, 0x13, 0x28, 0x2c, 0x1c -> section.u32(value);
            case 0x07, 0x14, 0x20, 0x24 -> section.u64(value);
            case 0x0d -> section.sleb(value);
            case 0x01 -> section.number(value, unit.addressByteSize());
            case 0x10 -> section.number(value, unit.version() == 2 ? unit.addressByteSize() : section.offsetByteSize());
            case 0x0e, 0x17, 0x1d, 0x1f, 0x1f20, 0x1f21 -> section.offset(value);
            // Of a size that does not depend on what is not known yet.
            case 0x15 -> section.u8s((int) value & 0x7f | 0x80, (int) value >>> 7 & 0x7f | 0x80, (int) value >>> 14);
            case 0x19 -> {}
            default -> section.uleb(value);
        }
    }

    private byte[] abbreviation() {
        var declaration = new SectionBuilder(unit.dwarf().order(), 4).uleb(tag).u8(hasChildren ? 1 : 0);
        for (var attribute : attributes) {
            declaration.uleb(attribute.name).uleb(attribute.abbreviatedForm);
            if (attribute.abbreviatedForm == IMPLICIT) {
                declaration.sleb(attribute.implicit);
            }
        }
        return declaration.u8s(0, 0).build();
    }

    void addTo(SectionBuilder section) {
        // Positions count from the start of the unit's own bytes.
        unitOffset = section.position();
        section.uleb(unit.code(abbreviation()));
        for (var attribute : attributes) {
            attribute.value.addTo(section);
        }
        if (hasChildren) {
            for (var child : children) {
                child.addTo(section);
            }
            if (isEnded) {
                section.u8(0);
            }
        }
        endOffset = section.position();
    }
}
