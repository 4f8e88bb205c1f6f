package org.wyrm.dwarf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfUnitBuilder;

/** Units with a few entries for tests, and how to get at those. */
final class BuiltEntries {
    /** A name that no standard knows, for values of any form. */
    static final int VALUE = 0x2222;

    static Stream<Arguments> encodings() {
        return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .flatMap(order -> Stream.of(2, 3, 4, 5)
                        .flatMap(version -> Stream.of(4, 8)
                                .flatMap(format ->
                                        Stream.of(4, 8).map(size -> Arguments.of(order, version, format, size)))));
    }

    static DwarfUnitBuilder unit(DwarfBuilder dwarf, int version, int format, int addressByteSize) {
        var unit = dwarf.unit(version).addresses(addressByteSize);
        return format == 8 ? unit.dwarf64() : unit;
    }

    static DwarfBuilder little() {
        return new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
    }

    static List<Die> children(Die die) {
        var all = new ArrayList<Die>();
        die.children().forEach(all::add);
        return all;
    }

    static Die root(DwarfInfo info) {
        return info.units(DwarfSection.INFO).getFirst().root();
    }

    static Die root(DwarfBuilder dwarf) {
        return root(BuiltSections.of(dwarf).info());
    }

    static Die reference(Die die, int name) {
        return Objects.requireNonNull(die.reference(name));
    }

    private BuiltEntries() {}
}
