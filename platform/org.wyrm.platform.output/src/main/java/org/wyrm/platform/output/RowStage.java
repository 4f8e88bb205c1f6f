package org.wyrm.platform.output;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.output.internal.Stage;
import org.wyrm.platform.output.internal.StageParser;

/**
 * What is done with rows before they are written, whatever format they are written in: {@code where state == 'D'},
 * {@code sort -r rss_bytes}, {@code head 5}, {@code tail 5}, {@code select pid,comm}, {@code count}. Keys are those of
 * JSON, or the headers of columns. Immutable.
 */
public final class RowStage {
    private static final Map<String, Function<StageParser, Stage>> KINDS = Map.of(
            "where", StageParser::where,
            "sort", StageParser::sort,
            "head", StageParser::head,
            "tail", StageParser::tail,
            "select", StageParser::select,
            "count", StageParser::count);

    private final Stage stage;

    private RowStage(Stage stage) {
        this.stage = stage;
    }

    /** {@return whether a word begins a stage} */
    public static boolean isKind(String word) {
        return KINDS.containsKey(word);
    }

    /** {@return the words that begin a stage, in their order, with commas between them} */
    public static String kinds() {
        return KINDS.keySet().stream().sorted().collect(Collectors.joining(", "));
    }

    /**
     * {@return the stage that a text describes}
     *
     * @throws UsageException if it describes none, with the place
     */
    public static RowStage parse(String text) {
        var parser = new StageParser(text);
        var kind = KINDS.get(parser.word());
        if (kind == null) {
            throw parser.wrong("a stage is one of " + kinds());
        }
        var stage = kind.apply(parser);
        parser.end();
        return new RowStage(stage);
    }

    Stage stage() {
        return stage;
    }
}
