package org.wyrm.platform.script.internal;

import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesApplication;
import org.wyrm.platform.output.ClosedPipeException;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.script.ScriptEngine;
import org.wyrm.platform.script.ScriptExit;
import org.wyrm.platform.script.ScriptSource;

/** Runs a script: a file, standard input, or what the command line says. */
@ProvidesApplication(
        id = "org.wyrm.app.script",
        word = "script",
        summary = "run a script on the target: a file, or standard input")
public final class ScriptApplication implements Application<ScriptApplication.Options> {
    private static final String STANDARD_INPUT = "-";

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-e"},
                    argument = "CODE",
                    help = "run CODE; all words after it are arguments of the script")
            Optional<String> code,

            @Argument(
                    name = "[SCRIPT|FILE]",
                    help =
                            "a file, - or nothing for standard input, or a script of wyrm's; what follows it sees as args")
            List<String> words) {}

    @Override
    public int run(ApplicationContext context, Options options) {
        var source = source(context, options);
        var engine = engine(context.contributions(), source);
        // Who looks on sees each line when it is printed.
        var out = Output.isTerminal(1) ? new PrintStream(context.out(), true, StandardCharsets.UTF_8) : context.out();
        try (var _ = ThreadOutput.to(out)) {
            engine.run(source, new ContextOfScript(context, out));
            return 0;
        } catch (ScriptExit exit) {
            return exit.code();
        } catch (ClosedPipeException | OutOfMemoryError notOfTheScript) {
            throw notOfTheScript;
        } catch (DebuggerException error) {
            throw ScriptFailure.of(source, error);
        } catch (Throwable error) {
            throw ScriptFailure.ofOther(source, error);
        }
    }

    private static ScriptSource source(ApplicationContext context, Options options) {
        if (options.code.isPresent()) {
            var in = new ByteArrayInputStream(options.code.get().getBytes(StandardCharsets.UTF_8));
            return ScriptText.ofStream("-e", in, options.words);
        }
        if (options.words.isEmpty() || options.words.getFirst().equals(STANDARD_INPUT)) {
            var arguments = options.words.stream().skip(1).toList();
            var in = context.standardInput().orElseThrow(() -> new UsageException("script: name a file, or -e 'CODE'"));
            return ScriptText.ofStream("standard-input", in, arguments);
        }
        return ScriptText.ofFile(options.words.getFirst(), options.words.subList(1, options.words.size()));
    }

    /** {@return the engine for how the file's name ends; the first, where no engine knows that} */
    private static ScriptEngine engine(Contributions contributions, ScriptSource source) {
        var engines = contributions.of(ScriptEngine.class);
        if (engines.isEmpty()) {
            throw new OperationFailedException("no script engine is installed");
        }
        var name = source.fileName();
        var extension = name.substring(name.lastIndexOf('.') + 1);
        return engines.stream()
                .filter(each -> extensions(each).contains(extension))
                .findFirst()
                .orElse(engines.getFirst())
                .get();
    }

    private static List<String> extensions(Contribution<ScriptEngine> engine) {
        return HeaderClause.listValue(engine.attributes().getOrDefault("extensions", ""));
    }
}
