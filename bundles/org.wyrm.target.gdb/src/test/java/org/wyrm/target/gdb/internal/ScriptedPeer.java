package org.wyrm.target.gdb.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A stub that does as it is told, on a socket of this machine. What it is asked is noted. */
final class ScriptedPeer implements AutoCloseable {
    private static final UnaryOperator<String> RIGHT = ScriptedPeer::packet;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final Script script;
    private final UnaryOperator<String> framing;

    /** What to answer, or null for nothing; {@code close} ends the connection. */
    interface Script {
        String CLOSE = "\0close";

        String answer(String request);
    }

    ScriptedPeer(Script script) throws IOException {
        this(script, RIGHT);
    }

    /** @param framing makes what is sent of an answer */
    ScriptedPeer(Script script, UnaryOperator<String> framing) throws IOException {
        this.script = script;
        this.framing = framing;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    static String packet(String payload) {
        var sum = payload.chars().sum() & 0xff;
        return "$%s#%02x".formatted(payload, sum);
    }

    private void serve() {
        try (var socket = server.accept()) {
            serve(socket);
        } catch (IOException ended) {
            // The other side is gone, which is how tests end.
        }
    }

    private void serve(Socket socket) throws IOException {
        var acknowledges = true;
        var last = "";
        for (var in = socket.getInputStream(); ; ) {
            var next = in.read();
            if (next < 0) {
                return;
            }
            if (next == '-') {
                send(socket, framing.apply(last));
            }
            if (next != '$') {
                continue;
            }
            var request = request(in);
            requests.add(request);
            var answer = script.answer(request);
            if (Script.CLOSE.equals(answer)) {
                return;
            }
            if (answer != null) {
                last = answer;
                send(socket, (acknowledges ? "+" : "") + framing.apply(answer));
            }
            if (request.equals("QStartNoAckMode") && "OK".equals(answer)) {
                acknowledges = false;
            }
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String request(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var next = in.read(); next != '#' && next >= 0; next = in.read()) {
            bytes.write(next);
        }
        in.readNBytes(2);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
