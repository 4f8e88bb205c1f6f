package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** {@code .debug_line} of any kind is decoded or rejected, never anything else. See docs/help/fuzz.md. */
class LineTableFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var version = data.consumeInt(2, 5);
        var bytes =
                data.consumeBoolean() ? Fuzz.changed(BuiltLines.sound(version), data) : data.consumeRemainingAsBytes();
        LineTableTest.readAll(bytes);
        try {
            LineHeader.parse(ByteSlice.of("fuzz", bytes, ByteOrder.BIG_ENDIAN), 0, 4);
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no line table.
        }
    }
}
