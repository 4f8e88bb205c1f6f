package org.wyrm.script.groovy.internal;

import groovy.lang.Closure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.KernelHelper;
import org.wyrm.platform.script.ScriptContext;
import org.wyrm.platform.script.ScriptExit;
import org.wyrm.program.Program;

/** One run of a script: its target, and the functions that it may call. Confined to one thread. */
final class Session {
    private static final String COMMAND = "command";
    private static final String EXIT = "exit";

    private final ScriptContext context;
    private final Map<String, List<KernelHelper>> helpers = new HashMap<>();
    private @Nullable Values values;
    private @Nullable ScriptProgram program;
    private @Nullable Set<String> commands;

    Session(ScriptContext context) {
        this.context = context;
    }

    PrintStream out() {
        return context.out();
    }

    ScriptProgram scriptProgram() {
        var known = program;
        if (known == null) {
            known = new ScriptProgram(values());
            program = known;
        }
        return known;
    }

    private Values values() {
        var known = values;
        if (known == null) {
            known = new Values(context.target(Program.class));
            values = known;
        }
        return known;
    }

    /** {@return whether there is a function of a name}. Of helpers and commands of one name, the helper counts. */
    boolean knows(String name) {
        return name.equals(COMMAND)
                || name.equals(EXIT)
                || Functions.NAMES.contains(name)
                || !helper(name).isEmpty()
                || commands().contains(name);
    }

    /** {@return what a function gives} */
    @Nullable
    Object call(String name, List<@Nullable Object> arguments) {
        if (name.equals(EXIT)) {
            var code = arguments.isEmpty() ? Integer.valueOf(0) : Arguments.plain(arguments.getFirst());
            throw new ScriptExit(code instanceof Number number ? number.intValue() : 1);
        }
        if (name.equals(COMMAND)) {
            return rows(arguments);
        }
        if (Functions.NAMES.contains(name)) {
            return new Functions(values()).call(name, arguments);
        }
        if (!helper(name).isEmpty()) {
            return new HelperCall(values(), name, helper(name)).call(arguments);
        }
        var words = new ArrayList<@Nullable Object>(List.of(name));
        words.addAll(arguments);
        return rows(words);
    }

    private List<KernelHelper> helper(String name) {
        return helpers.computeIfAbsent(name, each -> KernelHelper.named(context.contributions(), each));
    }

    private Set<String> commands() {
        var known = commands;
        if (known == null) {
            known = context.commandNames();
            commands = known;
        }
        return known;
    }

    /** {@return the rows of a command; none where a closure at the end took them one by one} */
    private List<Row> rows(List<@Nullable Object> arguments) {
        var found = new ArrayList<Row>();
        if (!arguments.isEmpty() && arguments.getLast() instanceof Closure<?> each) {
            context.rows(
                    Arguments.words(arguments.subList(0, arguments.size() - 1)),
                    row -> each.call((Object) new Row(row)));
            return found;
        }
        var words = Arguments.words(arguments);
        if (words.isEmpty()) {
            throw new UsageException("command() wants the name of a command");
        }
        context.rows(words, row -> found.add(new Row(row)));
        return found;
    }
}
