package org.wyrm.platform.launcher.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.IndexedBundle;

/** An application that prints, on each of many targets; all read the same standard input. Thread-safe. */
final class ApplicationOnTarget implements TargetWork {
    private final Indexes indexes;
    private final ApplicationLine line;
    private byte @Nullable [] input;

    ApplicationOnTarget(Indexes indexes, ApplicationLine line) {
        this.indexes = indexes;
        this.line = line;
    }

    @Override
    public String name() {
        return line.application().declaration().name();
    }

    @Override
    public IndexedBundle bundle() {
        return line.bundle();
    }

    @Override
    public int run(OneTarget target) {
        var out = target.out().asPrintStream();
        try (var session = new LauncherSession(
                target.environment(),
                target.errors(),
                target.extender(),
                indexes,
                bundle(),
                target.context(),
                target.targets(),
                target.said())) {
            return line.run(
                    target.extender(),
                    new ApplicationRun(
                            session,
                            target.context(),
                            target.said(),
                            out,
                            Optional.of(() -> standardInput(target.environment()))));
        } finally {
            out.flush();
        }
    }

    private synchronized InputStream standardInput(Environment environment) {
        var known = input;
        if (known == null) {
            try {
                known = environment.in().readAllBytes();
            } catch (IOException e) {
                throw new OperationFailedException("cannot read standard input: " + FileErrors.reason(e), e);
            }
            input = known;
        }
        return new ByteArrayInputStream(known);
    }
}
