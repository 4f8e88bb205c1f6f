package org.wyrm.orc;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.wyrm.base.error.MalformedDataException;

/** Tables of any bytes are decoded or rejected, and an address is found where it is. See docs/help/fuzz.md. */
class OrcFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var layout = data.pickValue(OrcLayout.values());
        var addresses = data.consumeBytes(data.consumeInt(0, 400));
        var entries = data.consumeRemainingAsBytes();
        if (addresses.length % 4 == 0) {
            entries = Arrays.copyOf(entries, addresses.length / 4 * 6);
        }
        try {
            check(BuiltOrc.table(addresses, entries, layout));
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no table.
        }
    }

    private static void check(OrcTable table) {
        for (var index = 0; index < table.count(); index++) {
            var address = table.address(index);
            var found = table.find(address);
            // What lies beyond the highest address is before all others.
            var isBefore = Long.compareUnsigned(address, table.address(0)) < 0;
            if (found.isPresent() == isBefore || found.isPresent() && table.address(found.getAsInt()) != address) {
                throw new AssertionError("entry " + found + " is found for " + index);
            }
        }
        for (var index = 0; index < table.count(); index++) {
            table.entry(index);
        }
    }
}
