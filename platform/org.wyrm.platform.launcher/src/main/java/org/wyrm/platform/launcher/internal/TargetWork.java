package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Output;
import org.wyrm.platform.output.Settings;

/** What is done on each of many targets. */
interface TargetWork {
    /** {@return what the user calls it} */
    String name();

    /** {@return whose it is} */
    IndexedBundle bundle();

    /** Does it on one target. {@return its code} */
    int run(OneTarget target);

    /**
     * One of the targets.
     *
     * @param title what stands in its rows; empty where it stands above them
     * @param said the options, that which names it included
     * @param context asks it
     * @param out takes rows and text
     * @param errors takes what is told
     */
    record OneTarget(
            Environment environment,
            BundleContributions extender,
            String title,
            Said said,
            Settings settings,
            OpenTargets targets,
            RunContext context,
            Output out,
            PrintStream errors,
            Failures failures) {}
}
