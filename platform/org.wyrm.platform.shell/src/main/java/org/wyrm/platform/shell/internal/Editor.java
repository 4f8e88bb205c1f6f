package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.impl.PosixSysTerminal;
import org.jline.utils.InfoCmp;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Session;

/** The line that the user edits: history, completion, colors, several lines. Confined to one thread. */
final class Editor implements AutoCloseable {
    private static final FileAttribute<?> OWN =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final Logger JLINE = Logger.getLogger("org.jline");

    private static final int HISTORY_LINES = 10_000;
    private static final int LISTED_WORDS = 200;

    private final Session session;
    private final TerminalPty pty;
    private final Terminal terminal;
    private final Completion completion;
    private final LineReader reader;

    /** @param shell that is told of Ctrl-C, and whose words are completed */
    Editor(Session session, Shell shell) {
        this.session = session;
        // A terminal that nobody knows is used as a plain one, without a stack trace.
        JLINE.setLevel(Level.OFF);
        try {
            pty = new TerminalPty(
                    Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString());
            var type = session.variable("TERM").orElse("dumb");
            // JLine would ask infocmp, which is not everywhere, for a terminal that it does not know.
            InfoCmp.setDefaultInfoCmp("tmux", () -> InfoCmp.getDefaultInfoCmp("screen"));
            InfoCmp.setDefaultInfoCmp("tmux-256color", () -> InfoCmp.getDefaultInfoCmp("screen-256color"));
            terminal = new PosixSysTerminal("wyrm", type, pty, StandardCharsets.UTF_8, true, SignalHandler.SIG_DFL);
        } catch (IOException e) {
            throw new OperationFailedException("cannot use the terminal: " + FileErrors.reason(e), e);
        }
        terminal.handle(Signal.INT, _ -> shell.stop());
        var history = new DefaultHistory();
        completion = new Completion(session, shell);
        reader = reader(session, shell, terminal, history, completion);
        keepHistory(history);
    }

    private static LineReader reader(
            Session session, Shell shell, Terminal terminal, DefaultHistory history, Completion completion) {
        return LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("wyrm")
                .parser(new LineEnd(session, completion))
                .completer(completion)
                .highlighter(new LineColors(session, shell))
                .history(history)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P  > ")
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
                .variable(LineReader.LIST_MAX, LISTED_WORDS)
                // A ! begins a command of the system, and is C's not.
                .option(Option.DISABLE_EVENT_EXPANSION, true)
                .option(Option.HISTORY_TIMESTAMPED, false)
                .option(Option.INSERT_TAB, false)
                .build();
    }

    /** {@return how wide the terminal is} */
    OptionalInt columns() {
        var width = terminal.getWidth();
        return width > 0 ? OptionalInt.of(width) : OptionalInt.empty();
    }

    /** Another program has had the terminal. */
    void forget() {
        pty.forget();
    }

    /** {@return where the lines that were entered are kept} */
    static Path historyFile(Session session) {
        return session.userFolder("XDG_STATE_HOME", ".local/state").resolve("history");
    }

    /** Each line is written when it is entered, so that none is lost however the shell ends. */
    private void keepHistory(DefaultHistory history) {
        var file = historyFile(session);
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file, OWN);
            }
            if (!Files.isWritable(file)) {
                throw new IOException("may not be written");
            }
            reader.setVariable(LineReader.HISTORY_FILE, file);
            history.attach(reader);
        } catch (IOException e) {
            reader.setVariable(LineReader.HISTORY_FILE, null);
            session.errors()
                    .println("wyrm: warning: the history of lines is not kept: " + file + ": " + FileErrors.reason(e));
        }
    }

    /** {@return the line that the user entered; empty at the end of the input} */
    Optional<String> read(String prompt) {
        var thinking = new Cancellation();
        completion.prepare(thinking);
        try {
            return Optional.of(reader.readLine(prompt));
        } catch (UserInterruptException dropped) {
            return Optional.of("");
        } catch (EndOfFileException end) {
            return Optional.empty();
        } finally {
            thinking.cancel("the user has entered a line");
        }
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException gone) {
            // So is the user.
        }
    }
}
