package org.wyrm.platform.extension;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.internal.ClassFiles;
import org.wyrm.platform.extension.internal.OptionsReader;

/**
 * Reads what a bundle contributes, from its manifest and its class files. Loads no class of it, and is used only when
 * an index is made: at build time, when a plug-in is installed, and for the bundles of a framework that has no index.
 */
public final class IndexBuilder {
    /** What a framework reads, by the beginnings of the names; what only people read is left out. */
    private static final List<String> OSGI_HEADERS = List.of(
            "Bundle-ManifestVersion",
            "Bundle-SymbolicName",
            "Bundle-Version",
            "Bundle-Acti",
            "Bundle-ClassPath",
            "Bundle-NativeCode",
            "Import-",
            "Export-",
            "Require-",
            "Provide-",
            "Fragment-",
            "DynamicImport-");

    private IndexBuilder() {}

    /**
     * {@return what the bundle in a jar contributes}
     *
     * @param location what the index says of its place
     * @throws OperationFailedException if the file is no bundle, or declares what it does not hold
     */
    public static IndexedBundle ofJar(Path file, String location) {
        return ofJar(file, location, file.toString());
    }

    /**
     * {@return what the bundle in a jar contributes}
     *
     * @param location what the index says of its place
     * @param source what messages call the file
     * @throws OperationFailedException if the file is no bundle, or declares what it does not hold
     */
    public static IndexedBundle ofJar(Path file, String location, String source) {
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            if (manifest == null) {
                throw new OperationFailedException(source + " is not an OSGi bundle: it has no manifest");
            }
            return build(source, headers(manifest.getMainAttributes()), location, path -> {
                var entry = jar.getEntry(path);
                return entry == null
                        ? Optional.empty()
                        : Optional.of(jar.getInputStream(entry).readAllBytes());
            });
        } catch (IOException e) {
            throw new OperationFailedException(source + " is not an OSGi bundle: " + e.getMessage(), e);
        }
    }

    /**
     * {@return what an installed bundle contributes}
     *
     * @throws OperationFailedException if it declares what it does not hold
     */
    public static IndexedBundle ofBundle(Bundle bundle) {
        var headers = new TreeMap<String, String>();
        var all = bundle.getHeaders("");
        for (var names = all.keys(); names.hasMoreElements(); ) {
            var name = names.nextElement();
            headers.put(name, all.get(name));
        }
        return build(bundle.toString(), osgiHeaders(headers), bundle.getLocation(), path -> {
            var entry = bundle.getEntry(path);
            if (entry == null) {
                return Optional.empty();
            }
            try (var in = entry.openStream()) {
                return Optional.of(in.readAllBytes());
            }
        });
    }

    private static Map<String, String> headers(Attributes attributes) {
        var headers = new TreeMap<String, String>();
        attributes.forEach((name, value) -> headers.put(name.toString(), value.toString()));
        return osgiHeaders(headers);
    }

    private static Map<String, String> osgiHeaders(Map<String, String> headers) {
        headers.keySet().removeIf(name -> OSGI_HEADERS.stream().noneMatch(name::startsWith));
        return headers;
    }

    private static IndexedBundle build(String source, Map<String, String> headers, String location, ClassFiles files) {
        var symbolicName = headers.get("Bundle-SymbolicName");
        if (symbolicName == null || !"2".equals(headers.get("Bundle-ManifestVersion"))) {
            throw new OperationFailedException(source + " is not an OSGi bundle: its manifest names no bundle");
        }
        try {
            var declarations = new ArrayList<Declaration>();
            for (var capability : HeaderClause.parse(headers.getOrDefault("Provide-Capability", ""))) {
                if (capability.name().startsWith(ClassPathContributions.NAMESPACE_PREFIX)) {
                    declarations.add(declaration(capability, new OptionsReader(files)));
                }
            }
            return new IndexedBundle(
                    HeaderClause.parse(symbolicName).getFirst().name(),
                    headers.getOrDefault("Bundle-Version", "0.0.0"),
                    location,
                    headers,
                    declarations);
        } catch (IllegalArgumentException | IOException e) {
            throw new OperationFailedException(source + ": " + e.getMessage(), e);
        }
    }

    private static Declaration declaration(HeaderClause capability, OptionsReader reader) throws IOException {
        var attributes = new LinkedHashMap<>(capability.attributes());
        var className = attributes.getOrDefault("class", "");
        var generic = switch (capability.name()) {
            case Index.COMMANDS -> "org/wyrm/platform/command/Command";
            case Index.TARGETS -> "org/wyrm/platform/command/TargetProvider";
            case Index.APPLICATIONS -> "org/wyrm/platform/command/Application";
            default -> "";
        };
        if (generic.isEmpty()) {
            return new Declaration(capability.name(), attributes, "", List.of(), List.of());
        }
        var optionsClass = reader.optionsClass(className, generic);
        var row = attributes.getOrDefault("row", "");
        return new Declaration(
                capability.name(),
                attributes,
                optionsClass,
                reader.options(optionsClass),
                row.isEmpty() ? List.of() : reader.columns(row));
    }
}
