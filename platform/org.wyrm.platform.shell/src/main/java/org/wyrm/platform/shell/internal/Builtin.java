package org.wyrm.platform.shell.internal;

import java.util.Locale;
import java.util.Optional;

/** What the shell does itself. */
enum Builtin {
    /** Names lines. */
    ALIAS("[NAME=LINE]", "show the aliases, or let a word stand for the beginning of a line"),
    /** Closes a target. */
    CLOSE("[NUMBER]", "close a target, the current one if none is named"),
    /** Ends the shell. */
    EXIT("[CODE]", "end the shell"),
    /** Runs a command for tasks, as crash does. */
    FOREACH(
            "[PID|TASK|NAME|STATE|kernel|user|gleader]... COMMAND ...",
            "run a command for each task of these, all if none is named; states as in crash: RU IN UN ST TR ZO DE ID"),
    /** Explains. */
    HELP(
            "[COMMAND|HELPER|helpers|crash]",
            "list commands, or show the help of one or of a helper; help crash: what to say instead of crash's words"),
    /** Shows lines. */
    HISTORY("[N]", "show the last lines that were entered, 20 if no number is said"),
    /** Opens another target. */
    OPEN("FILE | -c FILE | -k | -p PID ...", "open another target beside those that are open, by words as behind wyrm"),
    /** Keeps a log. */
    RECORD("FILE|off", "add what is typed and shown from now on to a file"),
    /** Chooses. */
    SET(
            "[PID | task TASK | frame NUMBER | cpu CPU | format FORMAT | pager on|off | color on|off]",
            "show or choose what commands do where they are not told otherwise; without a value, what was chosen is undone"),
    /** Runs a file. */
    SOURCE("FILE", "run the lines of a file, until one fails"),
    /** Changes the target. */
    TARGET("[NUMBER]", "list the open targets, or make another one the current"),
    /** Forgets names of lines. */
    UNALIAS("NAME...", "forget aliases");

    private static final int INDENT = 30;

    private static final String OTHER = """

            a line that is no command is an expression of C: its value is shown
              COMMAND | STAGE ...         rows go through where CONDITION, sort [-r] KEY, head N, tail N, select KEY,..., count
              COMMAND | PROGRAM ...       text goes to programs of the system: grep, less, ! and any other
              COMMAND | foreach COMMAND   a command for each row, with its first value or with {KEY}
              COMMAND > FILE              text goes to a file; >> adds to it
              !COMMAND                    a command of the system
              # TEXT                      nothing
            TAB completes; Ctrl-C stops what runs; Ctrl-R looks in the history; Ctrl-D ends the shell
            """;

    private final String usage;
    private final String summary;

    Builtin(String usage, String summary) {
        this.usage = usage;
        this.summary = summary;
    }

    /** {@return the word for it} */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return what follows the word} */
    String usage() {
        return usage;
    }

    /** {@return that with a word; crash and others say quit for exit} */
    static Optional<Builtin> named(String word) {
        if (word.equals("quit") || word.equals("q")) {
            return Optional.of(EXIT);
        }
        for (var builtin : values()) {
            if (builtin.word().equals(word)) {
                return Optional.of(builtin);
            }
        }
        return Optional.empty();
    }

    /** {@return its help} */
    String help() {
        return "usage: " + word() + " " + usage + "\n\n" + summary + "\n"
                + (this == EXIT ? "also called quit, q\n" : "");
    }

    /** {@return the help of the shell itself} */
    static String overview() {
        var text = new StringBuilder("in the shell\n");
        for (var builtin : values()) {
            var word = "  " + builtin.word() + (builtin == EXIT ? ", quit, q" : "");
            text.append(word)
                    .append(" ".repeat(INDENT - word.length()))
                    .append(builtin.summary)
                    .append('\n');
        }
        return text.append(OTHER).toString();
    }
}
