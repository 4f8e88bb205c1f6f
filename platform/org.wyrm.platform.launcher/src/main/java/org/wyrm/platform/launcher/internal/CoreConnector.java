package org.wyrm.platform.launcher.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.connect.ConnectContent;
import org.osgi.framework.connect.ConnectModule;
import org.osgi.framework.connect.ModuleConnector;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexedBundle;

/**
 * Connects the bundles of the core to the class path, where their classes come linked from the AOT cache. Their headers
 * come from the index; what else their jars held below {@code META-INF} is below {@code b/SYMBOLIC-NAME/} in the core
 * jar, and all other files are at its root.
 */
final class CoreConnector implements ModuleConnector {
    private static final String LOCATION = "core:";

    private final Index core;
    private final ClassLoader loader;

    CoreConnector(Index core, ClassLoader loader) {
        this.core = core;
        this.loader = loader;
    }

    /** {@return whether a bundle is one of those that this connects} */
    static boolean isCore(IndexedBundle bundle) {
        return bundle.location().startsWith(LOCATION);
    }

    @Override
    public void initialize(@Nullable File storage, Map<String, String> configuration) {}

    @Override
    public Optional<ConnectModule> connect(String location) {
        return location.startsWith(LOCATION)
                ? core.bundle(location.substring(LOCATION.length())).map(bundle -> () -> new Content(bundle))
                : Optional.empty();
    }

    @Override
    public Optional<BundleActivator> newBundleActivator() {
        return Optional.empty();
    }

    private final class Content implements ConnectContent {
        private final IndexedBundle bundle;

        Content(IndexedBundle bundle) {
            this.bundle = bundle;
        }

        @Override
        public Optional<Map<String, String>> getHeaders() {
            return Optional.of(bundle.headers());
        }

        @Override
        public Optional<ClassLoader> getClassLoader() {
            return Optional.of(loader);
        }

        @Override
        public Iterable<String> getEntries() throws IOException {
            try (var in = loader.getResourceAsStream(ownFolder() + "entries")) {
                return in == null
                        ? List.of()
                        : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .toList();
            }
        }

        @Override
        public Optional<ConnectEntry> getEntry(String path) {
            var own = loader.getResource(ownFolder() + path);
            var found = own != null || path.startsWith("META-INF/") ? own : loader.getResource(path);
            return Optional.ofNullable(found).map(url -> new Entry(path, url));
        }

        @Override
        public void open() {}

        @Override
        public void close() {}

        private String ownFolder() {
            return "b/" + bundle.symbolicName() + "/";
        }
    }

    private record Entry(String name, URL url) implements ConnectContent.ConnectEntry {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public long getContentLength() {
            try {
                return url.openConnection().getContentLengthLong();
            } catch (IOException unknown) {
                return -1;
            }
        }

        @Override
        public long getLastModified() {
            return 0;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return url.openStream();
        }
    }
}
