package org.wyrm.testkit.dwarf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the units of a file: trees of entries, their abbreviations and texts.
 *
 * <pre>{@code
 * var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
 * var unit = dwarf.unit(5);
 * var number = unit.root().child(DW_TAG_base_type).text(DW_AT_name, DW_FORM_string, "int");
 * unit.root().child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_strp, "t").reference(DW_AT_type, DW_FORM_ref4, number);
 * byte[] info = dwarf.build().get(".debug_info");
 * }</pre>
 *
 * <p>Forms and names of attributes are those of DWARF; values are not checked. Confined to one thread.
 */
public final class DwarfBuilder {
    private final ByteOrder order;
    private final List<DwarfUnitBuilder> units = new ArrayList<>();
    private final Map<String, Map<String, Integer>> texts = new LinkedHashMap<>();
    private final Map<String, ByteArrayOutputStream> textBytes = new LinkedHashMap<>();
    private final List<String> indexedTexts = new ArrayList<>();
    private final List<Long> addresses = new ArrayList<>();
    private ByteArrayOutputStream abbreviations = new ByteArrayOutputStream();

    /** Starts without a unit. */
    public DwarfBuilder(ByteOrder order) {
        this.order = order;
    }

    /** {@return the order of its numbers} */
    public ByteOrder order() {
        return order;
    }

    /** Adds a unit to {@code .debug_info}, in the 32-bit format and with addresses of 8 bytes if not told otherwise. */
    public DwarfUnitBuilder unit(int version) {
        var unit = new DwarfUnitBuilder(this, version);
        units.add(unit);
        return unit;
    }

    /** {@return the offset of a text in {@code .debug_str}, where it is added if need be} */
    public int textOffset(String text) {
        return textOffset(".debug_str", text);
    }

    int textOffset(String section, String text) {
        var bytes = textBytes.computeIfAbsent(section, name -> new ByteArrayOutputStream());
        return texts.computeIfAbsent(section, name -> new LinkedHashMap<>()).computeIfAbsent(text, fresh -> {
            var offset = bytes.size();
            bytes.writeBytes(fresh.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            return offset;
        });
    }

    int textIndex(String text) {
        var known = indexedTexts.indexOf(text);
        if (known >= 0) {
            return known;
        }
        indexedTexts.add(text);
        return indexedTexts.size() - 1;
    }

    /** {@return the number of an address in {@code .debug_addr}, where it is added} */
    public int addressIndex(long address) {
        addresses.add(address);
        return addresses.size() - 1;
    }

    ByteArrayOutputStream abbreviations() {
        return abbreviations;
    }

    /**
     * {@return the sections by their ELF names; all units share one table of addresses, with a header if the first is of
     * version 5, and one of offsets of texts, which has none}
     */
    public Map<String, byte[]> build() {
        // The first round finds where entries are, the second writes the references to them.
        build(".debug_info");
        build(".debug_types");
        abbreviations = new ByteArrayOutputStream();
        var sections = new LinkedHashMap<String, byte[]>();
        sections.put(".debug_info", build(".debug_info"));
        var types = build(".debug_types");
        if (types.length > 0) {
            sections.put(".debug_types", types);
        }
        sections.put(".debug_abbrev", abbreviations.toByteArray());
        var width = units.isEmpty() ? 4 : units.getFirst().offsetByteSize();
        var offsets = new SectionBuilder(order, width);
        indexedTexts.forEach(text -> offsets.offset(textOffset(text)));
        sections.put(".debug_str_offsets", offsets.build());
        textBytes.forEach((name, bytes) -> sections.put(name, bytes.toByteArray()));
        var addressBytes = new SectionBuilder(order, width);
        var addressWidth = units.isEmpty() ? 8 : units.getFirst().addressByteSize();
        if (!units.isEmpty() && units.getFirst().version() >= 5) {
            addressBytes.unit(table -> {
                table.u16(5).u8(addressWidth).u8(0);
                addresses.forEach(address -> table.number(address, addressWidth));
            });
        } else {
            addresses.forEach(address -> addressBytes.number(address, addressWidth));
        }
        sections.put(".debug_addr", addressBytes.build());
        return sections;
    }

    private byte[] build(String section) {
        var bytes = new ByteArrayOutputStream();
        for (var unit : units) {
            if (unit.section().equals(section)) {
                bytes.writeBytes(unit.build(bytes.size()));
            }
        }
        return bytes.toByteArray();
    }
}
