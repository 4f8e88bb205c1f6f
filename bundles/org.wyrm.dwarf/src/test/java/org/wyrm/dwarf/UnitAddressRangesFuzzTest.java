package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** {@code .debug_aranges} of any kind is decoded or rejected, never anything else. See docs/help/fuzz.md. */
class UnitAddressRangesFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var bytes = data.consumeBoolean()
                ? Fuzz.changed(
                        UnitAddressRangesTest.twoSets(order, encoding.offsetByteSize(), encoding.addressByteSize()),
                        data)
                : data.consumeRemainingAsBytes();
        try {
            UnitAddressRanges.parse(ByteSlice.of("fuzz", bytes, order), ZeroAddress.IS_DEAD);
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no address ranges.
        }
    }
}
