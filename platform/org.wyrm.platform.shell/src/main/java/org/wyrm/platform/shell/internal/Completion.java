package org.wyrm.platform.shell.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.platform.command.LineLanguage;
import org.wyrm.platform.extension.Declaration;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.extension.Session;
import org.wyrm.platform.output.Column;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.RowStage;

/** Completes lines. What bundles know of the target is asked for in a thread of its own, for a moment only. */
final class Completion implements Completer {
    /** What is not there yet is read from the target, once; more than this is felt. */
    private static final long MOMENT_MILLIS = 500;

    /** What was asked for in vain is read meanwhile, so that it is there the next time. */
    private static final long REST_MILLIS = 3_000;

    private static final int MANY = 1_000;

    /** What is asked for before the user does: a name, the name of a type, a member. */
    private static final List<String> EXAMPLES =
            List.of("no_such_name", "struct no_such_name", "init_task.no_such_name");

    /** Who enters a line at once has no use for completions, and all for the processor. */
    private static final long PAUSE_MILLIS = 300;

    /** The first reads, the others have the JVM compile what they go through: 90 ms an answer become 50. */
    private static final int PREPARING_ROUNDS = 3;

    private final Session session;
    private final Shell shell;
    private volatile OptionalInt prepared = OptionalInt.empty();

    Completion(Session session, Shell shell) {
        this.session = session;
        this.shell = shell;
    }

    /** {@return the language of lines that are no commands} */
    Optional<LineLanguage> language() {
        return shell.language();
    }

    /**
     * Begins, after a pause, to read what completions on the current target need, once, until the token says that the user
     * has done thinking: the names of a kernel take most of a second, and a key is to be answered at once.
     */
    void prepare(Cancellation token) {
        var target = session.targets().stream()
                .filter(Session.Target::isCurrent)
                .mapToInt(Session.Target::number)
                .findFirst();
        if (target.isEmpty() || target.equals(prepared)) {
            return;
        }
        var later = CompletableFuture.delayedExecutor(
                PAUSE_MILLIS, TimeUnit.MILLISECONDS, work -> thread(token).start(work));
        later.execute(() -> {
            var context = session.context(token);
            var completers = completers(context, LineSyntax.arguments(session.index()));
            for (var round = 0; round < PREPARING_ROUNDS && !token.isCancelled(); round++) {
                completers.forEach(each -> EXAMPLES.forEach(text -> complete(each, context, text)));
            }
            if (!token.isCancelled()) {
                prepared = target;
            }
        });
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        var caret = Caret.at(session.index(), line.line().substring(0, line.cursor()));
        for (var word : words(caret)) {
            candidates.add(new Candidate(
                    word.text(),
                    word.text(),
                    null,
                    word.remark().isEmpty() ? null : word.remark(),
                    null,
                    null,
                    word.isEnd()));
        }
    }

    /** {@return how the word at the cursor may go on} */
    List<Word> words(Caret caret) {
        var index = session.index();
        var words = new ArrayList<Word>();
        switch (caret.place()) {
            case BEGINNING -> {
                commands(index, words);
                words.removeIf(word -> !word.text().startsWith(caret.word()));
                // Thousands of names would hide the few commands.
                if (words.isEmpty()) {
                    asked(LineSyntax.arguments(index), caret, words);
                }
            }
            case COMMAND -> commands(index, words);
            case TOPIC -> {
                commands(index, words);
                add(List.of("helpers", "crash"), "", words);
                index.helpers()
                        .forEach(helpers ->
                                add(HeaderClause.listValue(helpers.declaration().attribute("names")), "helper", words));
            }
            case EXPRESSION -> asked(LineSyntax.arguments(index), caret, words);
            case OPTION -> caret.command().ifPresent(command -> options(command, words));
            case ARGUMENT -> argument(caret, words);
            case PATH -> {
                paths(caret.word(), words);
                asked(List.of(caret.argument()), caret, words);
            }
            case STAGE -> add(List.of(RowStage.kinds().split(", ")), "", words);
            case KEY ->
                caret.command()
                        .ifPresent(command -> command.columns().stream()
                                .map(Column::key)
                                .forEach(key -> words.add(new Word(key, "", false))));
            case SETTING -> add(List.of("task", "frame", "cpu", "format", "pager", "color"), "", words);
            case TARGET ->
                session.targets()
                        .forEach(target -> words.add(new Word(Integer.toString(target.number()), target.name(), true)));
            case OTHER -> {
                if (caret.argument().equals("--format")) {
                    add(List.of(Format.names().split("\\|")), "", words);
                }
            }
        }
        return words.stream()
                .filter(word -> word.text().startsWith(caret.word()))
                .limit(MANY)
                .toList();
    }

    private static void add(Collection<String> texts, String remark, List<Word> words) {
        texts.forEach(text -> words.add(new Word(text, remark, true)));
    }

    private void commands(Index index, List<Word> words) {
        for (var command : index.declared(Index.COMMANDS)) {
            var declaration = command.declaration();
            words.add(new Word(declaration.name(), declaration.summary(), true));
            add(declaration.aliases(), declaration.summary(), words);
        }
        for (var application : index.declared(Index.APPLICATIONS)) {
            var word = application.declaration().attribute("word");
            if (!word.isEmpty()) {
                words.add(new Word(word, application.declaration().summary(), true));
            }
        }
        for (var builtin : Builtin.values()) {
            words.add(new Word(builtin.word(), "", true));
        }
        add(shell.aliases(), "alias", words);
    }

    private static void options(Declaration command, List<Word> words) {
        for (var flag : command.flags()) {
            flag.names().forEach(name -> words.add(new Word(name, flag.help(), true)));
        }
        add(List.of("--format", "--limit", "--help", "--stats", "--no-pager"), "", words);
    }

    private void argument(Caret caret, List<Word> words) {
        caret.command().stream()
                .flatMap(command -> command.options().stream())
                .filter(option -> option.argument().equals(caret.argument()))
                .map(OptionDeclaration::choices)
                .forEach(choices -> add(choices, "", words));
        asked(List.of(caret.argument()), caret, words);
    }

    /** Asks who knows one of some arguments. */
    private void asked(List<String> arguments, Caret caret, List<Word> words) {
        var token = new Cancellation();
        var context = session.context(token);
        // Where the word begins is told by the same rule on both sides.
        completers(context, arguments)
                .forEach(completer -> words.addAll(
                        ask(completer, context, token, caret.text()).words()));
    }

    private static List<Contribution<org.wyrm.platform.command.Completer>> completers(
            CommandContext context, List<String> arguments) {
        return context.contributions().of(org.wyrm.platform.command.Completer.class).stream()
                .filter(completer ->
                        HeaderClause.listValue(completer.attributes().getOrDefault("arguments", "")).stream()
                                .anyMatch(arguments::contains))
                .toList();
    }

    private Completions ask(
            Contribution<org.wyrm.platform.command.Completer> completer,
            CommandContext context,
            Cancellation token,
            String text) {
        var answer = new CompletableFuture<Completions>();
        thread(token).start(() -> {
            try {
                answer.complete(complete(completer, context, text));
            } finally {
                answer.complete(Completions.NONE);
            }
        });
        CompletableFuture.delayedExecutor(REST_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> token.cancel("nobody waits for the completion"));
        try {
            return answer.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            return Completions.NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Completions.NONE;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer has no error", e);
        }
    }

    /** Of one that is not wanted any more the target may be closed under its feet: what it says then is no matter. */
    private Thread.Builder thread(Cancellation token) {
        return Thread.ofPlatform().daemon().name("wyrm-completion").uncaughtExceptionHandler((_, error) -> {
            if (!token.isCancelled()) {
                session.guard("completion", () -> {
                    throw new IllegalStateException("cannot complete", error);
                });
            }
        });
    }

    private static Completions complete(
            Contribution<org.wyrm.platform.command.Completer> completer, CommandContext context, String text) {
        try {
            return completer.get().complete(context, text);
        } catch (DebuggerException nothingKnown) {
            // Whoever enters the line is told why.
            return Completions.NONE;
        }
    }

    private void paths(String word, List<Word> words) {
        var slash = word.lastIndexOf('/') + 1;
        var folder = word.substring(0, slash);
        var home = session.variable("HOME").orElse("/");
        try {
            var shown = folder.startsWith("~/") ? home + folder.substring(1) : folder.isEmpty() ? "." : folder;
            try (var files = Files.newDirectoryStream(Path.of(shown))) {
                for (var file : files) {
                    var name = String.valueOf(file.getFileName());
                    if (name.startsWith(word.substring(slash))
                            && (!name.startsWith(".") || word.startsWith(".", slash))) {
                        var isFolder = Files.isDirectory(file);
                        words.add(new Word(folder + name + (isFolder ? "/" : ""), "", !isFolder));
                    }
                }
            }
        } catch (IOException | InvalidPathException nothingThere) {
            // Then nothing completes it.
        }
    }
}
