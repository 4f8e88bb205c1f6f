package org.wyrm.debuginfo.internal;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * {@code modules.dep.bin}, the tree of names that depmod writes. All numbers are big-endian.
 *
 * <pre>
 * File     --> 0xb007f457 (4), version 2.1 (2, 2), root: Pointer
 * Pointer  --> flags in the upper 4 bits, offset of a node (4)
 * Node     --> [prefix, NUL] if flag 8, [Children] if flag 2, [Values] if flag 4
 * Children --> first letter (1), last letter (1), a Pointer for each from first to last, 0 for none
 * Values   --> count (4), count times: priority (4), text, NUL
 * </pre>
 *
 * <p>Read is version 2.1, which depmod has written since module-init-tools 3.11. Immutable and thread-safe.
 */
final class ModuleTrie {
    private static final int MAGIC = 0xb007_f457;
    private static final int VERSION = 0x0002_0001;
    private static final int HAS_PREFIX = 0x8000_0000;
    private static final int HAS_VALUES = 0x4000_0000;
    private static final int HAS_CHILDREN = 0x2000_0000;
    private static final int OFFSET_MASK = 0x0fff_ffff;

    private final ByteSlice file;

    /** @throws MalformedDataException if the file does not begin as it should */
    ModuleTrie(ByteSlice bytes) {
        file = bytes.withOrder(ByteOrder.BIG_ENDIAN);
        if (file.s32(0) != MAGIC) {
            throw file.malformed(0, "modules.dep.bin begins with b0 07 f4 57");
        }
        if (file.s32(4) != VERSION) {
            throw file.malformed(4, "version 0x%08x of the format is not 2.1".formatted(file.s32(4)));
        }
    }

    /**
     * {@return the first value of a name, if the name is known}
     *
     * @throws MalformedDataException if a node does not lie in the file
     */
    Optional<String> find(String name) {
        var key = name.getBytes(StandardCharsets.UTF_8);
        var pointer = file.s32(8);
        var matched = 0;
        // Each step takes a letter of the name, so there is an end.
        while (true) {
            var at = (long) (pointer & OFFSET_MASK);
            if ((pointer & HAS_PREFIX) != 0) {
                for (; file.u8(at) != 0; at++, matched++) {
                    if (matched == key.length || file.u8(at) != (key[matched] & 0xff)) {
                        return Optional.empty();
                    }
                }
                at++;
            }
            var children = at;
            var first = 0;
            var last = -1;
            if ((pointer & HAS_CHILDREN) != 0) {
                first = file.u8(at);
                last = file.u8(at + 1);
                if (last < first) {
                    throw file.malformed(
                            at, "the last letter 0x%02x is before the first 0x%02x".formatted(last, first));
                }
                at += 2 + (last - first + 1) * 4L;
            }
            if (matched == key.length) {
                return (pointer & HAS_VALUES) != 0 && file.u32(at) > 0
                        ? Optional.of(file.cString(at + 8))
                        : Optional.empty();
            }
            var letter = key[matched++] & 0xff;
            if (letter < first || letter > last) {
                return Optional.empty();
            }
            pointer = file.s32(children + 2 + (letter - first) * 4L);
            if ((pointer & OFFSET_MASK) == 0) {
                return Optional.empty();
            }
        }
    }
}
