package org.wyrm.platform.provision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.utils.resource.CapabilitySet;
import org.apache.felix.utils.resource.ResourceBuilder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;
import org.osgi.resource.Wiring;
import org.osgi.service.resolver.HostedCapability;
import org.osgi.service.resolver.ResolutionException;
import org.osgi.service.resolver.ResolveContext;
import org.osgi.service.resolver.Resolver;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.IndexedBundle;

/** Asks the resolver of the framework what a plug-in needs: what is here first, then what repositories have. */
final class Planner {
    private final Resolver resolver;
    private final Resource system;

    /** @param framework the context of the framework's own bundle */
    Planner(BundleContext framework) {
        var reference = framework.getServiceReference(Resolver.class);
        if (reference == null) {
            throw new OperationFailedException("this framework has no resolver");
        }
        resolver = framework.getService(reference);
        system = framework.getBundle().adapt(BundleRevision.class);
    }

    /**
     * {@return the offers that have to come along so that bundles find all they need}
     *
     * @param wanted the bundles
     * @param here the bundles that there are, without those that the wanted ones replace
     * @param offers what repositories have
     * @throws OperationFailedException if they need what is nowhere, in plain words
     */
    List<Offer> plan(Collection<Resource> wanted, Collection<IndexedBundle> here, Collection<Offer> offers) {
        var available = new ArrayList<Resource>(wanted);
        available.add(system);
        here.forEach(bundle -> available.add(resource(bundle)));
        var byResource = new IdentityHashMap<Resource, Offer>();
        offers.stream().sorted(Comparator.comparing(Offer::version).reversed()).forEach(offer -> {
            available.add(offer.resource());
            byResource.put(offer.resource(), offer);
        });
        try {
            return resolver.resolve(new Context(wanted, available)).keySet().stream()
                    .filter(byResource::containsKey)
                    .map(byResource::get)
                    .toList();
        } catch (ResolutionException e) {
            var missing = new Needs(available).missing(wanted);
            // Else no single requirement fails: packages of two versions that meet, for one.
            throw new OperationFailedException(
                    missing.isEmpty() ? String.valueOf(e.getMessage()) : String.join("; ", missing), e);
        }
    }

    /**
     * {@return what a bundle needs and gives, by its manifest}
     *
     * @throws OperationFailedException if a header cannot be understood
     */
    static Resource resource(IndexedBundle bundle) {
        try {
            return ResourceBuilder.build(bundle.location(), bundle.headers());
        } catch (BundleException | IllegalArgumentException e) {
            throw new OperationFailedException(bundle.symbolicName() + ": " + e.getMessage(), e);
        }
    }

    /** {@return whether the framework heeds a requirement: not so what is asked of a target} */
    static boolean isOfTheFramework(Requirement requirement) {
        return requirement
                .getDirectives()
                .getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE)
                .equals(Constants.EFFECTIVE_RESOLVE);
    }

    /** What the resolver asks. The first provider of a requirement is the one to take. */
    private static final class Context extends ResolveContext {
        private final Collection<Resource> wanted;
        private final List<Resource> available;

        Context(Collection<Resource> wanted, List<Resource> available) {
            this.wanted = wanted;
            this.available = available;
        }

        @Override
        public Collection<Resource> getMandatoryResources() {
            return wanted;
        }

        @Override
        public List<Capability> findProviders(Requirement requirement) {
            var found = new ArrayList<Capability>();
            for (var resource : available) {
                for (var capability : resource.getCapabilities(requirement.getNamespace())) {
                    if (CapabilitySet.matches(capability, requirement)) {
                        found.add(capability);
                    }
                }
            }
            return found;
        }

        @Override
        public int insertHostedCapability(List<Capability> capabilities, HostedCapability hosted) {
            capabilities.add(hosted);
            return capabilities.size() - 1;
        }

        @Override
        public boolean isEffective(Requirement requirement) {
            return isOfTheFramework(requirement);
        }

        @Override
        public Map<Resource, Wiring> getWirings() {
            return Map.of();
        }
    }
}
