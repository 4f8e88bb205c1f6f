package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * {@code .debug_ranges}, {@code .debug_rnglists} and {@code .debug_addr} of any kind are decoded or rejected, never
 * anything else. See docs/help/fuzz.md.
 */
class RangeListsFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var base = data.consumeLong();
        var offset = data.consumeLong(-2, 64);
        var usesTable = data.consumeBoolean();
        var section = ByteSlice.of(
                "fuzz",
                data.consumeBoolean()
                        ? Fuzz.changed(RangeListsTest.everyKind(order, encoding), data)
                        : data.consumeRemainingAsBytes(),
                order);
        try {
            var addresses =
                    usesTable ? AddressTable.of(section, offset, encoding) : RangeListsTest.addresses(order, encoding);
            var lists = new RangeLists(section, encoding, addresses, ZeroAddress.IS_DEAD);
            lists.read(offset, base).contains(base);
            lists.read(lists.offset(offset, 0), base);
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no lists.
        }
    }
}
