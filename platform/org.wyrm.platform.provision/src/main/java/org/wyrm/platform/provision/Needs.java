package org.wyrm.platform.provision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.felix.utils.resource.CapabilitySet;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * Says in plain words what bundles need and what there is.
 *
 * @param available the bundles that there are
 */
record Needs(Collection<Resource> available) {
    private static final String WIRING = "osgi.wiring.";
    private static final Pattern ATTRIBUTE = Pattern.compile("\\(([\\w.-]+)[<>~]?=");
    private static final Pattern LEAST = Pattern.compile("\\(version>=([^)]*)\\)");
    private static final Pattern EXACT = Pattern.compile("\\(version=([^)]*)\\)");
    private static final Pattern MOST = Pattern.compile("\\(version<=([^)]*)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)");

    /** {@return what some bundles, and those that they need, do not find} */
    Set<String> missing(Collection<Resource> wanted) {
        var found = new TreeSet<String>();
        var known = new IdentityHashMap<Resource, Set<String>>();
        wanted.forEach(resource -> found.addAll(missing(resource, known)));
        return found;
    }

    private Set<String> missing(Resource resource, Map<Resource, Set<String>> known) {
        var before = known.get(resource);
        if (before != null) {
            return before;
        }
        var missing = new TreeSet<String>();
        // Those that need each other are no reason: while this is looked at, it lacks nothing.
        known.put(resource, Set.of());
        for (var requirement : resource.getRequirements(null)) {
            if (Planner.isOfTheFramework(requirement) && !isOptional(requirement)) {
                missing.addAll(missing(requirement, known));
            }
        }
        known.put(resource, missing);
        return missing;
    }

    /** {@return nothing where one provider lacks nothing, else what all of them lack} */
    private Set<String> missing(Requirement requirement, Map<Resource, Set<String>> known) {
        var all = new TreeSet<String>();
        for (var resource : available) {
            if (resource.getCapabilities(requirement.getNamespace()).stream()
                    .anyMatch(capability -> CapabilitySet.matches(capability, requirement))) {
                var missing = missing(resource, known);
                if (missing.isEmpty()) {
                    return missing;
                }
                all.addAll(missing);
            }
        }
        return all.isEmpty()
                ? Set.of(name(requirement.getResource()) + " needs " + of(requirement) + ", " + instead(requirement))
                : all;
    }

    private static boolean isOptional(Requirement requirement) {
        return requirement.getDirectives().containsKey("resolution")
                && !"mandatory".equals(requirement.getDirectives().get("resolution"));
    }

    /** {@return what all of a bundle's requirements are, without what it has itself and what every framework has} */
    static List<String> of(Resource resource) {
        var needs = new ArrayList<String>();
        for (var requirement : resource.getRequirements(null)) {
            var need = of(requirement);
            var isOwn = resource.getCapabilities(requirement.getNamespace()).stream()
                    .anyMatch(capability -> CapabilitySet.matches(capability, requirement));
            if (!isOwn && !need.startsWith("package java.")) {
                needs.add(isOptional(requirement) ? need + " (optional)" : need);
            }
        }
        return needs;
    }

    /** {@return a requirement: {@code package org.wyrm.linux [1.0.0,2.0.0)}} */
    static String of(Requirement requirement) {
        var namespace = requirement.getNamespace();
        var filter = String.valueOf(requirement.getDirectives().get("filter"));
        var isOfTarget = !Planner.isOfTheFramework(requirement);
        var what = value(filter, namespace)
                .map(name -> word(namespace) + " " + name + range(filter))
                .orElseGet(() -> namespace + (asksForVersions(filter) ? range(filter) : " " + filter));
        return isOfTarget ? what + " in the target" : what;
    }

    /** {@return whether a filter asks for versions of what has no name: {@code wyrm.api}} */
    private static boolean asksForVersions(String filter) {
        return ATTRIBUTE
                .matcher(filter)
                .results()
                .allMatch(found -> found.group(1).equals("version"));
    }

    private static String word(String namespace) {
        if (namespace.equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
            return "runtime";
        }
        return namespace.startsWith(WIRING) ? namespace.substring(WIRING.length()) : namespace;
    }

    private static Optional<String> value(String filter, String attribute) {
        return first(Pattern.compile("\\(" + Pattern.quote(attribute) + "=([^)*]*)\\)"), filter);
    }

    private static Optional<String> first(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static String range(String filter) {
        var low = first(LEAST, BELOW.matcher(filter).replaceAll("")).map(Version::parseVersion);
        if (low.isEmpty()) {
            return first(EXACT, filter).map(version -> " " + version).orElse("");
        }
        return first(BELOW, filter)
                .map(high -> new VersionRange('[', low.get(), Version.parseVersion(high), ')'))
                .or(() -> first(MOST, filter)
                        .map(high -> new VersionRange('[', low.get(), Version.parseVersion(high), ']')))
                .map(range -> " " + range)
                .orElseGet(() -> " " + low.get() + " or newer");
    }

    private String instead(Requirement requirement) {
        var namespace = requirement.getNamespace();
        var filter = String.valueOf(requirement.getDirectives().get("filter"));
        var wanted = value(filter, namespace);
        for (var resource : available) {
            for (var capability : resource.getCapabilities(namespace)) {
                if (wanted.isPresent()
                        && wanted.get().equals(capability.getAttributes().get(namespace))) {
                    return "and here is " + version(capability) + " of " + name(resource);
                }
                if (wanted.isEmpty() && asksForVersions(filter)) {
                    return "and this is " + version(capability);
                }
            }
        }
        return "which is not here";
    }

    private static String version(Capability capability) {
        var attributes = capability.getAttributes();
        var version = attributes.get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE);
        if (version instanceof List<?> versions && !versions.isEmpty()) {
            return String.valueOf(versions.getLast());
        }
        return String.valueOf(version == null ? attributes.get("bundle-version") : version);
    }

    private static String name(Resource resource) {
        return resource.getCapabilities(IdentityNamespace.IDENTITY_NAMESPACE).stream()
                .map(identity -> String.valueOf(identity.getAttributes().get(IdentityNamespace.IDENTITY_NAMESPACE)))
                .findFirst()
                .orElse("the framework");
    }
}
