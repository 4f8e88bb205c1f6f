package org.wyrm.platform.extension;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.wyrm.base.contribution.HeaderClause;

/**
 * Which bundles a bundle needs, by the headers in the index: enough to install no more than a command needs, and to say
 * in plain words what is missing. The framework's resolver has the last word.
 */
public final class Resolution {
    private final Map<String, List<Export>> exports = new LinkedHashMap<>();
    private final Map<String, IndexedBundle> bundles = new LinkedHashMap<>();
    private final Set<String> systemPackages;

    private record Export(IndexedBundle bundle, Version version) {}

    private record Import(String packageName, VersionRange range, boolean optional) {
        boolean accepts(Export export) {
            return range.includes(export.version());
        }
    }

    /**
     * @param available the bundles that may be used
     * @param systemPackages what the framework exports itself
     */
    public Resolution(Collection<IndexedBundle> available, Set<String> systemPackages) {
        this.systemPackages = systemPackages;
        for (var bundle : available) {
            bundles.put(bundle.symbolicName(), bundle);
            for (var clause : HeaderClause.parse(bundle.header("Export-Package"))) {
                var version = Version.parseVersion(clause.attributes().getOrDefault("version", "0"));
                for (var name : clause.names()) {
                    exports.computeIfAbsent(name, key -> new ArrayList<>()).add(new Export(bundle, version));
                }
            }
        }
    }

    /** {@return a bundle and all that it needs, directly or not, as far as it is available; the needed ones first} */
    public List<IndexedBundle> closure(IndexedBundle bundle) {
        var found = new LinkedHashMap<String, IndexedBundle>();
        collect(bundle, found, new HashSet<>());
        return List.copyOf(found.values());
    }

    private void collect(IndexedBundle bundle, Map<String, IndexedBundle> found, Set<String> seen) {
        if (!seen.add(bundle.symbolicName())) {
            return;
        }
        for (var wanted : imports(bundle)) {
            for (var export : exports.getOrDefault(wanted.packageName(), List.of())) {
                if (wanted.accepts(export)) {
                    collect(export.bundle(), found, seen);
                }
            }
        }
        for (var required : HeaderClause.parse(bundle.header("Require-Bundle"))) {
            var provider = bundles.get(required.name());
            if (provider != null) {
                collect(provider, found, seen);
            }
        }
        for (var requirement : requirements(bundle)) {
            bundles.values().stream()
                    .filter(each -> meets(each, requirement))
                    .forEach(each -> collect(each, found, seen));
        }
        found.put(bundle.symbolicName(), bundle);
    }

    /** {@return what a bundle needs and does not find, each in plain words} */
    public List<String> missing(IndexedBundle bundle) {
        var missing = new ArrayList<String>();
        for (var wanted : imports(bundle)) {
            var providers = exports.getOrDefault(wanted.packageName(), List.of());
            var found = systemPackages.contains(wanted.packageName())
                    || providers.stream().anyMatch(wanted::accepts);
            if (!wanted.optional() && !found) {
                missing.add(describe(bundle, wanted, providers));
            }
        }
        for (var required : HeaderClause.parse(bundle.header("Require-Bundle"))) {
            if (!bundles.containsKey(required.name()) && !isOptional(required)) {
                missing.add(bundle.symbolicName() + " needs bundle " + required.name() + ", which is not here");
            }
        }
        for (var requirement : requirements(bundle)) {
            if (!isOptional(requirement) && bundles.values().stream().noneMatch(each -> meets(each, requirement))) {
                missing.add(bundle.symbolicName() + " needs " + requirement.name() + " "
                        + requirement.directives().getOrDefault(Constants.FILTER_DIRECTIVE, ""));
            }
        }
        return missing;
    }

    /** {@return what the framework resolves a bundle by, without what is its own to provide} */
    private static List<HeaderClause> requirements(IndexedBundle bundle) {
        return HeaderClause.parse(bundle.header("Require-Capability")).stream()
                .filter(clause -> !clause.name().startsWith("osgi."))
                .filter(clause -> clause.directives()
                        .getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE)
                        .equals(Constants.EFFECTIVE_RESOLVE))
                .toList();
    }

    private static boolean meets(IndexedBundle bundle, HeaderClause requirement) {
        var provided = bundle.header("Provide-Capability");
        return provided.contains(requirement.name())
                && HeaderClause.parse(provided).stream()
                        .anyMatch(capability ->
                                capability.name().equals(requirement.name()) && matches(capability, requirement));
    }

    private static boolean matches(HeaderClause capability, HeaderClause requirement) {
        var filter = requirement.directives().get(Constants.FILTER_DIRECTIVE);
        if (filter == null) {
            return true;
        }
        var attributes = new LinkedHashMap<String, Object>(capability.attributes());
        attributes.computeIfPresent(Constants.VERSION_ATTRIBUTE, (name, text) -> Version.parseVersion((String) text));
        try {
            return FrameworkUtil.createFilter(filter).matches(attributes);
        } catch (InvalidSyntaxException broken) {
            return false;
        }
    }

    private static String describe(IndexedBundle bundle, Import wanted, List<Export> providers) {
        var needs = bundle.symbolicName() + " needs package " + wanted.packageName() + " " + wanted.range();
        if (providers.isEmpty()) {
            return needs + ", which is not here";
        }
        var provider = providers.getFirst();
        return needs + ", and here is " + provider.version() + " of "
                + provider.bundle().symbolicName();
    }

    private static List<Import> imports(IndexedBundle bundle) {
        var imports = new ArrayList<Import>();
        for (var clause : HeaderClause.parse(bundle.header("Import-Package"))) {
            var range = new VersionRange(clause.attributes().getOrDefault("version", "0"));
            for (var name : clause.names()) {
                // Every framework exports all of java.*; bnd has lately taken to importing it.
                if (!name.startsWith("java.")) {
                    imports.add(new Import(name, range, isOptional(clause)));
                }
            }
        }
        return imports;
    }

    private static boolean isOptional(HeaderClause clause) {
        return "optional".equals(clause.directives().get("resolution"));
    }
}
