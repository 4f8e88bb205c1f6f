package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import org.wyrm.base.error.MalformedDataException;

/** Units of any bytes are read or rejected, by the scanner as by the tree. See docs/help/fuzz.md. */
class EntriesFuzzTest {
    private static final int MAX_ENTRIES = 5_000;
    private static final BuiltSections LITTLE =
            BuiltSections.of(UnitScannerTest.everyWay(ByteOrder.LITTLE_ENDIAN, 5, 4, 8));
    private static final BuiltSections BIG = BuiltSections.of(UnitScannerTest.everyWay(ByteOrder.BIG_ENDIAN, 3, 8, 4));

    @FuzzTest
    void anyBytesAreReadOrRejected(FuzzedDataProvider data) {
        var sound = data.consumeBoolean() ? LITTLE : BIG;
        BuiltSections sections;
        if (data.consumeInt(0, 3) == 0) {
            var abbreviations = data.consumeBytes(data.consumeInt(0, 64));
            sections = new BuiltSections(
                    sound.order(),
                    Map.of(".debug_abbrev", abbreviations, ".debug_info", data.consumeRemainingAsBytes()));
        } else {
            sections = sound.with(".debug_abbrev", changed(sound.get(".debug_abbrev"), data))
                    .with(".debug_info", changed(sound.get(".debug_info"), data));
        }
        var info = sections.info();
        var units = sections.sections(null).section(DwarfSection.INFO);
        var scanner = new UnitScanner();
        try {
            for (var offset = 0L; offset < units.byteSize(); ) {
                var header = UnitHeader.parse(units, offset, false);
                UnitScannerTest.compare(scanner, info, DwarfSection.INFO, header, "fuzzed");
                readAll(new DwarfUnit(info, DwarfSection.INFO, header));
                offset = header.endOffset();
            }
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no units.
        }
    }

    private static byte[] changed(byte[] sound, FuzzedDataProvider data) {
        var bytes = Arrays.copyOf(sound, sound.length - data.consumeInt(0, 4));
        for (var count = data.consumeInt(0, 6); count > 0; count--) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }

    /** Asks each entry for all that it may be asked for. */
    private static void readAll(DwarfUnit unit) {
        var open = new ArrayDeque<Die>();
        open.push(unit.root());
        for (var count = 0; !open.isEmpty() && count < MAX_ENTRIES; count++) {
            var die = open.pop();
            for (var name = 0; name < 0x90; name++) {
                var each = name;
                attempt(() -> die.string(each));
                attempt(() -> die.number(each));
                attempt(() -> die.address(each));
                attempt(() -> die.block(each));
                attempt(() -> die.reference(each));
            }
            for (var child : die.children()) {
                if (open.size() < MAX_ENTRIES) {
                    open.push(child);
                }
            }
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (MalformedDataException expected) {
            // The attribute is of another class, or wrong.
        }
    }
}
