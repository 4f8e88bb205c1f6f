package org.wyrm.platform.provision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.framework.Version;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.extension.Resolution;
import org.wyrm.platform.provision.Plugin.State;

/**
 * Installs, updates and removes plug-ins in a running framework and keeps them for the next start.
 *
 * <p>Thread-safe.
 */
public final class PluginInstaller {
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final BundleContributions contributions;
    private final PluginFolders folders;
    private final PluginStore store;
    private final PluginCatalog catalog;
    private final Repositories repositories;
    private final Trust trust;
    private final Telling telling;
    private final Duration drain;

    /** Changes the plug-ins of a framework and of the user's folder. */
    public PluginInstaller(BundleContributions contributions, PluginFolders folders, Telling telling) {
        this(contributions, folders, telling, DRAIN);
    }

    /** @param drain how long running uses of a plug-in may go on when it is removed, and then how long they may stop */
    PluginInstaller(BundleContributions contributions, PluginFolders folders, Telling telling, Duration drain) {
        this.contributions = contributions;
        this.folders = folders;
        this.store = new PluginStore(folders.installed());
        this.catalog = new PluginCatalog(folders, telling);
        this.repositories = new Repositories(store, folders, telling);
        this.trust = new Trust(store, folders);
        this.telling = telling;
        this.drain = drain;
    }

    /**
     * Installs a plug-in and what it needs, in place of other versions of them. They can be used at once.
     *
     * @param what a file, or the name of a plug-in of a repository: {@code net} for {@code org.wyrm.net}
     * @param unsigned whether what comes from a repository need not be signed by a key that the user trusts
     * @return what was installed, the plug-in itself first
     * @throws OperationFailedException if it is neither a file nor such a name, is no bundle, belongs to the core, or
     *     needs what is nowhere
     */
    public List<Plugin> install(String what, boolean unsigned) {
        var file = Path.of(what);
        if (what.contains("/") || Files.exists(file)) {
            return get(new ArrayList<>(List.of(file)), needsOf(file), unsigned);
        }
        var offers = repositories.offers();
        var offer = PluginNames.newest(offers, what)
                .orElseThrow(() -> new OperationFailedException(
                        "no plug-in '" + what + "': it is no file, and no repository has one of that name"));
        return install(List.of(offer), offers, unsigned, State.INSTALLED);
    }

    /** {@return what has to come along with a file; where all of it is here, no repository is asked} */
    private List<Offer> needsOf(Path file) {
        if (Files.isDirectory(file)) {
            throw new OperationFailedException(file + ": is a directory");
        }
        if (!Files.exists(file)) {
            throw new OperationFailedException(file + ": no such file");
        }
        var wanted = IndexBuilder.ofJar(file, file.toString());
        requireNotOfTheCore(wanted.symbolicName());
        var isComplete = new Resolution(contributions.index().with(wanted).bundles(), systemPackages())
                .missing(wanted)
                .isEmpty();
        return isComplete
                ? List.of()
                : planner()
                        .plan(
                                List.of(Planner.resource(wanted)),
                                hereWithout(Set.of(wanted.symbolicName())),
                                repositories.offers());
    }

    /** Installs offers together: each may need that another is there in its new version. */
    private List<Plugin> install(List<Offer> wanted, List<Offer> offers, boolean unsigned, State state) {
        var done = new ArrayList<Plugin>();
        var plan = new ArrayList<Offer>();
        for (var offer : wanted) {
            requireNotOfTheCore(offer.name());
            var here =
                    contributions.index().bundle(offer.name()).filter(bundle -> isOfVersion(bundle, offer.version()));
            var shipped = shipped().bundle(offer.name()).filter(bundle -> isOfVersion(bundle, offer.version()));
            if (here.isPresent()) {
                done.add(PluginCatalog.plugin(here.get(), State.UNCHANGED));
            } else if (shipped.isPresent()) {
                var needed = planner()
                        .plan(List.of(Planner.resource(shipped.get())), hereWithout(Set.of(offer.name())), offers);
                done.add(PluginCatalog.plugin(shipped.get(), State.SHIPPED));
                done.addAll(install(needed, offers, unsigned, State.INSTALLED));
                store.hide(offer.name(), false);
                replace(shipped.get());
            } else {
                plan.add(offer);
            }
        }
        if (!plan.isEmpty()) {
            var names = plan.stream().map(Offer::name).collect(Collectors.toSet());
            var resources = plan.stream().map(Offer::resource).toList();
            planner().plan(resources, hereWithout(names), offers).stream()
                    .filter(offer -> !names.contains(offer.name()))
                    .forEach(plan::add);
            get(new ArrayList<>(), plan, unsigned).stream()
                    .map(plugin -> names.contains(plugin.name()) ? plugin.in(state) : plugin)
                    .forEach(done::add);
        }
        return done;
    }

    private static boolean isOfVersion(IndexedBundle bundle, Version version) {
        return Version.parseVersion(bundle.version()).equals(version);
    }

    private Index shipped() {
        return Index.ofFolder(folders.shipped());
    }

    private Planner planner() {
        return new Planner(contributions.framework());
    }

    private List<IndexedBundle> hereWithout(Set<String> names) {
        return contributions.index().bundles().stream()
                .filter(bundle -> !names.contains(bundle.symbolicName()))
                .toList();
    }

    /**
     * Gets what repositories offer, one after the other, and places all of it together with files that are here.
     *
     * @param files grows
     */
    private List<Plugin> get(List<Path> files, List<Offer> plan, boolean unsigned) {
        if (plan.isEmpty()) {
            return place(files);
        }
        var offer = plan.getFirst();
        requireNotOfTheCore(offer.name());
        return store.withTemporaryFile(jar -> {
            try (var reader = new RepositoryReader(telling)) {
                reader.fetch(offer, jar);
            }
            trust.require(offer, jar, unsigned);
            requireSame(
                    offer, IndexBuilder.ofJar(jar, "", offer.content().address().toString()));
            files.add(jar);
            return get(files, plan.subList(1, plan.size()), unsigned);
        });
    }

    private static void requireSame(Offer offer, IndexedBundle bundle) {
        if (!bundle.symbolicName().equals(offer.name()) || !isOfVersion(bundle, offer.version())) {
            throw new OperationFailedException("%s is %s %s, and the index of repository %s calls it %s %s"
                    .formatted(
                            offer.content().address(),
                            bundle.symbolicName(),
                            bundle.version(),
                            offer.repository().name(),
                            offer.name(),
                            offer.version()));
        }
    }

    private List<Plugin> place(List<Path> files) {
        var before = store.index();
        var plugins = new ArrayList<Plugin>();
        for (var bundle : store.add(files, this::check)) {
            var isSame = before.bundle(bundle.symbolicName())
                    .filter(known -> known.location().equals(bundle.location()))
                    .isPresent();
            if (!isSame) {
                replace(bundle);
            }
            plugins.add(PluginCatalog.plugin(bundle, isSame ? State.UNCHANGED : State.INSTALLED));
        }
        return plugins;
    }

    private void replace(IndexedBundle bundle) {
        contributions.remove(bundle.symbolicName(), drain);
        contributions.add(List.of(bundle));
    }

    /** The manifests have the last word: an index may lie, and another process may have changed what is here. */
    private void check(List<IndexedBundle> added) {
        var after = contributions.index();
        var names = new HashSet<String>();
        for (var bundle : added) {
            requireNotOfTheCore(bundle.symbolicName());
            if (!names.add(bundle.symbolicName())) {
                throw new OperationFailedException(
                        "two versions of " + bundle.symbolicName() + " are needed, and there can be one");
            }
            after = after.with(bundle);
        }
        planner().plan(added.stream().map(Planner::resource).toList(), hereWithout(names), List.of());
        requireNobodyMisses(after, "would not find what it needs any more: ");
    }

    private void requireNobodyMisses(Index after, String consequence) {
        var now = new Resolution(contributions.index().bundles(), systemPackages());
        var then = new Resolution(after.bundles(), systemPackages());
        for (var bundle : contributions.index().bundles()) {
            var other = after.bundle(bundle.symbolicName());
            if (isPlugin(bundle.symbolicName())
                    && other.isPresent()
                    && now.missing(bundle).isEmpty()) {
                var missing = then.missing(other.get());
                if (!missing.isEmpty()) {
                    throw new OperationFailedException(
                            "plug-in " + bundle.symbolicName() + " " + consequence + missing.getFirst());
                }
            }
        }
    }

    private Set<String> systemPackages() {
        return contributions.systemPackages();
    }

    private void requireNotOfTheCore(String name) {
        if (!isPlugin(name) && contributions.index().bundle(name).isPresent()) {
            throw new OperationFailedException(name + " is part of wyrm itself and is updated with it");
        }
    }

    private boolean isPlugin(String name) {
        return store.index().bundle(name).isPresent() || shipped().bundle(name).isPresent();
    }

    /**
     * Puts the newest version that repositories have in place of an older one.
     *
     * @param name of a plug-in; none for all that are here
     * @param unsigned as for {@link #install}
     * @return what was looked at, and what came along
     */
    public List<Plugin> update(Optional<String> name, boolean unsigned) {
        var here = catalog.list().stream()
                .filter(plugin -> plugin.state() != State.AVAILABLE)
                .toList();
        var wanted = name.isEmpty()
                ? here
                : List.of(PluginNames.find(here, Plugin::name, name.get()).orElseThrow(() -> notInstalled(name.get())));
        var offers = repositories.offers();
        var done = new ArrayList<Plugin>();
        var newer = new ArrayList<Offer>();
        for (var plugin : wanted) {
            var version = Version.parseVersion(plugin.version());
            PluginNames.newest(offers, plugin.name())
                    .filter(offer -> offer.version().compareTo(version) > 0)
                    .ifPresentOrElse(newer::add, () -> done.add(plugin.in(State.UNCHANGED)));
        }
        done.addAll(install(newer, offers, unsigned, State.UPDATED));
        return done;
    }

    /**
     * Removes a plug-in; where the user had installed one in place of a shipped one, that is there again.
     *
     * @param name its symbolic name, or that without {@code org.wyrm.}
     * @throws OperationFailedException if there is none, or another plug-in needs it
     */
    public Plugin remove(String name) {
        var index = store.index();
        var installed = PluginNames.find(index.bundles(), IndexedBundle::symbolicName, name);
        var bundle = installed
                .or(() -> PluginNames.find(shipped().bundles(), IndexedBundle::symbolicName, name)
                        .filter(each -> !index.hidden().contains(each.symbolicName())))
                .orElseThrow(() -> notInstalled(name));
        var older = installed.flatMap(each -> shipped().bundle(each.symbolicName()));
        var left = contributions.index().without(bundle.symbolicName());
        requireNobodyMisses(
                older.map(left::with).orElse(left), "needs " + bundle.symbolicName() + ", remove it first: ");
        if (installed.isPresent()) {
            store.remove(bundle.symbolicName());
        } else {
            store.hide(bundle.symbolicName(), true);
        }
        contributions.remove(bundle.symbolicName(), drain);
        older.ifPresent(each -> contributions.add(List.of(each)));
        return PluginCatalog.plugin(bundle, State.REMOVED);
    }

    private static OperationFailedException notInstalled(String name) {
        return new OperationFailedException("no plug-in '" + name + "': wyrm plugin list shows what is installed");
    }
}
