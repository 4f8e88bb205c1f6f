package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.output.Output;

/** What one run of a command or application may ask. */
final class RunContext implements CommandContext {
    private final BundleContributions contributions;
    private final OpenTargets targets;
    private final CommandContext opener;
    private final Cancellation cancellation;
    private final Telling telling;
    private final TargetNeeds needs;
    private final Map<String, String> choices;
    private final Set<Class<?>> fitting = ConcurrentHashMap.newKeySet();

    /**
     * How the user is told of what is no row.
     *
     * @param errors where warnings go
     * @param progress where long work is told of
     * @param quiet whether warnings are left out
     * @param columns asks how wide the terminal is that rows are shown on as text
     */
    record Telling(PrintStream errors, Progress progress, boolean quiet, Supplier<OptionalInt> columns) {}

    /** @param asking whose command or application it is */
    RunContext(
            BundleContributions contributions,
            OpenTargets targets,
            Cancellation cancellation,
            Telling telling,
            IndexedBundle asking) {
        this.contributions = contributions;
        this.targets = targets;
        this.opener = this;
        this.cancellation = cancellation;
        this.telling = telling;
        this.needs = new TargetNeeds(asking, contributions);
        this.choices = new ConcurrentHashMap<>();
    }

    /** A run within another, which has the targets opened and may go on longer. */
    RunContext(RunContext outer, Cancellation cancellation, Telling telling, IndexedBundle asking) {
        this.contributions = outer.contributions;
        this.targets = outer.targets;
        this.opener = outer.opener;
        this.cancellation = cancellation;
        this.telling = telling;
        this.needs = new TargetNeeds(asking, contributions);
        this.choices = outer.choices;
    }

    @Override
    public <T> T target(Class<T> type) {
        var target = targets.get(type.getName(), opener).with(cancellation);
        if (!fitting.contains(type)) {
            needs.require(target);
            fitting.add(type);
        }
        return type.cast(target);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public Contributions contributions() {
        return contributions;
    }

    @Override
    public void warn(String message) {
        if (!telling.quiet) {
            telling.errors.println("wyrm: warning: " + Output.printable(message));
        }
    }

    @Override
    public Progress progress() {
        return telling.progress;
    }

    /** {@return what the open targets remark on values that could not be read, a clause each} */
    List<String> remarks() {
        return targets.remarks();
    }

    /** {@return what is chosen for commands on these targets; it may be changed} */
    Map<String, String> choices() {
        return choices;
    }

    @Override
    public Optional<String> chosen(String what) {
        return Optional.ofNullable(choices.get(what));
    }

    @Override
    public OptionalInt columns() {
        return telling.columns.get();
    }
}
