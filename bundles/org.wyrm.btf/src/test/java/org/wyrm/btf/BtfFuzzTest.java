package org.wyrm.btf;

import static org.wyrm.btf.BtfTest.everyKind;
import static org.wyrm.btf.BtfTest.readAll;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** Bytes of any kind are decoded or rejected, never anything else. See docs/help/fuzz.md. */
class BtfFuzzTest {
    private static final byte[] LITTLE = everyKind(ByteOrder.LITTLE_ENDIAN).build();
    private static final byte[] BIG = everyKind(ByteOrder.BIG_ENDIAN).build();
    private static final byte[] SPLIT =
            everyKind(ByteOrder.LITTLE_ENDIAN).split().build();

    @FuzzTest
    void anyBytesAreDecodedOrRejected(FuzzedDataProvider data) {
        var kind = data.consumeInt(0, 4);
        var bytes = switch (kind) {
            case 0 -> changed(LITTLE, data);
            case 1 -> changed(BIG, data);
            case 2 -> changed(SPLIT, data);
            default -> data.consumeRemainingAsBytes();
        };
        try {
            var slice = ByteSlice.of("fuzz", bytes, ByteOrder.LITTLE_ENDIAN);
            if (kind == 2 || kind == 4) {
                readAll(Btf.parseSplit(slice, Btf.parse(ByteSlice.of("base", LITTLE, ByteOrder.LITTLE_ENDIAN))));
            } else {
                readAll(Btf.parse(slice));
            }
        } catch (MalformedDataException expected) {
            // The one way to say that bytes are no BTF.
        }
    }

    /** Sound bytes with some overwritten, and perhaps cut: most of what is random ends at the magic. */
    private static byte[] changed(byte[] sound, FuzzedDataProvider data) {
        var bytes = Arrays.copyOf(sound, data.consumeInt(0, sound.length + 64));
        while (data.remainingBytes() > 0 && bytes.length > 0) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }
}
