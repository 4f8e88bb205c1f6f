package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.wyrm.base.error.UsageException;

/**
 * What names are to look like.
 *
 * @param prefix what all of them start with; may be empty
 * @param test whether one is meant
 */
record NamePattern(String prefix, Predicate<String> test) {
    private static final String SPECIAL = "*?[";

    /** {@return names that match one of some patterns of a shell, whole} */
    static NamePattern globs(List<String> globs, boolean ignoresCase) {
        var patterns = new ArrayList<Pattern>();
        var prefix = ignoresCase ? "" : literalStart(globs.getFirst());
        for (var glob : globs) {
            patterns.add(compile(glob, "^" + regexOf(glob) + "$", ignoresCase));
            prefix = commonStart(prefix, literalStart(glob));
        }
        return new NamePattern(prefix, anyOf(patterns));
    }

    /** {@return names that have a match of one of some regular expressions in them} */
    static NamePattern regexes(List<String> regexes, boolean ignoresCase) {
        return new NamePattern(
                "",
                anyOf(regexes.stream()
                        .map(regex -> compile(regex, regex, ignoresCase))
                        .toList()));
    }

    private static Predicate<String> anyOf(List<Pattern> patterns) {
        return name ->
                patterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
    }

    private static Pattern compile(String text, String regex, boolean ignoresCase) {
        try {
            return Pattern.compile(regex, Pattern.DOTALL | (ignoresCase ? Pattern.CASE_INSENSITIVE : 0));
        } catch (PatternSyntaxException e) {
            throw new UsageException("names: '" + text + "' is not a pattern: " + e.getDescription());
        }
    }

    private static String literalStart(String glob) {
        var end = 0;
        while (end < glob.length() && SPECIAL.indexOf(glob.charAt(end)) < 0) {
            end++;
        }
        return glob.substring(0, end);
    }

    private static String commonStart(String left, String right) {
        var end = 0;
        while (end < left.length() && end < right.length() && left.charAt(end) == right.charAt(end)) {
            end++;
        }
        return left.substring(0, end);
    }

    private static String regexOf(String glob) {
        var regex = new StringBuilder();
        for (var at = 0; at < glob.length(); at++) {
            var c = glob.charAt(at);
            if (c == '[') {
                // A bracket that comes first in brackets is one of the characters.
                var isNegated = at + 1 < glob.length() && "!^".indexOf(glob.charAt(at + 1)) >= 0;
                var first = isNegated ? at + 2 : at + 1;
                var end = glob.indexOf(']', first + 1);
                if (end < 0) {
                    throw new UsageException("names: '" + glob + "' is not a pattern: '[' has no ']'");
                }
                regex.append(isNegated ? "[^" : "[")
                        .append(glob.substring(first, end).replaceAll("[\\[\\]\\\\^&]", "\\\\$0"))
                        .append(']');
                at = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
