package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The helpers of a class, as its source tells of them: a bundle carries that of what it exports. Immutable. */
record HelperSource(List<Helper> helpers) {
    private static final Pattern NAMED = Pattern.compile("@KernelName\\(\"(\\w+)\"\\)");
    private static final Pattern METHOD =
            Pattern.compile("public static (?:<[^>]*> )?([\\w.<>,? ]+?) \\w+\\(([^{;]*)\\)");
    private static final Pattern INLINE = Pattern.compile("\\{@(?:code|link|literal) ([^{}]*)}");
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);

    /** A program is whose the question is: no word of the user's names it. */
    private static final String PROGRAM = "Program";

    /**
     * A helper.
     *
     * @param name of the kernel
     * @param arguments that it takes
     * @param summary what it gives, and what is to be known of it
     * @param result what it gives, as Java names it: {@code Stream<Value>}
     * @param components what a record has, where it gives one of this class's
     * @param tags of its comment, the {@code @param} left out: what they are called and what they say
     */
    record Helper(
            String name,
            List<Argument> arguments,
            String summary,
            String result,
            String components,
            Map<String, List<String>> tags) {

        /** {@return how it is called} */
        String signature() {
            return name + "("
                    + String.join(", ", arguments.stream().map(Argument::name).toList()) + ")";
        }
    }

    /**
     * What is given to a helper.
     *
     * @param type as Java names it
     * @param name of it
     * @param help what it means
     */
    record Argument(String type, String name, String help) {}

    /** {@return the helpers of a source} */
    static HelperSource of(String source) {
        var helpers = new ArrayList<Helper>();
        var named = NAMED.matcher(source);
        while (named.find()) {
            var method = METHOD.matcher(source);
            if (method.find(named.end())) {
                helpers.add(helper(source, named.group(1), comment(source, named.start()), method.toMatchResult()));
            }
        }
        return new HelperSource(helpers);
    }

    private static Helper helper(String source, String name, Comment comment, MatchResult method) {
        var arguments = new ArrayList<Argument>();
        for (var parameter : parameters(method.group(2))) {
            var space = parameter.lastIndexOf(' ');
            var type = parameter.substring(0, space).replaceAll("@\\w+ |final ", "");
            if (!type.equals(PROGRAM)) {
                var argument = parameter.substring(space + 1);
                arguments.add(new Argument(type, argument, comment.parameters.getOrDefault(argument, "")));
            }
        }
        var result = method.group(1);
        return new Helper(name, arguments, comment.summary, result, components(source, result), comment.tags);
    }

    private static List<String> parameters(String text) {
        // No helper has a parameter whose type has two arguments.
        return Stream.of(text.split(","))
                .map(each -> each.strip().replaceAll("\\s+", " "))
                .filter(each -> each.contains(" "))
                .toList();
    }

    /** {@return the components of the record that a helper gives, by its declaration in the same source} */
    private static String components(String source, String result) {
        var type = result.replaceAll(".*<|>.*", "");
        var declared = Pattern.compile("record " + Pattern.quote(type) + "\\(([^)]*)\\)")
                .matcher(source);
        return declared.find()
                ? String.join(
                        ", ",
                        parameters(declared.group(1)).stream()
                                .map(each -> each.substring(each.lastIndexOf(' ') + 1))
                                .toList())
                : "";
    }

    /** A comment: what stands before its first tag, and the tags. */
    private static final class Comment {
        String summary = "";
        final Map<String, String> parameters = new TreeMap<>();
        final Map<String, List<String>> tags = new TreeMap<>();
    }

    /** {@return the comment above an annotation} */
    private static Comment comment(String source, int annotation) {
        var comment = new Comment();
        var start = source.lastIndexOf("/**", annotation);
        var found = start < 0 ? Optional.<String>empty() : text(source, start, annotation);
        found.ifPresent(text -> {
            var parts = text.split("(?m)^@");
            comment.summary = plain(parts[0]);
            for (var part : List.of(parts).subList(1, parts.length)) {
                var words = plain(part).split(" ", 2);
                var rest = words.length < 2 ? "" : words[1];
                if (words[0].equals("param")) {
                    var parameter = rest.split(" ", 2);
                    comment.parameters.put(parameter[0], parameter.length < 2 ? "" : parameter[1]);
                } else {
                    comment.tags
                            .computeIfAbsent(words[0], _ -> new ArrayList<>())
                            .add(rest);
                }
            }
        });
        return comment;
    }

    /** {@return the text of a comment, if it is one of what the annotation is of} */
    private static Optional<String> text(String source, int start, int annotation) {
        var comment = COMMENT.matcher(source).region(start, annotation);
        if (!comment.lookingAt() || source.substring(comment.end(), annotation).matches("(?s).*[;{}].*")) {
            return Optional.empty();
        }
        return Optional.of(comment.group(1).replaceAll("(?m)^\\s*\\* ?", "").strip());
    }

    /** {@return a comment without its marks} */
    private static String plain(String text) {
        var plain = INLINE.matcher(text)
                .replaceAll(match -> match.group(1).replace('#', '.').replace("$", "\\$"));
        if (plain.startsWith("{@return ")) {
            var end = plain.indexOf('}');
            plain = plain.substring("{@return ".length(), end < 0 ? plain.length() : end)
                    + (end < 0 ? "" : "." + plain.substring(end + 1));
        }
        return plain.replaceAll("</?(b|i|em|code)>", "")
                .replaceAll("<[^> ]+>", " ")
                .replaceAll("\\s+", " ")
                .strip()
                .replaceAll("\\.\\.", ".");
    }
}
