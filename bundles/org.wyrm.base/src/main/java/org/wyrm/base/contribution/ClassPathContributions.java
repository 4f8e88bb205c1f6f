package org.wyrm.base.contribution;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.wyrm.base.error.OperationFailedException;

/**
 * The contributions of a class path, for use without OSGi: as a plain library, and in unit tests. It reads the
 * {@code Provide-Capability} headers of all manifests that a class loader sees, once.
 *
 * <p>Thread-safe.
 */
public final class ClassPathContributions implements Contributions {
    /** What the namespaces of contributions start with. */
    public static final String NAMESPACE_PREFIX = "wyrm.";

    private final ClassLoader loader;
    private final List<Contribution<?>> contributions = new ArrayList<>();

    /**
     * Reads the manifests that a class loader sees.
     *
     * @throws OperationFailedException if one cannot be read
     */
    public ClassPathContributions(ClassLoader loader) {
        this.loader = loader;
        try {
            for (var manifest : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
                read(manifest);
            }
        } catch (IOException e) {
            throw new OperationFailedException("cannot read the manifests of the class path: " + e.getMessage(), e);
        }
        contributions.sort(DeclaredContribution.ORDER);
    }

    private void read(URL url) throws IOException {
        Attributes headers;
        try (var in = url.openStream()) {
            headers = new Manifest(in).getMainAttributes();
        }
        var bundle = headers.getValue("Bundle-SymbolicName");
        var provided = headers.getValue("Provide-Capability");
        if (bundle == null || provided == null) {
            return;
        }
        var symbolicName = HeaderClause.parse(bundle).getFirst().name();
        for (var capability : HeaderClause.parse(provided)) {
            if (capability.name().startsWith(NAMESPACE_PREFIX)) {
                contributions.add(new OnClassPath<>(symbolicName, capability));
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the capability declares the type
    public <T> List<Contribution<T>> of(Class<T> type) {
        return contributions.stream()
                .filter(each -> type.getName().equals(each.attributes().get("type")))
                .map(each -> (Contribution<T>) each)
                .toList();
    }

    private final class OnClassPath<T> extends DeclaredContribution<T> {
        OnClassPath(String bundle, HeaderClause capability) {
            super(bundle, capability.attributes(), ClassPathContributions.this);
        }

        @Override
        protected Class<?> load(String className) throws ClassNotFoundException {
            return loader.loadClass(className);
        }
    }
}
