package org.wyrm.platform.extension;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.output.Column;

/**
 * What installed plug-ins and the core contribute: names, summaries, options and columns, without a class loaded.
 *
 * <p>Its text is ASCII, with a record a line and tabs between the fields of a record; in a field, {@code \t}, {@code \n}
 * and {@code \\} stand for a tab, a line end and a backslash, and a backslash, {@code u} and four hexadecimal digits for
 * another character. What belongs to a bundle follows its first record, and so with a declaration:
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

    /** The type of a contribution of helpers. */
    private static final String HELPERS = "org.wyrm.program.KernelName";

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
        Index read;
        try {
            read = ofFile(file);
        } catch (NoSuchFileException none) {
            return empty();
        } catch (IOException e) {
            throw new OperationFailedException(
                    "cannot read the index of plug-ins " + file + ": " + FileErrors.reason(e), e);
        }
        var prefix = "reference:" + folder.toAbsolutePath().toUri();
        return new Index(
                read.id,
                read.bundles.stream()
                        .map(bundle -> bundle.at(prefix + bundle.location()))
                        .toList(),
                read.hidden);
    }

    /**
     * {@return the index in a file}
     *
     * @throws MalformedDataException if it is damaged
     */
    public static Index ofFile(Path file) throws IOException {
        // All of it is ASCII; to look for more, byte by byte, would take milliseconds of every start.
        return parse(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
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

    /** {@return the classes of helpers that scripts and expressions call by their kernel names} */
    public List<Declared> helpers() {
        return declared(Contributes.NAMESPACE).stream()
                .filter(each -> each.declaration().attribute("type").equals(HELPERS))
                .toList();
    }

    /** {@return the application that a word starts} */
    public Optional<Declared> application(String word) {
        return declared(APPLICATIONS).stream()
                .filter(each ->
                        !word.isEmpty() && each.declaration().attribute("word").equals(word))
                .findFirst();
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
            text.append(i == 0 ? "" : "\t");
            fields[i].chars().forEach(c -> escape(text, (char) c));
        }
        text.append('\n');
    }

    private static void escape(StringBuilder text, char c) {
        switch (c) {
            case '\\' -> text.append("\\\\");
            case '\t' -> text.append("\\t");
            case '\n' -> text.append("\\n");
            default -> {
                if (c < 0x7f) {
                    text.append(c);
                } else {
                    text.append("\\u").append(HexFormat.of().toHexDigits(c));
                }
            }
        }
    }

    /**
     * {@return the index that a text describes}
     *
     * @param source where the text is from, for messages
     * @throws MalformedDataException if the text is not an index of this version, naming the line
     */
    public static Index parse(String source, String text) {
        return new Reader(source, text, FIRST_LINE.length() + 1).read();
    }

    /**
     * Reads what every start needs: the bundles and the names of what they declare. Headers, options and columns, which
     * are most of the text, are read where they are asked for.
     */
    private static final class Reader {
        private static final int HEX_DIGITS = 4;

        private final String source;
        private final String text;
        private int lineStart;
        private int next;

        Reader(String source, String text, int start) {
            this.source = source;
            this.text = text;
            this.next = start;
        }

        Index read() {
            if (!text.startsWith(FIRST_LINE + "\n")) {
                throw broken("it does not start with '" + FIRST_LINE + "'");
            }
            var id = "";
            var hidden = new LinkedHashSet<String>();
            var bundles = new ArrayList<IndexedBundle>();
            var declarations = new ArrayList<Declaration>();
            while (next < text.length()) {
                var fields = fields();
                switch (fields.getFirst()) {
                    case "id" -> id = require(fields, 2).get(1);
                    case "hides" -> hidden.add(require(fields, 2).get(1));
                    case "bundle" -> {
                        require(fields, 4);
                        declarations = new ArrayList<>();
                        bundles.add(new IndexedBundle(
                                fields.get(1), fields.get(2), fields.get(3), headers(), declarations));
                    }
                    case "declares" -> declarations.add(declaration(fields));
                    default -> throw broken("record '" + fields.getFirst() + "' is not known here");
                }
            }
            return new Index(id, bundles, hidden);
        }

        private Map<String, String> headers() {
            var records = later("header", reader -> {
                var fields = reader.require(reader.fields(), 3);
                return Map.entry(fields.get(1), fields.get(2));
            });
            return new Headers(records);
        }

        private Declaration declaration(List<String> fields) {
            if (fields.size() < 2 || fields.size() % 2 != 0) {
                throw broken("an attribute without a value");
            }
            var attributes = new LinkedHashMap<String, String>();
            for (var i = 2; i < fields.size(); i += 2) {
                attributes.put(fields.get(i), fields.get(i + 1));
            }
            var optionsClass = isAt("options") ? require(fields(), 2).get(1) : "";
            return new Declaration(
                    fields.get(1),
                    attributes,
                    optionsClass,
                    later("option", Reader::option),
                    later("column", Reader::column));
        }

        private OptionDeclaration option() {
            var fields = require(fields(), 6);
            var names = fields.get(3).isEmpty()
                    ? List.<String>of()
                    : List.of(fields.get(3).split(" "));
            return new OptionDeclaration(fields.get(1), fields.get(2), names, fields.get(4), fields.get(5));
        }

        private Column column() {
            var fields = require(fields(), 3);
            return new Column(fields.get(1), fields.get(2));
        }

        /** Passes over the lines of a record that come next. {@return what they say, read when it is asked for} */
        private <T> List<T> later(String record, Function<Reader, T> line) {
            var start = next;
            while (isAt(record)) {
                next = lineEnd() + 1;
            }
            return start == next ? List.of() : new Later<>(new Reader(source, text, start), next, line);
        }

        private boolean isAt(String record) {
            return text.startsWith(record, next) && text.startsWith("\t", next + record.length());
        }

        private int lineEnd() {
            var end = text.indexOf('\n', next);
            if (end < 0) {
                throw broken("the last line has no end");
            }
            return end;
        }

        /** {@return the fields of the next line; without a pattern, whose first use takes 5 ms of every start} */
        private List<String> fields() {
            lineStart = next;
            var lineEnd = lineEnd();
            var fields = new ArrayList<String>();
            for (var tab = text.indexOf('\t', next, lineEnd); tab >= 0; tab = text.indexOf('\t', next, lineEnd)) {
                fields.add(unescaped(text.substring(next, tab)));
                next = tab + 1;
            }
            fields.add(unescaped(text.substring(next, lineEnd)));
            next = lineEnd + 1;
            return fields;
        }

        private List<String> require(List<String> fields, int count) {
            if (fields.size() != count) {
                throw broken(fields.size() + " fields where " + count + " are expected");
            }
            return fields;
        }

        private String unescaped(String field) {
            if (field.indexOf('\\') < 0) {
                return field;
            }
            var plain = new StringBuilder(field.length());
            for (var i = 0; i < field.length(); i++) {
                var c = field.charAt(i);
                if (c != '\\' || i + 1 == field.length()) {
                    plain.append(c);
                    continue;
                }
                var escape = field.charAt(++i);
                if (escape == 'u') {
                    plain.append(character(field, i + 1));
                    i += HEX_DIGITS;
                } else {
                    plain.append(escape == 't' ? '\t' : escape == 'n' ? '\n' : escape);
                }
            }
            return plain.toString();
        }

        private char character(String field, int at) {
            var code = 0;
            for (var i = at; i < at + HEX_DIGITS; i++) {
                var digit = i < field.length() ? Character.digit(field.charAt(i), 16) : -1;
                if (digit < 0) {
                    throw broken("no number of a character after \\u");
                }
                code = code * 16 + digit;
            }
            return (char) code;
        }

        private MalformedDataException broken(String rule) {
            return new MalformedDataException(source, lineStart, rule);
        }
    }

    /** Headers by their names. */
    private static final class Headers extends AbstractMap<String, String> {
        private final List<Map.Entry<String, String>> records;
        private volatile @Nullable Map<String, String> read;

        Headers(List<Map.Entry<String, String>> records) {
            this.records = records;
        }

        private Map<String, String> all() {
            var all = read;
            if (all == null) {
                all = new LinkedHashMap<>();
                for (var each : records) {
                    all.put(each.getKey(), each.getValue());
                }
                read = all;
            }
            return all;
        }

        @Override
        public @Nullable String get(@Nullable Object name) {
            return all().get(name);
        }

        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            return Collections.unmodifiableSet(all().entrySet());
        }
    }

    /** What lines say, read once, when it is asked for. */
    private static final class Later<T> extends AbstractList<T> {
        private final Reader lines;
        private final int end;
        private final Function<Reader, T> line;
        private volatile @Nullable List<T> read;

        Later(Reader lines, int end, Function<Reader, T> line) {
            this.lines = lines;
            this.end = end;
            this.line = line;
        }

        @Override
        public T get(int index) {
            return all().get(index);
        }

        @Override
        public int size() {
            return all().size();
        }

        private List<T> all() {
            var all = read;
            if (all == null) {
                var reader = new Reader(lines.source, lines.text, lines.next);
                all = new ArrayList<>();
                while (reader.next < end) {
                    all.add(line.apply(reader));
                }
                read = all;
            }
            return all;
        }
    }
}
