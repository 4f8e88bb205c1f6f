package org.wyrm.platform.provision;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.extension.Resolution;
import org.wyrm.platform.provision.Plugin.State;

/**
 * Installs and removes plug-ins in a running framework and keeps them for the next start.
 *
 * <p>Thread-safe.
 */
public final class PluginInstaller {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final String FAMILY = "org.wyrm.";
    private static final String REFERENCE = "reference:";

    private final BundleContributions contributions;
    private final PluginFolders folders;
    private final PluginStore store;
    private final Duration drain;

    /** Changes the plug-ins of a framework and of the user's folder. */
    public PluginInstaller(BundleContributions contributions, PluginFolders folders) {
        this(contributions, folders, DRAIN);
    }

    /** @param drain how long running uses of a plug-in may go on when it is removed, and then how long they may stop */
    public PluginInstaller(BundleContributions contributions, PluginFolders folders, Duration drain) {
        this.contributions = contributions;
        this.folders = folders;
        this.store = new PluginStore(folders.installed());
        this.drain = drain;
    }

    /** {@return all plug-ins: installed, shipped, and those that wait to be installed} */
    public List<Plugin> list() {
        var installed = store.index();
        var shipped = Index.ofFolder(folders.shipped());
        var plugins = new ArrayList<Plugin>();
        installed.bundles().forEach(bundle -> plugins.add(plugin(bundle, State.INSTALLED)));
        addOthers(plugins, shipped, State.SHIPPED);
        addOthers(plugins, Index.ofFolder(folders.repository()), State.AVAILABLE);
        return plugins;
    }

    private static void addOthers(List<Plugin> plugins, Index index, State state) {
        for (var bundle : index.bundles()) {
            if (plugins.stream().noneMatch(known -> known.name().equals(bundle.symbolicName()))) {
                plugins.add(plugin(bundle, state));
            }
        }
    }

    private static Plugin plugin(IndexedBundle bundle, State state) {
        return new Plugin(bundle.symbolicName(), bundle.version(), state, bundle.commands());
    }

    /**
     * Installs a plug-in, in place of another version of it. It can be used at once.
     *
     * @param what a file, or the name of a plug-in that comes with the product and waits: {@code net} for
     *     {@code org.wyrm.net}
     * @throws OperationFailedException if it is neither a file nor such a name, is no bundle, belongs to the core, or
     *     needs what is not here
     */
    public Plugin install(String what) {
        var file = file(what);
        var before = store.index();
        var bundle = store.add(file, this::check);
        var same = before.bundle(bundle.symbolicName())
                .filter(known -> known.location().equals(bundle.location()));
        if (same.isPresent()) {
            return plugin(bundle, State.UNCHANGED);
        }
        contributions.remove(bundle.symbolicName(), drain);
        contributions.add(List.of(bundle));
        return plugin(bundle, State.INSTALLED);
    }

    private Path file(String what) {
        var file = Path.of(what);
        if (what.contains("/") || Files.exists(file)) {
            return file;
        }
        return named(Index.ofFolder(folders.repository()).bundles(), what)
                .map(bundle -> Path.of(URI.create(bundle.location().substring(REFERENCE.length()))))
                .orElseThrow(() -> new OperationFailedException(
                        "no plug-in '" + what + "': it is no file, and none of that name comes with wyrm"));
    }

    private static Optional<IndexedBundle> named(Collection<IndexedBundle> bundles, String name) {
        return bundles.stream()
                .filter(bundle -> bundle.symbolicName().equals(name)
                        || bundle.symbolicName().equals(FAMILY + name))
                .findFirst();
    }

    private void check(IndexedBundle bundle) {
        var name = bundle.symbolicName();
        var replaceable = store.index().bundle(name).isPresent()
                || Index.ofFolder(folders.shipped()).bundle(name).isPresent();
        var index = contributions.index();
        if (index.bundle(name).isPresent() && !replaceable) {
            throw new OperationFailedException(name + " is part of wyrm itself and is updated with it");
        }
        var missing = new Resolution(index.with(bundle).bundles(), contributions.systemPackages()).missing(bundle);
        if (!missing.isEmpty()) {
            throw new OperationFailedException(String.join("; ", missing));
        }
    }

    /**
     * Removes a plug-in that the user installed; a shipped one of the same name is there again.
     *
     * @param name its symbolic name, or that without {@code org.wyrm.}
     * @throws OperationFailedException if there is none, it comes with the product, or another plug-in needs it
     */
    public Plugin remove(String name) {
        var shipped = Index.ofFolder(folders.shipped());
        var bundle = named(store.index().bundles(), name).orElseThrow(() -> notInstalled(shipped, name));
        refuseIfNeeded(bundle, shipped);
        store.remove(bundle.symbolicName());
        contributions.remove(bundle.symbolicName(), drain);
        shipped.bundle(bundle.symbolicName()).ifPresent(older -> contributions.add(List.of(older)));
        return plugin(bundle, State.REMOVED);
    }

    private void refuseIfNeeded(IndexedBundle bundle, Index shipped) {
        var left = contributions.index().without(bundle.symbolicName());
        var after = shipped.bundle(bundle.symbolicName()).map(left::with).orElse(left);
        var resolution = new Resolution(after.bundles(), contributions.systemPackages());
        for (var other : store.index().bundles()) {
            if (after.bundle(other.symbolicName()).isPresent()
                    && !resolution.missing(other).isEmpty()) {
                throw new OperationFailedException(
                        "plug-in " + other.symbolicName() + " needs " + bundle.symbolicName() + ": remove it first");
            }
        }
    }

    private static RuntimeException notInstalled(Index shipped, String name) {
        return named(shipped.bundles(), name).isPresent()
                ? new OperationFailedException("plug-in " + name + " comes with wyrm and cannot be removed")
                : new OperationFailedException("no plug-in '" + name + "': wyrm plugin list shows what is installed");
    }
}
