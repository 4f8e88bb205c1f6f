package org.wyrm.target.gdb.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.remote.RemoteSocket;

/**
 * Packets to and from a stub.
 *
 * <pre>
 * packet    $ payload # two hex digits: the sum of the payload's bytes as sent, modulo 256
 * payload   } X    stands for X xor 0x20
 *           C * N  in answers stands for C, then N - 29 more of it
 * answered  by + if the sum is right, by - if it is to be sent again; not after QStartNoAckMode
 * %...#xx   a notification; nobody waits for one here
 * </pre>
 *
 * <p>Confined to one thread at a time.
 */
final class PacketLink {
    /** Much more than any stub announces. */
    private static final int MOST_PAYLOAD_BYTES = 1 << 20;

    private static final int MOST_ATTEMPTS = 5;
    private static final int REPEAT_BASE = 29;
    private static final int ESCAPED = 0x20;

    /** QEMU says that the target has stopped when somebody connects; nothing here makes it run, so nobody asks for it. */
    private static final Pattern STOP_REPLY = Pattern.compile("[TS][0-9a-f]{2}.*", Pattern.DOTALL);

    private final RemoteSocket socket;
    private final String name;
    private boolean acknowledges = true;

    /** @param isRight whether its checksum is */
    private record Payload(String text, boolean isRight) {}

    PacketLink(RemoteSocket socket, String name) {
        this.socket = socket;
        this.name = name;
    }

    /** From now on nobody acknowledges: both sides agreed on it. */
    void stopAcknowledging() {
        acknowledges = false;
    }

    boolean acknowledges() {
        return acknowledges;
    }

    /** Sends a request. */
    void send(String request) {
        socket.send(packet(request));
    }

    /**
     * {@return the answer to the oldest request without one, a character for each byte}
     *
     * @param request which that is, to be sent again where the stub asks for it
     */
    String receive(String request) {
        return receive(request, true);
    }

    /** {@return the answer to the oldest request without one, where others are on their way: none can be repeated} */
    String receiveInOrder(String request) {
        return receive(request, false);
    }

    private String receive(String request, boolean isRepeatable) {
        var attempts = 0;
        while (true) {
            switch (socket.receive()) {
                case '$' -> {
                    var payload = payload();
                    if (payload.isRight) {
                        acknowledge("+");
                        if (!STOP_REPLY.matcher(payload.text).matches()) {
                            return payload.text;
                        }
                        continue;
                    }
                    if (!acknowledges || !isRepeatable || ++attempts == MOST_ATTEMPTS) {
                        throw malformed("the checksum of an answer to '%s' is wrong".formatted(request));
                    }
                    acknowledge("-");
                }
                case '-' -> {
                    if (acknowledges) {
                        if (!isRepeatable || ++attempts == MOST_ATTEMPTS) {
                            throw malformed("the stub refuses '%s' again and again".formatted(request));
                        }
                        send(request);
                    }
                }
                case '%' -> payload();
                default -> {
                    // An acknowledgement, or what is left of an exchange before.
                }
            }
        }
    }

    private void acknowledge(String sign) {
        if (acknowledges) {
            socket.send(sign.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Payload payload() {
        var bytes = new ByteArrayOutputStream();
        var sum = 0;
        var last = -1;
        while (true) {
            var next = socket.receive();
            if (next == '#') {
                var told = hexDigit(socket.receive()) << 4 | hexDigit(socket.receive());
                return new Payload(bytes.toString(StandardCharsets.ISO_8859_1), told == (sum & 0xff));
            }
            sum += next;
            var count = 1;
            if (next == '}') {
                next = socket.receive();
                sum += next;
                last = next ^ ESCAPED;
            } else if (next == '*') {
                next = socket.receive();
                sum += next;
                count = next - REPEAT_BASE;
                if (last < 0 || next < ' ' || next > '~') {
                    throw malformed("a run of bytes has the length 0x%02x".formatted(next));
                }
            } else {
                last = next;
            }
            if (bytes.size() + count > MOST_PAYLOAD_BYTES) {
                throw malformed("an answer is longer than %d bytes".formatted(MOST_PAYLOAD_BYTES));
            }
            for (var i = 0; i < count; i++) {
                bytes.write(last);
            }
        }
    }

    private static int hexDigit(int character) {
        var digit = Character.digit(character, 16);
        // Of what is no digit, no sum is right.
        return digit < 0 ? 1 << 12 : digit;
    }

    MalformedDataException malformed(String rule) {
        return new MalformedDataException(name, socket.receivedByteCount(), rule);
    }

    private static byte[] packet(String request) {
        var bytes = new ByteArrayOutputStream();
        bytes.write('$');
        var sum = 0;
        for (var each : request.getBytes(StandardCharsets.ISO_8859_1)) {
            if (each == '$' || each == '#' || each == '}' || each == '*') {
                bytes.write('}');
                bytes.write(each ^ ESCAPED);
                sum += '}' + (each ^ ESCAPED);
            } else {
                bytes.write(each);
                sum += each;
            }
        }
        bytes.writeBytes("#%02x".formatted(sum & 0xff).getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }
}
