package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.OpenTarget;
import org.wyrm.platform.command.ReportsStatistics;
import org.wyrm.platform.command.TargetProvider;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionsRecord;

/** The targets that the command line names, each opened when it is first asked for. Thread-safe. */
final class OpenTargets implements AutoCloseable {
    private final BundleContributions contributions;
    private final Map<String, List<String>> said;
    private final Statistics statistics;
    private final Map<String, OpenTarget<?>> open = new LinkedHashMap<>();

    /** @param said the options that name targets, by component */
    OpenTargets(BundleContributions contributions, Map<String, List<String>> said, Statistics statistics) {
        this.contributions = contributions;
        this.said = said;
        this.statistics = statistics;
    }

    /**
     * {@return the target of a type}
     *
     * @param type the name of its class
     * @param context what it is opened with; it may outlive what asks for it
     */
    synchronized OpenTarget<?> get(String type, CommandContext context) {
        var target = open.get(type);
        if (target == null) {
            statistics.phase("command");
            target = open(type, context);
            open.put(type, target);
            statistics.phase("target");
        }
        return target;
    }

    /** Opens a target of each type that something opens. {@return what the user knows them by} */
    String openAll(CommandContext context) {
        return contributions.index().declared(Index.TARGETS).stream()
                .map(each -> each.declaration().attribute("target"))
                .distinct()
                .map(type -> get(type, context).name())
                .collect(Collectors.joining(", "));
    }

    private OpenTarget<?> open(String type, CommandContext context) {
        var providers = contributions.index().declared(Index.TARGETS).stream()
                .filter(each -> each.declaration().attribute("target").equals(type))
                .toList();
        for (var provider : providers) {
            var opened = open(provider, context);
            if (opened != null) {
                return opened;
            }
        }
        var choices = new ArrayList<String>();
        providers.forEach(provider -> choices.addAll(provider.declaration().choices()));
        throw new UsageException(
                providers.isEmpty()
                        ? "nothing here opens a " + type.substring(type.lastIndexOf('.') + 1)
                        : "no target: say which, before the command, by one of " + String.join(", ", choices));
    }

    @SuppressWarnings("unchecked") // the index was made from the provider's own signature
    private @Nullable OpenTarget<?> open(Index.Declared declared, CommandContext context) {
        var provider = (TargetProvider<?, Record>) contributions.get(declared);
        var options = OptionsRecord.make(
                contributions.optionsClass(declared), declared.declaration().options(), said);
        return provider.open(context, options).orElse(null);
    }

    /** {@return what the open targets remark on values that could not be read, a clause each} */
    synchronized List<String> remarks() {
        return open.values().stream()
                .map(OpenTarget::remark)
                .filter(remark -> !remark.isEmpty())
                .toList();
    }

    /** {@return what the open targets are, and what is missing of them, a line each} */
    synchronized List<String> descriptions() {
        return open.values().stream()
                .flatMap(target -> target.description().stream())
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
