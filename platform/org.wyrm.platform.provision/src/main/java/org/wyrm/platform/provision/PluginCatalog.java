package org.wyrm.platform.provision;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.osgi.framework.Version;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;
import org.wyrm.platform.provision.Plugin.State;

/** Tells which plug-ins there are, here and in repositories. It changes nothing. */
public final class PluginCatalog {
    private static final String REFERENCE = "reference:";

    private final PluginFolders folders;
    private final PluginStore store;
    private final Repositories repositories;

    /** Tells of the plug-ins of the user of some folders. */
    public PluginCatalog(PluginFolders folders, Telling telling) {
        this.folders = folders;
        this.store = new PluginStore(folders.installed());
        this.repositories = new Repositories(store, folders, telling);
    }

    /** {@return the plug-ins that were installed or come with the product, also those of the latter that were removed} */
    public List<Plugin> list() {
        var installed = store.index();
        var plugins = new ArrayList<Plugin>();
        installed.bundles().forEach(bundle -> plugins.add(plugin(bundle, State.INSTALLED)));
        for (var bundle : Index.ofFolder(folders.shipped()).bundles()) {
            if (installed.bundle(bundle.symbolicName()).isEmpty()) {
                var isHidden = installed.hidden().contains(bundle.symbolicName());
                plugins.add(plugin(bundle, isHidden ? State.AVAILABLE : State.SHIPPED));
            }
        }
        return plugins;
    }

    static Plugin plugin(IndexedBundle bundle, State state) {
        return new Plugin(bundle.symbolicName(), bundle.version(), state, bundle.commands());
    }

    /**
     * {@return the plug-ins of all repositories that mention some words, the newest version of each}
     *
     * @param words all of them are to be mentioned
     */
    public List<FoundPlugin> search(List<String> words) {
        var newest = new TreeMap<String, Offer>();
        for (var offer : repositories.offers()) {
            if (offer.isPlugin() && words.stream().allMatch(offer::mentions)) {
                newest.merge(offer.name(), offer, PluginCatalog::newer);
            }
        }
        return newest.values().stream()
                .map(offer -> new FoundPlugin(
                        offer.name(),
                        offer.version().toString(),
                        offer.repository().name(),
                        state(offer.name()),
                        offer.commands()))
                .toList();
    }

    private static Offer newer(Offer a, Offer b) {
        return b.version().compareTo(a.version()) > 0 ? b : a;
    }

    private State state(String name) {
        return list().stream()
                .filter(plugin -> plugin.name().equals(name))
                .map(Plugin::state)
                .findFirst()
                .orElse(State.AVAILABLE);
    }

    /**
     * {@return all that is known of the plug-ins of a name: of the one that is here, and of the newest if that is
     * another}
     *
     * @throws OperationFailedException if there is none
     */
    public List<PluginDetails> info(String name) {
        var details = new ArrayList<PluginDetails>();
        var here = Index.ofFolder(folders.shipped()).with(store.index()).bundles();
        var bundle = PluginNames.find(here, IndexedBundle::symbolicName, name);
        bundle.ifPresent(each -> details.add(details(each)));
        var version = bundle.map(each -> Version.parseVersion(each.version()));
        PluginNames.newest(repositories.offers(), name)
                .filter(offer -> !version.equals(Optional.of(offer.version())))
                .ifPresent(offer -> details.add(details(offer)));
        if (details.isEmpty()) {
            throw new OperationFailedException("no plug-in '" + name + "': wyrm plugin search shows what there is");
        }
        return details;
    }

    private PluginDetails details(IndexedBundle bundle) {
        var file = Path.of(URI.create(bundle.location().substring(REFERENCE.length())));
        try {
            return new PluginDetails(
                    bundle.symbolicName(),
                    bundle.version(),
                    state(bundle.symbolicName()),
                    description(file),
                    Optional.empty(),
                    file.toString(),
                    Optional.of(new ByteSize(Files.size(file))),
                    PluginStore.hash(file),
                    JarSignature.of(file, file.toString())
                            .map(signature -> List.copyOf(signature.keys().values()))
                            .orElse(List.of()),
                    bundle.commands(),
                    Needs.of(Planner.resource(bundle)));
        } catch (IOException e) {
            throw new OperationFailedException(file + ": " + FileErrors.reason(e), e);
        }
    }

    /** {@return what only people read; it is not in the index} */
    private static String description(Path file) throws IOException {
        try (var jar = new JarFile(file.toFile())) {
            return Objects.toString(jar.getManifest().getMainAttributes().getValue("Bundle-Description"), "");
        }
    }

    private static PluginDetails details(Offer offer) {
        var size = offer.content().byteSize();
        return new PluginDetails(
                offer.name(),
                offer.version().toString(),
                State.AVAILABLE,
                offer.description(),
                Optional.of(offer.repository().name()),
                offer.content().address().toString(),
                size < 0 ? Optional.empty() : Optional.of(new ByteSize(size)),
                offer.content().sha256(),
                List.of(),
                offer.commands(),
                Needs.of(offer.resource()));
    }
}
