package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.wyrm.testkit.dwarf.CallFrameBuilder;

/** Call frame information of any kind is decoded or rejected, never anything else. See docs/help/fuzz.md. */
class CallFrameFuzzTest {
    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var kind = data.pickValue(CallFrameSection.Kind.values());
        var isEh = kind == CallFrameSection.Kind.EH_FRAME;
        var bytes = data.consumeBoolean()
                ? Fuzz.changed(
                        CallFrameTableTest.twoOfEach(
                                order, encoding.offsetByteSize(), encoding.addressByteSize(), isEh),
                        data)
                : data.consumeRemainingAsBytes();
        CallFrameTableTest.askAll(BuiltFrames.table(bytes, order, encoding.addressByteSize(), kind));
    }

    @FuzzTest
    void anyProgramIsRunOrRejected(FuzzedDataProvider data) {
        var order = Fuzz.order(data);
        var encoding = Fuzz.encoding(data);
        var initial = data.consumeBytes(data.consumeInt(0, 20));
        var program = data.consumeRemainingAsBytes();
        var built = new CallFrameBuilder(order, encoding.offsetByteSize(), encoding.addressByteSize(), false);
        var cie = built.cie(3, part -> {
            for (var each : initial) {
                part.u8(each);
            }
        });
        built.fde(cie, 0x1000, 0x1000, part -> {
            for (var each : program) {
                part.u8(each);
            }
        });
        CallFrameTableTest.askAll(
                BuiltFrames.table(built.build(), order, encoding.addressByteSize(), CallFrameSection.Kind.DEBUG_FRAME));
    }
}
