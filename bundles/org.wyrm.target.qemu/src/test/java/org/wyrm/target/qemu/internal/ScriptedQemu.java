package org.wyrm.target.qemu.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A QEMU that answers as it is told, on a socket of this machine. What it is asked is noted. */
final class ScriptedQemu implements AutoCloseable {
    static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}";

    private static final Pattern REQUEST = Pattern.compile(
            "\\{\"execute\": \"([a-z_-]+)\"(?:, \"arguments\": \\{\"command-line\": \"([^\"]*)\"})?, \"id\": (\\d+)}");

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final String greeting;
    private final Script script;

    /** What to answer, as a value of JSON; or one of these. A request to the monitor for people is its line. */
    interface Script {
        String HANG = "\0hang";
        String CLOSE = "\0close";

        /** What follows is sent as it is, with the id for {@code %d}. */
        String RAW = "\0raw";

        String answer(String request);
    }

    ScriptedQemu(Script script) throws IOException {
        this(GREETING + "\r\n", script);
    }

    ScriptedQemu(String greeting, Script script) throws IOException {
        this.greeting = greeting;
        this.script = script;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** {@return a text as a value of JSON} */
    static String quoted(String text) {
        return '"' + text.replace("\n", "\\r\\n") + '"';
    }

    private void serve() {
        try (var socket = server.accept()) {
            send(socket, greeting);
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            @Nullable String line;
            while ((line = lines.readLine()) != null && answer(socket, line)) {
                // The next request.
            }
        } catch (IOException ended) {
            // The other side is gone, which is how tests end.
        }
    }

    /** {@return whether it stays} */
    private boolean answer(Socket socket, String line) throws IOException {
        var request = REQUEST.matcher(line);
        if (!request.matches()) {
            requests.add("not a request: " + line);
            return false;
        }
        var command = request.group(2) == null ? request.group(1) : request.group(2);
        requests.add(command);
        var answer = command.equals("qmp_capabilities") ? capabilities() : script.answer(command);
        if (answer.equals(Script.CLOSE)) {
            return false;
        }
        if (answer.startsWith(Script.RAW)) {
            send(socket, answer.substring(Script.RAW.length()).replace("%d", request.group(3)));
        } else if (!answer.equals(Script.HANG)) {
            send(socket, "{\"return\": %s, \"id\": %s}\r\n".formatted(answer, request.group(3)));
        }
        return true;
    }

    private String capabilities() {
        var answer = script.answer("qmp_capabilities");
        return answer.isEmpty() ? "{}" : answer;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
