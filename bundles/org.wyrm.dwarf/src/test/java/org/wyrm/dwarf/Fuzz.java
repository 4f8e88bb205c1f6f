package org.wyrm.dwarf;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What fuzz targets do with bytes. */
final class Fuzz {
    private Fuzz() {}

    /** {@return sound bytes with some overwritten, and perhaps cut: most of what is random ends at the first number} */
    static byte[] changed(byte[] sound, FuzzedDataProvider data) {
        var bytes = Arrays.copyOf(sound, data.consumeInt(0, sound.length + 64));
        while (data.remainingBytes() > 0 && bytes.length > 0) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }

    static ByteOrder order(FuzzedDataProvider data) {
        return data.consumeBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    }

    static UnitEncoding encoding(FuzzedDataProvider data) {
        return new UnitEncoding(data.consumeInt(2, 5), data.consumeBoolean() ? 4 : 8, data.consumeBoolean() ? 4 : 8);
    }
}
