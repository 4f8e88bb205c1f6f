package org.wyrm.target.qemu.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.remote.RemoteMemory;

/**
 * A guest's physical memory, as the monitor for people prints it: half a millisecond for a request, and some seven
 * megabytes a second.
 *
 * <pre>
 * xp /4xg 0xffffff0
 * 000000000ffffff0: 0x0000000000000000 0x0000000000000001
 * 0000000010000000: Cannot access memory
 * </pre>
 */
record MonitorMemory(QmpLink link) implements RemoteMemory.Reader {
    private static final String ABSENT = "Cannot access memory";
    private static final Pattern WORD = Pattern.compile(" 0x([0-9a-f]{16})");

    @Override
    public byte[] read(long address, int byteSize) {
        var first = address & -Long.BYTES;
        var skipped = (int) (address - first);
        var count = (skipped + byteSize + Long.BYTES - 1) / Long.BYTES;
        var command = "xp /%dxg 0x%x".formatted(count, first);
        var bytes = bytes(command, first, link.monitor(command));
        return Arrays.copyOfRange(bytes, Math.min(skipped, bytes.length), Math.min(skipped + byteSize, bytes.length));
    }

    private byte[] bytes(String command, long first, String answer) {
        var bytes = new ByteArrayOutputStream();
        for (var line : answer.lines().toList()) {
            var start = "%016x:".formatted(first + bytes.size());
            if (!line.startsWith(start)) {
                throw malformed(command, line);
            }
            var content = line.substring(start.length());
            if (content.strip().equals(ABSENT)) {
                return bytes.toByteArray();
            }
            var end = 0;
            for (var words = WORD.matcher(content); words.find() && words.start() == end; end = words.end()) {
                var word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.writeBytes(
                        word.putLong(Long.parseUnsignedLong(words.group(1), 16)).array());
            }
            if (end == 0 || end < content.length()) {
                throw malformed(command, line);
            }
        }
        return bytes.toByteArray();
    }

    private MalformedDataException malformed(String command, String line) {
        return link.malformed("the answer to '%s' has a line that is none: %s".formatted(command, QmpLink.words(line)));
    }
}
