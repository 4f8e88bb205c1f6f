package org.wyrm.platform.launcher.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.wyrm.platform.command.Application;
import org.wyrm.platform.command.ApplicationContext;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.OptionsRecord;
import org.wyrm.platform.launcher.internal.OptionSet.Said;

/**
 * An application, and what the user said that it is to do.
 *
 * @param application which
 * @param said the options, those that name a target included
 * @param values the values of its own options and arguments
 */
record ApplicationLine(Index.Declared application, Said said, Map<String, List<String>> values) {
    /**
     * Reads the words behind those that choose an application.
     *
     * @param before what was said before them
     * @param options that may be said, beside the application's own
     * @param verbatim whether the words from the first argument on are all arguments
     */
    static ApplicationLine parse(
            Index.Declared application, Said before, OptionSet options, List<String> words, boolean verbatim) {
        var declaration = application.declaration();
        var after = options.add(declaration.flags()).parse(words, verbatim);
        var said = before.and(after);
        var values = new LinkedHashMap<>(said.values());
        if (!said.has("--help")) {
            CommandLine.placeArguments(declaration.arguments(), after.rest(), values);
        }
        return new ApplicationLine(application, said, values);
    }

    IndexedBundle bundle() {
        return application.bundle();
    }

    /** Runs it. {@return its code} */
    @SuppressWarnings("unchecked") // the index was made from the application's own signature
    int run(BundleContributions extender, ApplicationContext context) {
        var object = (Application<Record>) extender.get(application);
        return object.run(
                context,
                OptionsRecord.make(
                        extender.optionsClass(application),
                        application.declaration().options(),
                        values));
    }
}
