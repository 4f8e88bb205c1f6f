package org.wyrm.itest.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;

/** How the bundles stand in a plain framework. */
@ExtendWith(BundleContextExtension.class)
class WiringTest {
    @InjectBundleContext
    BundleContext context;

    private List<Bundle> ours() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.wyrm."))
                .toList();
    }

    @Test
    void everyBundleOfTheTreeIsHere() throws Exception {
        // The testkits are for tests; the plug-in comes and goes, see HotPluginTest.
        var elsewhere = Set.of("org.wyrm.testkit", "org.wyrm.testkit.plugin");
        var names = ours().stream().map(Bundle::getSymbolicName).collect(Collectors.toSet());
        for (var family : List.of("bundles", "platform")) {
            try (var folders = Files.list(Framework.root().resolve(family))) {
                assertThat(folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                                .map(folder -> folder.getFileName().toString())
                                .filter(name -> !elsewhere.contains(name)))
                        .isNotEmpty()
                        .allSatisfy(name -> assertThat(names).contains(name));
            }
        }
    }

    @Test
    void everyBundleIsResolved() {
        assertThat(ours())
                .hasSizeGreaterThan(15)
                .allSatisfy(bundle -> assertThat(bundle.adapt(BundleWiring.class))
                        .as("wiring of %s", bundle)
                        .isNotNull());
    }

    @Test
    void everyPackageOfOursComesFromTheBundleThatIsNamedForIt() {
        for (var bundle : ours()) {
            for (var wire : bundle.adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
                var name = (String) wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE);
                var from = wire.getProvider().getSymbolicName();
                if (name.startsWith("org.wyrm.")) {
                    assertThat(name).as("%s imports it from %s", bundle, from).startsWith(from);
                }
            }
        }
    }

    @Test
    void nothingOfABundlesInsideIsSeenByOthers() {
        var base = bundle("org.wyrm.base");
        for (var bundle : ours()) {
            var exported = bundle.adapt(BundleWiring.class).getCapabilities(PackageNamespace.PACKAGE_NAMESPACE);
            assertThat(exported)
                    .extracting(each -> (String) each.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))
                    .noneMatch(name -> name.contains("internal"));
        }
        assertThat(base.adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE))
                .allMatch(wire -> wire.getProvider().getBundle().equals(base)
                        || wire.getProvider().getBundle().getBundleId() == 0);
    }

    @Test
    void noBundleNeedsAnActivatorToBeOfUse() {
        assertThat(ours())
                .allSatisfy(bundle ->
                        assertThat(bundle.getHeaders().get("Bundle-Activator")).isNull());
    }

    private Bundle bundle(String name) {
        return ours().stream()
                .filter(each -> each.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
