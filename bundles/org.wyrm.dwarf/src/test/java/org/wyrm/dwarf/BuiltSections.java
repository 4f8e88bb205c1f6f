package org.wyrm.dwarf;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.testkit.dwarf.DwarfBuilder;

/** Sections that a test built, or damaged. */
record BuiltSections(ByteOrder order, Map<String, byte[]> bytes) {
    static BuiltSections of(DwarfBuilder dwarf) {
        return new BuiltSections(dwarf.order(), dwarf.build());
    }

    BuiltSections with(String section, byte[] content) {
        var changed = new HashMap<>(bytes);
        changed.put(section, content);
        return new BuiltSections(order, changed);
    }

    byte[] get(String section) {
        return bytes.getOrDefault(section, new byte[0]);
    }

    DwarfSections sections(@Nullable DwarfSections supplementary) {
        return new DwarfSections(
                order,
                section -> Optional.ofNullable(bytes.get(section.elfName()))
                        .map(content -> ByteSlice.of(section.elfName(), content, order)),
                supplementary);
    }

    DwarfInfo info() {
        return new DwarfInfo(sections(null));
    }
}
