package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.wyrm.lang.c.CFormat;
import org.wyrm.platform.command.Completer;
import org.wyrm.platform.command.Completions;
import org.wyrm.platform.command.Completions.Word;
import org.wyrm.program.NameKind;
import org.wyrm.program.Program;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.PointerType;

/** How names of a program may go on. */
final class NameCompletions {
    private static final Pattern NAME_END = Pattern.compile("[A-Za-z0-9_$]*\\z");
    private static final int NESTING = 8;

    private NameCompletions() {}

    /** {@return where the name begins that a text ends with} */
    static int nameStart(String text) {
        var matcher = NAME_END.matcher(text);
        return matcher.find() ? matcher.start() : text.length();
    }

    /** {@return the names of some kinds that begin as the end of a text does} */
    static Completions names(Program program, Set<NameKind> kinds, String text) {
        var start = nameStart(text);
        var prefix = text.substring(start);
        if (prefix.isEmpty()) {
            return Completions.NONE;
        }
        var found = program.names(kinds, prefix, name -> name.startsWith(prefix))
                .limit(Completer.ENOUGH + 1)
                .toList();
        var words = new ArrayList<Word>();
        var last = "";
        for (var name : found) {
            program.cancellation().check();
            if (!name.name().equals(last)) {
                words.add(new Word(name.name(), name.kind().name().toLowerCase(Locale.ROOT), false));
            }
            last = name.name();
        }
        return new Completions(start, words, found.size() <= Completer.ENOUGH);
    }

    /** {@return the members of a structure, or of what a pointer points to, that begin as the end of a text does} */
    static Completions members(Program program, TargetType type, String text) {
        var start = nameStart(text);
        var unaliased = type.unaliased();
        var target = unaliased instanceof PointerType pointer
                ? pointer.target().resolve().unaliased()
                : unaliased;
        var words = new ArrayList<Word>();
        if (program.complete(target) instanceof CompoundType compound) {
            add(compound, text.substring(start), 0, words);
        }
        return new Completions(start, words);
    }

    private static void add(CompoundType compound, String prefix, int depth, List<Word> words) {
        for (var member : compound.members()) {
            var type = member.type().resolve();
            if (member.name().isEmpty()) {
                if (depth < NESTING && type.unaliased() instanceof CompoundType inner) {
                    add(inner, prefix, depth + 1, words);
                }
            } else if (member.name().get().startsWith(prefix)) {
                words.add(new Word(member.name().get(), CFormat.name(type), false));
            }
        }
    }
}
