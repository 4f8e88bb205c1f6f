package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * {@code .debug_cu_index} of both versions is decoded or rejected, never anything else. See docs/help/fuzz.md.
 */
class UnitIndexFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var version = data.consumeBoolean() ? 5 : 2;
        var bytes = data.consumeBoolean()
                ? Fuzz.changed(UnitIndexTest.index(order, version), data)
                : data.consumeRemainingAsBytes();
        UnitIndexTest.ask(bytes, order);
    }
}
