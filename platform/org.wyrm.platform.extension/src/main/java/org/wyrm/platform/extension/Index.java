package org.wyrm.platform.extension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.output.Column;

/**
 * What installed plug-ins and the core contribute: names, summaries, options and columns, without a class loaded.
 *
 * <p>Its text has a record a line and tabs between the fields of a record; in a field, {@code \t}, {@code \n} and
 * {@code \\} stand for a tab, a line end and a backslash. What belongs to a bundle follows its first record, and so
 * with a declaration:
 *
 * <pre>
 * wyrm-index 1
 * id        HASH                            what the bundles' files hash to; may be empty
 * hides     SYMBOLIC-NAME                   a bundle of the indexes before this one that is not to be seen
 * bundle    SYMBOLIC-NAME VERSION LOCATION
 * header    NAME VALUE
 * declares  NAMESPACE (NAME VALUE)…
 * options   CLASS
 * option    COMPONENT SIGNATURE NAMES ARGUMENT HELP       names with a blank between them
 * column    COMPONENT SIGNATURE
 * </pre>
 *
 * <p>Immutable.
 *
 * @param id what the bundles' files hash to, or empty
 * @param bundles in their order; no two have the same symbolic name
 * @param hidden the names of bundles that an index before this one may have and that are not to be seen
 */
public record Index(String id, List<IndexedBundle> bundles, Set<String> hidden) {
    /** The namespace of commands. */
    public static final String COMMANDS = "wyrm.command";
    /** The namespace of what opens targets. */
    public static final String TARGETS = "wyrm.target";
    /** The namespace of headless applications. */
    public static final String APPLICATIONS = "wyrm.application";
    /** The namespace of what completes arguments. */
    public static final String COMPLETERS = "wyrm.completer";
    /** The namespace of languages that lines of the shell are in. */
    public static final String LINES = "wyrm.line";

    private static final String FIRST_LINE = "wyrm-index 1";

    public Index {
        bundles = List.copyOf(bundles);
        hidden = Set.copyOf(hidden);
    }

    /** An index that hides nothing. */
    public Index(String id, List<IndexedBundle> bundles) {
        this(id, bundles, Set.of());
    }

    /** The file that holds the index of a folder of plug-ins. */
    public static final String FILE_NAME = "index";

    /**
     * {@return the index of a folder of plug-ins; its file names become locations}
     *
     * @throws OperationFailedException if the folder has an index that cannot be read
     * @throws MalformedDataException if it is damaged
     */
    public static Index ofFolder(Path folder) {
        var file = folder.resolve(FILE_NAME);
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException none) {
            return empty();
        } catch (IOException e) {
            throw new OperationFailedException(
                    "cannot read the index of plug-ins " + file + ": " + FileErrors.reason(e), e);
        }
        var read = parse(file.toString(), text);
        var prefix = "reference:" + folder.toAbsolutePath().toUri();
        return new Index(
                read.id,
                read.bundles.stream()
                        .map(bundle -> bundle.at(prefix + bundle.location()))
                        .toList(),
                read.hidden);
    }

    /** {@return an index of nothing} */
    public static Index empty() {
        return new Index("", List.of());
    }

    /** {@return the bundle with a symbolic name} */
    public Optional<IndexedBundle> bundle(String symbolicName) {
        for (var bundle : bundles) {
            if (bundle.symbolicName().equals(symbolicName)) {
                return Optional.of(bundle);
            }
        }
        return Optional.empty();
    }

    /** {@return this index without what another hides, with its bundles, which replace those of the same name} */
    public Index with(Index other) {
        if (other.bundles.isEmpty() && other.hidden.isEmpty()) {
            return this;
        }
        var all = new LinkedHashMap<String, IndexedBundle>();
        bundles.forEach(bundle -> all.put(bundle.symbolicName(), bundle));
        other.hidden.forEach(all::remove);
        other.bundles.forEach(bundle -> all.put(bundle.symbolicName(), bundle));
        return new Index(id, List.copyOf(all.values()), hidden);
    }

    /** {@return this index with a bundle, in place of one of the same name} */
    public Index with(IndexedBundle bundle) {
        return with(new Index("", List.of(bundle)));
    }

    /** {@return this index without a bundle} */
    public Index without(String symbolicName) {
        var others = bundles.stream()
                .filter(bundle -> !bundle.symbolicName().equals(symbolicName))
                .toList();
        return new Index(id, others, hidden);
    }

    /** {@return this index, which hides a bundle of those before it, or does not} */
    public Index hiding(String symbolicName, boolean hides) {
        var names = new TreeSet<>(hidden);
        if (hides) {
            names.add(symbolicName);
        } else {
            names.remove(symbolicName);
        }
        return new Index(id, bundles, names);
    }

    /** {@return all that is declared in a namespace} */
    public List<Declared> declared(String namespace) {
        var found = new ArrayList<Declared>();
        for (var bundle : bundles) {
            for (var declaration : bundle.declarations()) {
                if (declaration.namespace().equals(namespace)) {
                    found.add(new Declared(bundle, declaration));
                }
            }
        }
        return found;
    }

    /** {@return the command that a word names; a name counts before an alias} */
    public Optional<Declared> command(String word) {
        var commands = declared(COMMANDS);
        for (var command : commands) {
            if (command.declaration().name().equals(word)) {
                return Optional.of(command);
            }
        }
        for (var command : commands) {
            if (command.declaration().aliases().contains(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    /**
     * A declaration and the bundle that makes it.
     *
     * @param bundle the bundle
     * @param declaration the declaration
     */
    public record Declared(IndexedBundle bundle, Declaration declaration) {}

    /** {@return the text of this index} */
    public String toText() {
        var text = new StringBuilder(FIRST_LINE).append('\n');
        line(text, "id", id);
        new TreeSet<>(hidden).forEach(name -> line(text, "hides", name));
        for (var bundle : bundles) {
            line(text, "bundle", bundle.symbolicName(), bundle.version(), bundle.location());
            bundle.headers().forEach((name, value) -> line(text, "header", name, value));
            bundle.declarations().forEach(declaration -> write(text, declaration));
        }
        return text.toString();
    }

    private static void write(StringBuilder text, Declaration declaration) {
        var fields = new ArrayList<>(List.of("declares", declaration.namespace()));
        declaration.attributes().forEach((name, value) -> {
            fields.add(name);
            fields.add(value);
        });
        line(text, fields.toArray(String[]::new));
        if (!declaration.optionsClass().isEmpty()) {
            line(text, "options", declaration.optionsClass());
        }
        for (var option : declaration.options()) {
            var names = String.join(" ", option.names());
            line(text, "option", option.component(), option.signature(), names, option.argument(), option.help());
        }
        for (var column : declaration.columns()) {
            line(text, "column", column.component(), column.signature());
        }
    }

    private static void line(StringBuilder text, String... fields) {
        for (var i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : "\t")
                    .append(fields[i].replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n"));
        }
        text.append('\n');
    }

    /**
     * {@return the index that a text describes}
     *
     * @param source where the text is from, for messages
     * @throws MalformedDataException if the text is not an index of this version, naming the line
     */
    public static Index parse(String source, String text) {
        return new Reader(source, text).read();
    }

    private static final class Reader {
        private final String source;
        private final String text;
        private final List<IndexedBundle> bundles = new ArrayList<>();
        private final Set<String> hidden = new LinkedHashSet<>();
        private List<Declaration> declarations = new ArrayList<>();
        private Map<String, String> headers = new LinkedHashMap<>();
        private List<OptionDeclaration> options = new ArrayList<>();
        private List<Column> columns = new ArrayList<>();
        private int lineStart;

        Reader(String source, String text) {
            this.source = source;
            this.text = text;
        }

        Index read() {
            if (!text.startsWith(FIRST_LINE + "\n")) {
                throw broken("it does not start with '" + FIRST_LINE + "'");
            }
            var id = "";
            lineStart = FIRST_LINE.length() + 1;
            while (lineStart < text.length()) {
                var end = text.indexOf('\n', lineStart);
                if (end < 0) {
                    throw broken("the last line has no end");
                }
                var fields = fields(end);
                if (fields[0].equals("id") && fields.length == 2) {
                    id = fields[1];
                } else {
                    record(unescaped(fields));
                }
                lineStart = end + 1;
            }
            return new Index(id, bundles, hidden);
        }

        /** {@return the fields of the line; without a pattern, whose first use takes 5 ms of every start} */
        private String[] fields(int lineEnd) {
            var fields = new ArrayList<String>();
            var start = lineStart;
            for (var tab = text.indexOf('\t', start); tab >= 0 && tab < lineEnd; tab = text.indexOf('\t', start)) {
                fields.add(text.substring(start, tab));
                start = tab + 1;
            }
            fields.add(text.substring(start, lineEnd));
            return fields.toArray(String[]::new);
        }

        private void record(String[] fields) {
            switch (fields[0]) {
                case "hides" -> hidden.add(require(fields, 2)[1]);
                case "bundle" -> bundle(require(fields, 4));
                case "header" -> headers.put(require(fields, 3)[1], fields[2]);
                case "declares" -> declares(fields);
                case "options" -> optionsClass(require(fields, 2)[1]);
                case "option" -> {
                    require(fields, 6);
                    var names = fields[3].isEmpty() ? List.<String>of() : List.of(fields[3].split(" "));
                    options.add(new OptionDeclaration(fields[1], fields[2], names, fields[4], fields[5]));
                }
                case "column" -> columns.add(new Column(require(fields, 3)[1], fields[2]));
                default -> throw broken("record '" + fields[0] + "' is unknown");
            }
        }

        private void bundle(String[] fields) {
            headers = new LinkedHashMap<>();
            declarations = new ArrayList<>();
            bundles.add(new IndexedBundle(fields[1], fields[2], fields[3], headers, declarations));
        }

        private void declares(String[] fields) {
            if (fields.length < 2 || fields.length % 2 != 0) {
                throw broken("an attribute without a value");
            }
            var attributes = new LinkedHashMap<String, String>();
            for (var i = 2; i < fields.length; i += 2) {
                attributes.put(fields[i], fields[i + 1]);
            }
            options = new ArrayList<>();
            columns = new ArrayList<>();
            declarations.add(new Declaration(fields[1], attributes, "", options, columns));
        }

        private void optionsClass(String name) {
            if (declarations.isEmpty()) {
                throw broken("options of no declaration");
            }
            var last = declarations.removeLast();
            declarations.add(new Declaration(last.namespace(), last.attributes(), name, options, columns));
        }

        private String[] require(String[] fields, int count) {
            if (fields.length != count) {
                throw broken(fields.length + " fields where " + count + " are expected");
            }
            return fields;
        }

        private static String[] unescaped(String[] fields) {
            for (var i = 0; i < fields.length; i++) {
                if (fields[i].indexOf('\\') >= 0) {
                    fields[i] = unescape(fields[i]);
                }
            }
            return fields;
        }

        private static String unescape(String field) {
            var plain = new StringBuilder(field.length());
            for (var i = 0; i < field.length(); i++) {
                var c = field.charAt(i);
                if (c == '\\' && i + 1 < field.length()) {
                    var next = field.charAt(++i);
                    plain.append(next == 't' ? '\t' : next == 'n' ? '\n' : next);
                } else {
                    plain.append(c);
                }
            }
            return plain.toString();
        }

        private MalformedDataException broken(String rule) {
            return new MalformedDataException(source, lineStart, rule);
        }
    }
}
