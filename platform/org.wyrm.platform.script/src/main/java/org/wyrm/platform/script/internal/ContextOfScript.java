package org.wyrm.platform.script.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.script.ScriptContext;

/** What a script may ask, by what its application may. */
record ContextOfScript(ApplicationContext application, PrintStream out) implements ScriptContext {
    @Override
    public <T> T target(Class<T> type) {
        return application.target(type);
    }

    @Override
    public Contributions contributions() {
        return application.contributions();
    }

    @Override
    public Cancellation cancellation() {
        return application.cancellation();
    }

    @Override
    public Set<String> commandNames() {
        return application.commandNames();
    }

    @Override
    public void rows(List<String> words, Consumer<Map<String, @Nullable Object>> each) {
        application.rows(words, application.cancellation(), each);
    }
}
