package org.wyrm.target.qemu.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.remote.RemoteAddress;
import org.wyrm.remote.RemoteSocket;

/**
 * A monitor that speaks QMP.
 *
 * <pre>
 * greeting  {"QMP": {"version": {"qemu": {...}, "package": ...}, "capabilities": [...]}}
 * request   {"execute": "query-status", "id": 2}
 * answer    {"return": {...}, "id": 2}
 *           {"error": {"class": "CommandNotFound", "desc": "..."}, "id": 2}
 * event     {"event": "STOP", "timestamp": {...}}: nobody waits for one here
 * </pre>
 *
 * <p>Each on a line. Thread-safe.
 */
final class QmpLink implements AutoCloseable {
    /** How long an answer may take. A guest that QEMU emulates holds it up while other devices work. */
    static final long ANSWER_MILLIS = 10_000;

    private static final long CLOSE_MILLIS = 2_000;

    /** Of the registers and the memory map of a thousand CPUs. */
    private static final int MOST_LINE_BYTES = 16 << 20;

    private static final int MOST_WORDS = 300;

    private static final String NO_GREETING =
            "it does not greet: QMP talks to one at a time, and perhaps another is connected, such as libvirt; give QEMU a"
                    + " second -qmp; or it is no QMP socket";

    private final RemoteAddress address;
    private final RemoteSocket socket;
    private long answerMillis;
    private long lastId;

    /** What came of a line whose rest was not waited for. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    QmpLink(RemoteAddress address, long answerMillis, Cancellation cancellation) {
        this.address = address;
        this.answerMillis = answerMillis;
        this.socket = RemoteSocket.open(address, answerMillis, cancellation);
    }

    /**
     * Waits for the greeting, and answers it.
     *
     * @return the version of QEMU
     */
    String begin() {
        socket.until(answerMillis, NO_GREETING);
        var greeting = object(line());
        var version = greeting.find("QMP", JsonObject.class)
                .flatMap(qmp -> qmp.find("version", JsonObject.class))
                .flatMap(both -> both.find("qemu", JsonObject.class))
                .orElseThrow(() -> malformed("the greeting is not that of QMP"));
        execute("qmp_capabilities", "");
        return "%s.%s.%s".formatted(part(version, "major"), part(version, "minor"), part(version, "micro"));
    }

    private long part(JsonObject version, String name) {
        return version.find(name, Long.class).orElseThrow(() -> malformed("the version has no " + name));
    }

    /** {@return what a command without arguments gives, an object} */
    JsonObject query(String command) {
        return result(command, execute(command, ""), JsonObject.class);
    }

    /** {@return what a command gives, of a kind} */
    <T> T query(String command, Class<T> kind) {
        return result(command, execute(command, ""), kind);
    }

    /** {@return what the monitor for people prints, lines that end as QEMU ends them} */
    String monitor(String line) {
        var command = "human-monitor-command";
        var arguments = ", \"arguments\": {\"command-line\": \"%s\"}".formatted(line);
        return result(line, execute(command, arguments), String.class);
    }

    private <T> T result(String command, Object value, Class<T> kind) {
        if (!kind.isInstance(value)) {
            throw malformed("the answer to '%s' is of another kind".formatted(command));
        }
        return kind.cast(value);
    }

    private synchronized Object execute(String command, String arguments) {
        var id = ++lastId;
        socket.until(answerMillis, "it does not answer '%s'".formatted(command));
        socket.send("{\"execute\": \"%s\"%s, \"id\": %d}\n"
                .formatted(command, arguments, id)
                .getBytes(StandardCharsets.US_ASCII));
        while (true) {
            var answer = object(line());
            var answered = answer.find("id", Long.class);
            if (answer.has("event") || answered.filter(other -> other < id).isPresent()) {
                // Or the late answer to a command that was interrupted.
                continue;
            }
            var error = answer.find("error", JsonObject.class);
            if (error.isPresent()) {
                throw refused(command + arguments, error.get());
            }
            return answer.find("return", Object.class)
                    .filter(value -> answered.filter(given -> given == id).isPresent())
                    .orElseThrow(() -> malformed("this is no answer to '%s'".formatted(command)));
        }
    }

    private UnreadableTargetException refused(String command, JsonObject error) {
        return address.unreadable("QEMU refuses '%s': %s (%s)"
                .formatted(
                        command,
                        words(error.find("desc", String.class).orElse("")),
                        words(error.find("class", String.class).orElse(""))));
    }

    /** {@return what the other side says, cut short, and without what moves a terminal's cursor} */
    static String words(String said) {
        return said.substring(0, Math.min(said.length(), MOST_WORDS)).strip().replaceAll("\\p{C}+", " ");
    }

    private JsonObject object(String line) {
        if (line.startsWith("QEMU ") && line.contains(" monitor ")) {
            throw address.unreadable("is the monitor for people, not QMP: start QEMU with -qmp beside -monitor");
        }
        var start = Math.max(0, socket.receivedByteCount() - line.length() - 1);
        if (JsonText.parse(name(), start, line) instanceof JsonObject object) {
            return object;
        }
        throw malformed("this is no object");
    }

    private String line() {
        for (var next = socket.receive(); next != '\n'; next = socket.receive()) {
            if (begun.size() == MOST_LINE_BYTES) {
                throw malformed("a line is longer than %d bytes".formatted(MOST_LINE_BYTES));
            }
            begun.write(next);
        }
        var line = begun.toString(StandardCharsets.UTF_8);
        begun.reset();
        return line;
    }

    private String name() {
        return "QMP " + address.words();
    }

    MalformedDataException malformed(String rule) {
        return new MalformedDataException(name(), socket.receivedByteCount(), rule);
    }

    RemoteAddress address() {
        return address;
    }

    /** From now on what has to be said is said, also where the user has interrupted, and soon. */
    synchronized void end() {
        socket.ignoreCancellation();
        answerMillis = Math.min(answerMillis, CLOSE_MILLIS);
    }

    @Override
    public void close() {
        socket.close();
    }
}
