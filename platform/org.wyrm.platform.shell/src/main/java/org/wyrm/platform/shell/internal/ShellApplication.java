package org.wyrm.platform.shell.internal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesApplication;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.output.Output;

/** The interactive shell; where no user sits at a terminal, it runs the lines of the standard input. */
@ProvidesApplication(id = "org.wyrm.platform.shell", summary = "the interactive shell; runs where no command is named")
public final class ShellApplication implements Application<ShellApplication.Options> {
    /** What the user may say. */
    public record Options(
            @Flag(names = "--record", argument = "FILE", help = "add what is typed and shown to a file")
            Optional<Path> record,

            @Flag(names = "--no-rc", help = "do not run the lines of ~/.config/wyrm/rc and .wyrmrc first")
            boolean noRc) {}

    @Override
    public int run(ApplicationContext context, Options options) {
        var session = context.contributions().of(Session.class).getFirst().get();
        return Output.isTerminal(0) && Output.isTerminal(1)
                ? interactive(context, session, options)
                : lines(context, session, options);
    }

    private static int interactive(ApplicationContext context, Session session, Options options) {
        var making = new AtomicReference<FutureTask<Editor>>();
        Supplier<Editor> editor = () -> made(making.get());
        var shell = new Shell(context, session, true, () -> editor.get().columns());
        making.set(new FutureTask<>(() -> new Editor(session, shell)));
        // The terminal is made ready while the target is opened.
        Thread.ofPlatform().daemon().name("wyrm-terminal").start(making.get());
        var code = begin(shell, options);
        try (var lines = editor.get()) {
            if (code != Shell.DONE) {
                return code;
            }
            shell.afterProgram(lines::forget);
            context.out().print(Banner.of(session));
            context.out().flush();
            while (!shell.isEnded()) {
                var line = lines.read(shell.prompt());
                if (line.isEmpty()) {
                    // What comes next begins a line.
                    context.out().println();
                    break;
                }
                if (shell.execute(LineEnd.joined(line.get())) == Foreground.INTERRUPTED) {
                    // Behind the ^C that the terminal shows.
                    context.out().println();
                    context.out().flush();
                }
            }
            shell.close();
            return shell.exitCode();
        }
    }

    private static Editor made(FutureTask<Editor> making) {
        try {
            return making.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationFailedException("interrupted while the terminal was made ready", e);
        } catch (ExecutionException e) {
            throw new OperationFailedException("cannot use the terminal: " + e.getCause(), e);
        }
    }

    /** Runs the lines of the standard input. {@return the highest code of all} */
    private static int lines(ApplicationContext context, Session session, Options options) {
        var shell = new Shell(context, session, false, OptionalInt::empty);
        try (var lines = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
            var code = begin(shell, options);
            if (code != Shell.DONE) {
                return code;
            }
            var pending = new StringBuilder();
            var count = 0;
            for (var line = lines.readLine(); line != null && !shell.isEnded(); line = lines.readLine()) {
                count++;
                pending.append(line);
                if (line.endsWith("\\")) {
                    pending.setLength(pending.length() - 1);
                    continue;
                }
                code = Math.max(code, shell.execute(pending.toString()));
                pending.setLength(0);
            }
            shell.close();
            if (count == 0) {
                throw new UsageException("no command, and no line on the standard input; see wyrm --help");
            }
            return shell.isEnded() ? shell.exitCode() : code;
        } catch (IOException e) {
            throw new OperationFailedException("cannot read the standard input: " + FileErrors.reason(e), e);
        }
    }

    private static int begin(Shell shell, Options options) {
        var code = shell.open();
        if (code != Shell.DONE) {
            return code;
        }
        options.record().ifPresent(shell::recordTo);
        if (!options.noRc()) {
            shell.sourceRcFiles();
        }
        return Shell.DONE;
    }
}
