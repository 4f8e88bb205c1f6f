package org.wyrm.platform.launcher.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.launcher.internal.HelperSource.Helper;

/** Help of the helpers that scripts and expressions call, from the index and the sources that bundles carry. */
final class HelperHelp {
    /** The word that lists them all. */
    static final String ALL = "helpers";

    /** Where bundles carry sources, as OSGi has it. */
    private static final String SOURCES = "OSGI-OPT/src/";

    private static final String INSTALLED = "reference:";

    private final Index index;

    HelperHelp(Index index) {
        this.index = index;
    }

    /** {@return the help of a helper, if one has that name} */
    Optional<String> of(String name) {
        for (var declared : index.helpers()) {
            if (names(declared).contains(name)) {
                return Optional.of(text(declared, name));
            }
        }
        return Optional.empty();
    }

    /** {@return a line for each helper} */
    String all() {
        var text = new StringBuilder("helpers, for scripts and expressions; wyrm help NAME tells more of one\n");
        var groups = new ArrayList<>(index.helpers());
        groups.sort(Comparator.comparing(each -> each.declaration().attribute("class")));
        for (var declared : groups) {
            var className = declared.declaration().attribute("class");
            text.append('\n')
                    .append(className.substring(className.lastIndexOf('.') + 1))
                    .append(", from ")
                    .append(declared.bundle().symbolicName())
                    .append('\n');
            var known = source(declared).helpers();
            for (var name : names(declared)) {
                var ofName =
                        known.stream().filter(each -> each.name().equals(name)).toList();
                if (ofName.isEmpty()) {
                    Help.entry(text, name, "");
                }
                ofName.forEach(each -> Help.entry(text, each.signature(), firstSentence(each.summary())));
            }
        }
        return text.toString();
    }

    private static List<String> names(Index.Declared declared) {
        return HeaderClause.listValue(declared.declaration().attribute("names"));
    }

    private static String text(Index.Declared declared, String name) {
        var text = new StringBuilder();
        for (var helper : source(declared).helpers()) {
            if (helper.name().equals(name)) {
                append(text, helper);
            }
        }
        if (text.isEmpty()) {
            text.append(name).append("\n\nits bundle has no source that would say more\n");
        }
        return text.append("from ")
                .append(declared.bundle().symbolicName())
                .append(", ")
                .append(declared.declaration().attribute("class"))
                .append('\n')
                .toString();
    }

    private static void append(StringBuilder text, Helper helper) {
        text.append(helper.signature()).append("\n\n").append(helper.summary()).append('\n');
        if (!helper.arguments().isEmpty()) {
            text.append("\narguments\n");
            helper.arguments()
                    .forEach(each -> Help.entry(
                            text, each.name(), kind(each.type()) + (each.help().isEmpty() ? "" : ": " + each.help())));
        }
        text.append("\ngives\n");
        Help.entry(text, kind(helper.result()), helper.components().isEmpty() ? "" : "with " + helper.components());
        helper.tags().getOrDefault("throws", List.of()).forEach(each -> {
            var words = each.split(" ", 2);
            Help.entry(text, words[0], words.length < 2 ? "" : words[1]);
        });
        text.append("\nexample, in a script\n  ").append(example(helper)).append('\n');
        helper.tags()
                .getOrDefault("kernel", List.of())
                .forEach(each -> text.append("\nkernel: ").append(each).append('\n'));
        text.append('\n');
    }

    private static String example(Helper helper) {
        var call = helper.signature();
        for (var argument : helper.arguments()) {
            if (argument.type().equals("TargetType")) {
                call = call.replaceFirst("\\b" + argument.name() + "\\b(?=[,)])", "'struct …'");
            } else if (argument.type().equals("String")) {
                call = call.replaceFirst("\\b" + argument.name() + "\\b(?=[,)])", "'" + argument.name() + "'");
            }
        }
        return helper.result().contains("Stream") || helper.result().startsWith("List")
                ? "for (each in " + call + ") println each"
                : helper.result().equals("void") ? call : "println " + call;
    }

    /** {@return what a type of Java's is to who calls} */
    private static String kind(String type) {
        var inner = type.replaceAll("^(Stream|List|Iterable|Optional)<(.*)>$", "$2");
        var one = switch (inner) {
            case "Value" -> "value";
            case "TargetType" -> "name of a type";
            case "int",
                    "long",
                    "char",
                    "double",
                    "Integer",
                    "Long",
                    "Double",
                    "IntStream",
                    "LongStream",
                    "OptionalInt",
                    "OptionalLong" -> "number";
            case "boolean" -> "true or false";
            case "String" -> "text";
            case "void" -> "nothing, or an error";
            default -> inner;
        };
        if (type.startsWith("Optional")) {
            return one + ", or nothing";
        }
        return type.contains("Stream") || type.startsWith("List") || type.startsWith("Iterable")
                ? one + ", many in turn"
                : one;
    }

    private static String firstSentence(String summary) {
        var end = summary.indexOf(". ");
        return (end < 0 ? summary : summary.substring(0, end)).replaceAll("\\.$", "");
    }

    private static HelperSource source(Index.Declared declared) {
        var entry = SOURCES + declared.declaration().attribute("class").replace('.', '/') + ".java";
        var location = declared.bundle().location();
        try {
            if (!location.startsWith(INSTALLED)) {
                try (var in = HelperHelp.class.getClassLoader().getResourceAsStream(entry)) {
                    return read(Optional.ofNullable(in));
                }
            }
            var file =
                    Path.of(URI.create(location.substring(INSTALLED.length()))).toFile();
            try (var jar = new JarFile(file)) {
                var found = Optional.ofNullable(jar.getEntry(entry));
                try (var in = found.isEmpty() ? InputStream.nullInputStream() : jar.getInputStream(found.get())) {
                    return read(Optional.of(in));
                }
            }
        } catch (IOException e) {
            throw new OperationFailedException("cannot read " + location + ": " + FileErrors.reason(e), e);
        }
    }

    private static HelperSource read(Optional<InputStream> in) throws IOException {
        return HelperSource.of(in.isEmpty() ? "" : new String(in.get().readAllBytes(), StandardCharsets.UTF_8));
    }
}
