package org.wyrm.symbols.dwarf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts one after the other, each with a NUL. Confined to one thread. */
final class TextPool {
    byte[] bytes = new byte[1 << 12];
    int size;

    int add(byte[] data, int start, int end) {
        var needed = size + (end - start) + 1;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        var at = size;
        System.arraycopy(data, start, bytes, at, end - start);
        size = needed;
        return at;
    }

    int add(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        return add(encoded, 0, encoded.length);
    }

    String text(int at) {
        var end = at;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }

    /** {@return what two texts share if they are the same} */
    long hash(int at) {
        return hash(bytes, at);
    }

    /** {@return the same of a text in other bytes, which ends with them at the latest} */
    static long hash(byte[] texts, int at) {
        var hash = 1L;
        for (var next = at; next < texts.length && texts[next] != 0; next++) {
            hash = hash * 0x100_0000_01b3L + texts[next];
        }
        return LongTable.mix(hash);
    }
}
