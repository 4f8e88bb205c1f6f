package org.wyrm.target.gdb.internal;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.remote.RemoteAddress;
import org.wyrm.remote.RemoteMemory;
import org.wyrm.remote.RemoteSocket;

/**
 * A stub that speaks gdb's remote protocol. Nothing is ever written to its target: of all requests only those are made
 * that read, those that agree on how to talk, and the one that lets go. Thread-safe.
 */
final class RemoteStub implements RemoteMemory.Reader, AutoCloseable {
    /** How long an answer may take. A guest that QEMU emulates holds it up while other devices work. */
    static final long ANSWER_MILLIS = 10_000;

    private static final long CLOSE_MILLIS = 1_000;
    private static final int MOST_ANNEXES = 64;
    private static final int MOST_ANNEX_CHARACTERS = 1 << 20;
    private static final int MOST_THREADS = 1 << 14;
    private static final int ANNEX_PIECE_BYTES = 0x7f8;

    /** What any stub can answer at once, and what is asked for at most. */
    private static final int LEAST_READ_BYTES = 64;

    private static final int MOST_READ_BYTES = 2048;

    /** How many answers may have been on their way when the target is let go. */
    private static final int MOST_LATE_ANSWERS = 256;

    private static final Pattern PACKET_SIZE = Pattern.compile("PacketSize=([0-9a-fA-F]{1,7})(;|$)");
    private static final Pattern ANNEX = Pattern.compile("<xi:include\\s[^>]*href\\s*=\\s*[\"']([^\"']*)[\"']");
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

    private final RemoteSocket socket;
    private final PacketLink link;
    private final long answerMillis;
    private final boolean leavesStopped;
    private int readByteSize = LEAST_READ_BYTES;
    private boolean describesFeatures;
    private boolean readsPhysical;
    private boolean isClosed;

    /** Connects; QEMU stops its guest at that. */
    RemoteStub(RemoteAddress address, long answerMillis, Cancellation cancellation) {
        this.answerMillis = answerMillis;
        this.leavesStopped = address.hasWish();
        this.socket = RemoteSocket.open(address, answerMillis, cancellation);
        this.link = new PacketLink(socket, "gdb stub " + address.words());
    }

    /** Agrees on how to talk. */
    void begin() {
        var supported = ask("qSupported:qXfer:features:read+");
        describesFeatures = supported.contains("qXfer:features:read+");
        var digits = PACKET_SIZE.matcher(supported);
        if (digits.find()) {
            readByteSize = Math.clamp(Integer.parseInt(digits.group(1), 16) / 2, LEAST_READ_BYTES, MOST_READ_BYTES);
        }
        // QEMU has it, and does not say so.
        if (ask("QStartNoAckMode").equals("OK")) {
            link.stopAcknowledging();
        }
    }

    private synchronized String ask(String request) {
        socket.until(answerMillis);
        link.send(request);
        return link.receive(request);
    }

    /** {@return whether memory is that of physical addresses from now on; only QEMU's stub can do that} */
    boolean readPhysical() {
        readsPhysical =
                ask("qqemu.PhyMemMode").equals("1") || ask("Qqemu.PhyMemMode:1").equals("OK");
        return readsPhysical;
    }

    /** {@return the descriptions of the target, the first one of all; none if the stub has none} */
    List<String> features() {
        var features = new ArrayList<String>();
        if (!describesFeatures) {
            return features;
        }
        var names = new ArrayList<String>(List.of("target.xml"));
        for (var at = 0; at < names.size(); at++) {
            var feature = COMMENT.matcher(annex(names.get(at))).replaceAll("");
            features.add(feature);
            for (var matcher = ANNEX.matcher(feature); matcher.find(); ) {
                names.add(matcher.group(1));
            }
            if (names.size() > MOST_ANNEXES) {
                throw link.malformed("the target's description has more than %d parts".formatted(MOST_ANNEXES));
            }
        }
        return features;
    }

    private String annex(String name) {
        var text = new StringBuilder();
        while (true) {
            var piece = ask("qXfer:features:read:%s:%x,%x".formatted(name, text.length(), ANNEX_PIECE_BYTES));
            if (piece.isEmpty() || (piece.charAt(0) != 'l' && piece.charAt(0) != 'm')) {
                throw link.malformed("the stub gives no %s of the target's description".formatted(name));
            }
            text.append(piece, 1, piece.length());
            if (piece.charAt(0) == 'l') {
                return text.toString();
            }
            if (piece.length() == 1 || text.length() > MOST_ANNEX_CHARACTERS) {
                throw link.malformed("the target's description %s does not end".formatted(name));
            }
        }
    }

    /** {@return the threads of the target, in the words of the stub} */
    List<String> threads() {
        var threads = new ArrayList<String>();
        for (var answer = ask("qfThreadInfo"); answer.startsWith("m"); answer = ask("qsThreadInfo")) {
            threads.addAll(List.of(answer.substring(1).split(",", -1)));
            if (threads.size() > MOST_THREADS) {
                throw link.malformed("the target has more than %d threads".formatted(MOST_THREADS));
            }
        }
        return threads;
    }

    /** {@return the number of a thread; empty of one that has none} */
    static OptionalInt number(String thread) {
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(thread.substring(thread.lastIndexOf('.') + 1), 16));
        } catch (NumberFormatException none) {
            return OptionalInt.empty();
        }
    }

    /** {@return the digits of a thread's registers; empty if the stub does not give them} */
    Optional<String> registers(String thread) {
        if (!thread.matches("[p0-9a-fA-F.-]{1,32}") || !ask("Hg" + thread).equals("OK")) {
            return Optional.empty();
        }
        var answer = ask("g");
        return isError(answer) || answer.isEmpty() ? Optional.empty() : Optional.of(answer);
    }

    private static boolean isError(String answer) {
        return answer.length() == 3 && answer.charAt(0) == 'E';
    }

    /**
     * {@return memory from an address on, up to what is absent; several requests are on their way at once}
     *
     * @param byteSize how many bytes at most
     */
    @Override
    public synchronized byte[] read(long address, int byteSize) {
        var requests = new ArrayList<String>();
        for (var at = 0; at < byteSize; at += readByteSize) {
            requests.add("m%x,%x".formatted(address + at, Math.min(readByteSize, byteSize - at)));
        }
        socket.until(answerMillis);
        // QEMU takes a request before the answer to the last one is acknowledged; not all stubs do.
        var isAhead = readsPhysical || !link.acknowledges();
        if (isAhead) {
            requests.forEach(link::send);
        }
        var bytes = new ByteArrayOutputStream(byteSize);
        var isWhole = true;
        for (var request : requests) {
            if (!isAhead) {
                socket.until(answerMillis);
                link.send(request);
            }
            var wanted = Math.min(readByteSize, byteSize - bytes.size());
            var answer = isAhead ? link.receiveInOrder(request) : link.receive(request);
            var piece = memory(request, answer, wanted);
            if (isWhole) {
                bytes.writeBytes(piece);
                isWhole = piece.length == wanted;
            } else if (!isAhead) {
                break;
            }
        }
        return bytes.toByteArray();
    }

    private byte[] memory(String request, String digits, int wanted) {
        if (digits.isEmpty() || isError(digits)) {
            return new byte[0];
        }
        if (digits.length() % 2 != 0 || digits.length() / 2 > wanted) {
            throw link.malformed("the answer to '%s' has %d digits".formatted(request, digits.length()));
        }
        var bytes = new byte[digits.length() / 2];
        for (var at = 0; at < bytes.length; at++) {
            if (!Hex.isByte(digits, 2 * at)) {
                throw link.malformed("the answer to '%s' is not of hexadecimal digits".formatted(request));
            }
            bytes[at] = (byte) Hex.byteAt(digits, 2 * at);
        }
        return bytes;
    }

    /** Lets go of the target, which runs on, unless the user wants it stopped. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try (socket) {
            socket.ignoreCancellation();
            socket.until(Math.min(answerMillis, CLOSE_MILLIS));
            if (readsPhysical) {
                say("Qqemu.PhyMemMode:0");
            }
            if (!leavesStopped) {
                say("D");
            }
        } catch (UnreadableTargetException | MalformedDataException gone) {
            // There is nobody to be told.
        }
    }

    /** Sends a request that is answered by OK, perhaps after answers that nobody waited for any more. */
    private void say(String request) {
        link.send(request);
        for (var late = 0; late < MOST_LATE_ANSWERS; late++) {
            if (link.receive(request).equals("OK")) {
                return;
            }
        }
    }
}
