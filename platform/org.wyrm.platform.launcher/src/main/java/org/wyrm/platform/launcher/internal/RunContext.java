package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.OpenTarget;
import org.wyrm.platform.command.ReportsStatistics;
import org.wyrm.platform.command.TargetProvider;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.OptionsRecord;
import org.wyrm.platform.output.Output;

/** What one command of one process may ask: its target is opened when it first asks for it. */
final class RunContext implements CommandContext, AutoCloseable {
    private final BundleContributions contributions;
    private final Map<String, List<String>> said;
    private final Cancellation cancellation;
    private final Statistics statistics;
    private final Telling telling;
    private final TargetNeeds needs;
    private final Map<Class<?>, OpenTarget<?>> open = new LinkedHashMap<>();

    /**
     * How the user is told of what is no row.
     *
     * @param errors where warnings go
     * @param progress where long work is told of
     * @param quiet whether warnings are left out
     * @param columns asks how wide the terminal is that rows are shown on as text
     */
    record Telling(PrintStream errors, Progress progress, boolean quiet, Supplier<OptionalInt> columns) {}

    /**
     * @param said the options before the command, by component
     * @param asking whose command or application it is
     */
    RunContext(
            BundleContributions contributions,
            Map<String, List<String>> said,
            Cancellation cancellation,
            Statistics statistics,
            Telling telling,
            IndexedBundle asking) {
        this.contributions = contributions;
        this.said = said;
        this.cancellation = cancellation;
        this.statistics = statistics;
        this.telling = telling;
        this.needs = new TargetNeeds(asking, contributions);
    }

    @Override
    public synchronized <T> T target(Class<T> type) {
        var target = open.get(type);
        if (target == null) {
            statistics.phase("command");
            target = open(type);
            open.put(type, target);
            needs.require(target.with(cancellation));
            statistics.phase("target");
        }
        return type.cast(target.with(cancellation));
    }

    private OpenTarget<?> open(Class<?> type) {
        var providers = contributions.index().declared(Index.TARGETS).stream()
                .filter(each -> each.declaration().attribute("target").equals(type.getName()))
                .toList();
        for (var provider : providers) {
            var opened = open(provider);
            if (opened != null) {
                return opened;
            }
        }
        var choices = new ArrayList<String>();
        providers.forEach(provider -> choices.addAll(provider.declaration().choices()));
        throw new UsageException(
                providers.isEmpty()
                        ? "nothing here opens a " + type.getSimpleName()
                        : "no target: say which, before the command, by one of " + String.join(", ", choices));
    }

    @SuppressWarnings("unchecked") // the index was made from the provider's own signature
    private @Nullable OpenTarget<?> open(Index.Declared declared) {
        var provider = (TargetProvider<?, Record>) contributions.get(declared);
        var options = OptionsRecord.make(
                contributions.optionsClass(declared), declared.declaration().options(), said);
        return provider.open(this, options).orElse(null);
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

    @Override
    public OptionalInt columns() {
        return telling.columns.get();
    }

    /** {@return what the open targets remark on values that could not be read, a clause each} */
    synchronized List<String> remarks() {
        return open.values().stream()
                .map(OpenTarget::remark)
                .filter(remark -> !remark.isEmpty())
                .toList();
    }

    /** {@return what the open targets counted} */
    synchronized Map<String, Long> counts() {
        var counts = new LinkedHashMap<String, Long>();
        for (var target : open.values()) {
            if (target instanceof ReportsStatistics counting) {
                counting.statistics().forEach((name, count) -> counts.merge(name, count, Long::sum));
            }
        }
        return counts;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(OpenTarget::close);
        open.clear();
    }
}
