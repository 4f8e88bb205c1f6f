package org.wyrm.script.groovy.internal;

import groovy.lang.Script;
import java.util.Arrays;
import java.util.List;
import org.codehaus.groovy.runtime.FormatHelper;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.OperationFailedException;

/** What each script extends: functions that it does not have itself are helpers and commands. */
public abstract class ScriptBase extends Script {
    /** Called by Groovy for a function that the script has not. {@return what the helper or command of that name gives} */
    public @Nullable Object methodMissing(String name, @Nullable Object arguments) {
        List<@Nullable Object> list = arguments instanceof Object[] array ? Arrays.asList(array) : List.of();
        if (!session().knows(name)) {
            throw new OperationFailedException(
                    "no function %s(): the script has none, and no helper or command is called that".formatted(name));
        }
        return session().call(name, list);
    }

    /** Called by Groovy for a variable that the script has not. */
    public Object propertyMissing(String name) {
        throw new OperationFailedException("no variable " + name + ": the script has none of that name");
    }

    // As Groovy's own, but that errors of what is printed come out as they are.
    @Override
    public void print(@Nullable Object value) {
        session().out().print(FormatHelper.toString(value));
    }

    @Override
    public void println(@Nullable Object value) {
        session().out().println(FormatHelper.toString(value));
    }

    @Override
    public void printf(String format, Object value) {
        session().out().print(sprintf(format, value));
    }

    @Override
    public void printf(String format, Object[] values) {
        session().out().print(sprintf(format, values));
    }

    /** {@return a text, in which values of the target are as they are printed, or numbers where the format wants these} */
    public String sprintf(String format, Object... values) {
        // As Groovy has it, a list or an array stands for what is in it.
        var isOne = values.length == 1 && (values[0] instanceof List || isArray(values[0]));
        var all = isOne ? DefaultTypeTransformation.asCollection(values[0]).toArray() : values;
        return String.format(format, Arguments.formatted(format, all));
    }

    private static boolean isArray(@Nullable Object value) {
        return value != null && value.getClass().isArray();
    }

    private Session session() {
        return ((ScriptBinding) getBinding()).session();
    }
}
