package org.wyrm.fs.ext4;

import org.wyrm.program.Value;

/** Numbers as they are on a disk: the super block in memory is a copy of that on the disk, of little endian always. */
final class DiskNumbers {
    private static final int DWORD_BITS = 32;

    private DiskNumbers() {}

    /** {@return a number of at most eight bytes, unsigned: {@code __le16}, {@code __le32}, {@code __le64}} */
    static long number(Value member) {
        var bytes = member.bytes();
        var number = 0L;
        for (var place = bytes.length - 1; place >= 0; place--) {
            number = number << Byte.SIZE | Byte.toUnsignedLong(bytes[place]);
        }
        return number;
    }

    /** {@return a number whose upper half is in another member} */
    static long number(Value low, Value high) {
        return number(high) << DWORD_BITS | number(low);
    }
}
