package org.wyrm.platform.launcher.internal;

import org.wyrm.platform.extension.IndexedBundle;

/** A command, on each of many targets. */
record CommandOnTarget(CommandLine line) implements TargetWork {
    @Override
    public String name() {
        return line.command().declaration().name();
    }

    @Override
    public IndexedBundle bundle() {
        return line.command().bundle();
    }

    @Override
    public int run(OneTarget target) {
        line.run(
                target.extender(),
                target.context(),
                target.settings(),
                target.out(),
                target.failures(),
                target.title());
        return ExitCode.DONE;
    }
}
