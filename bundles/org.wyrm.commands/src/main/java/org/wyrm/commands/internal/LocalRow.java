package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.Attempt;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.program.Value;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.unwind.StackFrame;

/**
 * A parameter or a variable of a frame.
 *
 * @param shadowed whether one of an inner scope has its name
 * @param value as C
 * @param absence why it has none
 */
record LocalRow(
        String name,
        boolean parameter,
        boolean shadowed,
        String type,
        Attempt<Optional<String>> value,
        Optional<String> absence) {
    private static final int MOST_CHARACTERS = 1 << 14;
    private static final ValueFormat FORMAT = ValueFormat.DEFAULT.without(ValueFormat.Option.DEREFERENCE);

    static List<LocalRow> of(StackFrame frame) {
        var rows = new ArrayList<LocalRow>();
        var names = new HashSet<String>();
        for (var local : frame.locals()) {
            rows.add(of(frame, local, !names.add(local.name())));
        }
        return rows;
    }

    private static LocalRow of(StackFrame frame, Local local, boolean isShadowed) {
        var value = Attempt.of(() -> frame.value(local));
        var absence = value.map(Value::absence).orElse(Optional.empty());
        return new LocalRow(
                local.name(),
                local.isParameter(),
                isShadowed,
                CFormat.name(value.map(Value::type).orElse(local.type().resolve())),
                value.map(present -> absence.isPresent() ? Optional.empty() : Optional.of(FORMAT.format(present))),
                absence.map(reason -> explained(reason.label(), frame.absence(local))));
    }

    private static String explained(String reason, Optional<String> why) {
        return reason
                + why.filter(text -> !text.equals(reason))
                        .map(text -> ": " + text)
                        .orElse("");
    }

    /** {@return it as text; of a value that is longer than anybody reads, the beginning} */
    String text() {
        var text = switch (value) {
            case Attempt.Failure<?> failure -> "<" + failure.error().getMessage() + ">";
            case Attempt.Success<Optional<String>> success ->
                success.value().orElseGet(() -> "<" + absence.orElse("absent") + ">");
        };
        var left = text.length() - MOST_CHARACTERS;
        return name + " = "
                + (left > 0 ? text.substring(0, MOST_CHARACTERS) + "... (" + left + " more characters)" : text);
    }
}
