package org.wyrm.platform.output.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.wyrm.base.error.UsageException;

/** Reads the text of a stage. Confined to one thread. */
public final class StageParser {
    private static final int NESTING = 100;

    private static final Pattern SPACE = Pattern.compile("\\s*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern COUNT = Pattern.compile("(?:-n\\s*|-)?([0-9]{1,9})");
    private static final Pattern OPERATOR = Pattern.compile("==|!=|<=|>=|!~|=~|[<>=~]");
    private static final Pattern BINARY_AND = Pattern.compile("&&|and\\b");
    private static final Pattern BINARY_OR = Pattern.compile("\\|\\||or\\b");
    private static final Pattern NEGATION = Pattern.compile("!|not\\b");
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
    private static final Pattern BARE = Pattern.compile("[^\\s()|&<>=!~'\"]+");
    private static final Pattern NUMBER =
            Pattern.compile("(-?)(?:0[xX]([0-9a-fA-F]{1,16})|([0-9]{1,30}(?:\\.[0-9]{1,30})?)([KMGT]?)(?:i?B)?)");

    private final String text;
    private int at;

    /** @param text of one stage: {@code where pid > 1} */
    public StageParser(String text) {
        this.text = text;
    }

    /** {@return the next word} */
    public String word() {
        return take(WORD).orElseThrow(() -> wrong("a word is missing"));
    }

    /** {@return rows of which a condition holds} */
    public Stage where() {
        return new Stages.Where(either(0));
    }

    /** {@return rows in an order} */
    public Stage sort() {
        var descending = takes(Pattern.compile("-r\\b|--reverse\\b"));
        return new Stages.Sort(keys(), descending);
    }

    /** {@return the first rows} */
    public Stage head() {
        return new Stages.Head(rowCount());
    }

    /** {@return the last rows} */
    public Stage tail() {
        return new Stages.Tail(rowCount());
    }

    /** {@return some components of rows} */
    public Stage select() {
        return new Stages.Select(keys());
    }

    /** {@return the number of rows} */
    public Stage count() {
        return new Stages.Count();
    }

    /** Refuses what is left. */
    public void end() {
        if (!isAtEnd()) {
            throw wrong("this is not expected");
        }
    }

    private int rowCount() {
        var matcher = COUNT.matcher(text).region(skipSpace(), text.length());
        if (isAtEnd()) {
            return 10;
        }
        if (!matcher.lookingAt()) {
            throw wrong("a number of rows is expected");
        }
        at = matcher.end();
        return Integer.parseInt(matcher.group(1));
    }

    private List<RowKey> keys() {
        var keys = new ArrayList<RowKey>();
        do {
            keys.add(key());
            takes(Pattern.compile(","));
        } while (!isAtEnd());
        return keys;
    }

    private RowKey key() {
        return new RowKey(take(WORD).orElseThrow(() -> wrong("a key of the rows is expected")));
    }

    private Condition either(int depth) {
        if (depth > NESTING) {
            throw wrong("this is nested too deeply");
        }
        var condition = both(depth);
        while (takes(BINARY_OR)) {
            condition = new Condition.Two(condition, both(depth), false);
        }
        return condition;
    }

    private Condition both(int depth) {
        var condition = negated(depth);
        while (takes(BINARY_AND)) {
            condition = new Condition.Two(condition, negated(depth), true);
        }
        return condition;
    }

    private Condition negated(int depth) {
        if (takes(NEGATION)) {
            if (depth > NESTING) {
                throw wrong("this is nested too deeply");
            }
            return new Condition.Not(negated(depth + 1));
        }
        if (takes(Pattern.compile("\\("))) {
            var inner = either(depth + 1);
            if (!takes(Pattern.compile("\\)"))) {
                throw wrong("a ) is missing");
            }
            return inner;
        }
        return comparison();
    }

    private Condition comparison() {
        var key = key();
        var operator = take(OPERATOR);
        if (operator.isEmpty()) {
            return new Condition.Present(key);
        }
        skipSpace();
        var literal = at;
        var isQuoted = at < text.length() && "'\"".indexOf(text.charAt(at)) >= 0;
        var value = take(QUOTED)
                .map(quoted -> quoted.substring(1, quoted.length() - 1))
                .or(() -> take(BARE))
                .orElseThrow(() -> wrong("a value is expected: a number, a word, or a text in quotes"));
        return switch (operator.get()) {
            case "~", "=~" -> new Condition.Matches(key, pattern(value, literal));
            case "!~" -> new Condition.Not(new Condition.Matches(key, pattern(value, literal)));
            case "=" -> new Condition.Compared(key, "==", number(value, isQuoted), value);
            default -> new Condition.Compared(key, operator.get(), number(value, isQuoted), value);
        };
    }

    private Pattern pattern(String value, int place) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            at = place;
            throw wrong("no regular expression: " + e.getDescription());
        }
    }

    private static Optional<BigDecimal> number(String value, boolean isQuoted) {
        var matcher = NUMBER.matcher(value);
        if (isQuoted || !matcher.matches()) {
            return Optional.empty();
        }
        var number = matcher.group(2) == null
                ? new BigDecimal(matcher.group(3))
                        .multiply(BigDecimal.valueOf(1L << (10 * " KMGT".indexOf((matcher.group(4) + " ").charAt(0)))))
                : new BigDecimal(new BigInteger(matcher.group(2), 16));
        return Optional.of(matcher.group(1).isEmpty() ? number : number.negate());
    }

    private Optional<String> take(Pattern pattern) {
        var matcher = pattern.matcher(text).region(skipSpace(), text.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        at = matcher.end();
        return Optional.of(matcher.group());
    }

    private boolean takes(Pattern pattern) {
        return take(pattern).isPresent();
    }

    private int skipSpace() {
        var matcher = SPACE.matcher(text).region(at, text.length());
        if (matcher.lookingAt()) {
            at = matcher.end();
        }
        return at;
    }

    private boolean isAtEnd() {
        return skipSpace() == text.length();
    }

    /** {@return the error that something is wrong here} */
    public UsageException wrong(String what) {
        var rest = text.substring(skipSpace());
        return new UsageException(
                what + (rest.isEmpty() ? ", behind '" + text + "'" : ", at '" + rest + "' of '" + text + "'"));
    }
}
