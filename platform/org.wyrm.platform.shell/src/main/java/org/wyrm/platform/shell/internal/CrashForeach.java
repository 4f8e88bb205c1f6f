package org.wyrm.platform.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Index;

/** {@code foreach}, as crash has it: a command for each task of those that are named, as a line of this shell. */
final class CrashForeach {
    private static final Map<String, String> STATES =
            Map.of("RU", "R", "IN", "S", "UN", "D", "ST", "T", "TR", "t", "ZO", "Z", "DE", "X", "PA", "P", "ID", "I");

    private static final Map<String, String> KINDS =
            Map.of("kernel", "--kernel", "user", "--user", "gleader", "--leaders");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern ADDRESS = Pattern.compile("(0x)?[0-9a-f]{16}");

    private final List<String> tasks = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    private CrashForeach() {}

    /**
     * {@return the line that the words behind {@code foreach} stand for}
     *
     * @throws UsageException if no command is among them
     */
    static String line(Index index, List<String> words) {
        var which = new CrashForeach();
        for (var at = 0; at < words.size(); at++) {
            if (which.isSelector(words.get(at))) {
                continue;
            }
            if (index.command(words.get(at)).isPresent()) {
                return which.tasks() + " | foreach " + command(words.subList(at, words.size()));
            }
            which.tasks.add("comm == " + quoted(words.get(at)));
        }
        throw new UsageException("foreach: no command is among its words: foreach UN bt");
    }

    private boolean isSelector(String word) {
        if (STATES.containsKey(word)) {
            states.add("state == '" + STATES.get(word) + "'");
        } else if (KINDS.containsKey(word)) {
            options.add(KINDS.get(word));
        } else if (NUMBER.matcher(word).matches()) {
            tasks.add("pid == " + word);
        } else if (ADDRESS.matcher(word).matches()) {
            tasks.add("task == " + (word.startsWith("0x") ? word : "0x" + word));
        } else {
            return false;
        }
        return true;
    }

    /** {@return what gives the rows of these tasks} */
    private String tasks() {
        var conditions = new ArrayList<String>();
        for (var each : List.of(tasks, states)) {
            if (!each.isEmpty()) {
                conditions.add("(" + String.join(" or ", each) + ")");
            }
        }
        return "tasks " + String.join(" ", options)
                + (conditions.isEmpty() ? "" : " | where " + String.join(" and ", conditions));
    }

    private static String command(List<String> words) {
        var text = words.stream().map(CrashForeach::quotedIfNeeded).collect(Collectors.joining(" "));
        return text + (text.contains("{") ? "" : " {task}");
    }

    private static String quotedIfNeeded(String word) {
        return word.matches("[\\w./:=+{},-]+") ? word : quoted(word);
    }

    private static String quoted(String word) {
        if (word.contains("'")) {
            throw new UsageException("foreach: a word with a quote in it: " + word);
        }
        return "'" + word + "'";
    }
}
