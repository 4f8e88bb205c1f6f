package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** Expressions of any kind are decoded or rejected, never anything else. See docs/help/fuzz.md. */
class ExpressionFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var bytes = ByteSlice.of("fuzz", data.consumeRemainingAsBytes(), order);
        try {
            var operations = Expression.parse(bytes, encoding).operations();
            for (var operation : operations) {
                for (var operand : operation.operands()) {
                    if (operand instanceof Operand.Branch branch && branch.operationIndex() > operations.size()) {
                        throw new IllegalStateException("a branch leads outside");
                    }
                }
            }
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no expression.
        }
    }
}
