package org.wyrm.linux.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;

/** The text of VMCOREINFO where a kernel keeps it in its memory. */
final class KeptVmcoreinfo {
    /** What it begins with, in all versions. */
    static final byte[] START = "OSRELEASE=".getBytes(StandardCharsets.US_ASCII);

    private static final String START_TEXT = new String(START, StandardCharsets.US_ASCII);

    /** Small, so that memory full of starts is not read again for each. */
    private static final int PIECE_BYTES = 1 << 8;

    /** {@code VMCOREINFO_BYTES}: a page, of 64 KiB at most. */
    private static final int MOST_BYTES = 1 << 16;

    private KeptVmcoreinfo() {}

    /** {@return the text that begins at a physical address; empty if what is there is none} */
    static Optional<ByteSlice> at(TargetMemory physical, long address) {
        var bytes = new ByteArrayOutputStream();
        var at = address;
        while (bytes.size() < MOST_BYTES) {
            var wanted = (int) (PIECE_BYTES - (at & PIECE_BYTES - 1));
            byte[] piece;
            try {
                piece = physical.bytesToNul(at, wanted);
            } catch (FaultException absent) {
                break;
            }
            bytes.writeBytes(piece);
            if (piece.length < wanted || !isText(piece) || hasAnotherStart(piece, at == address)) {
                break;
            }
            at += wanted;
        }
        var text = lines(bytes.toString(StandardCharsets.ISO_8859_1));
        return text.startsWith(START_TEXT) && text.contains("\nPAGESIZE=") && text.contains("\nSYMBOL(")
                ? Optional.of(ByteSlice.of(
                        "VMCOREINFO at physical 0x%x".formatted(address),
                        text.getBytes(StandardCharsets.ISO_8859_1),
                        physical.order()))
                : Optional.empty();
    }

    private static boolean hasAnotherStart(byte[] piece, boolean isFirst) {
        return new String(piece, StandardCharsets.ISO_8859_1).indexOf(START_TEXT, isFirst ? 1 : 0) >= 0;
    }

    private static boolean isText(byte[] bytes) {
        for (var each : bytes) {
            if (each != '\n' && (each < ' ' || each > '~')) {
                return false;
            }
        }
        return true;
    }

    /** {@return the whole lines at the start of a text, up to what is none and to another text of this kind} */
    private static String lines(String text) {
        var end = text.indexOf(START_TEXT, 1);
        var limit = end < 0 ? text.length() : end;
        var last = 0;
        for (var at = 0; at < limit; at++) {
            var each = text.charAt(at);
            if (each == '\n') {
                last = at + 1;
            } else if (each < ' ' || each > '~') {
                break;
            }
        }
        return text.substring(0, last);
    }
}
