package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * {@code .debug_loc}, {@code .debug_loclists} and {@code .debug_loc.dwo} of any kind are decoded or rejected, never
 * anything else. See docs/help/fuzz.md.
 */
class LocationListsFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var isSplit = data.consumeBoolean();
        var base = data.consumeLong();
        var offset = data.consumeLong(-2, 64);
        var viewsOffset = data.consumeLong(-2, 64);
        var bytes = data.consumeBoolean()
                ? Fuzz.changed(LocationListsTest.everyKind(order, encoding, isSplit), data)
                : data.consumeRemainingAsBytes();
        var section = ByteSlice.of("fuzz", bytes, order);
        var addresses = RangeListsTest.addresses(order, encoding);
        var lists = isSplit
                ? LocationLists.ofGnuSplit(section, encoding, addresses, ZeroAddress.IS_DEAD)
                : LocationLists.of(section, encoding, addresses, ZeroAddress.IS_DEAD);
        try {
            for (var expression : lists.read(offset, base).expressionsAt(base)) {
                Expression.parse(expression, encoding);
            }
            lists.readWithViews(offset, viewsOffset, base);
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no lists.
        }
    }
}
