package org.wyrm.platform.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.error.OperationFailedException;

class BundleContributionsTest {
    private static final String SUPPLIER = "java.util.function.Supplier";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private Framework framework;
    private BundleContributions contributions;
    private final List<String> warnings = new ArrayList<>();

    /** What the bundles of this test contribute. */
    public static final class Greeting implements Supplier<String> {
        @Override
        public String get() {
            return "hello";
        }
    }

    @BeforeEach
    void startAFramework() throws BundleException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, folder.resolve("storage").toString(), "felix.log.level", "0"));
        framework.start();
    }

    @AfterEach
    void stopTheFramework() throws BundleException, InterruptedException {
        contributions.close();
        framework.stop();
        framework.waitForStop(0);
    }

    private void extend(IndexedBundle... bundles) {
        contributions =
                new BundleContributions(framework.getBundleContext(), new Index("", List.of(bundles)), warnings::add);
    }

    private Path greetingJar(String imports) throws IOException {
        var jar = BundleJar.named("org.example.greeting")
                .header(
                        "Provide-Capability",
                        "wyrm.contribution;name=greeting;class=\"" + Greeting.class.getName() + "\";type=\"" + SUPPLIER
                                + "\"")
                .holding(Greeting.class);
        return (imports.isEmpty() ? jar : jar.header("Import-Package", imports)).writeTo(folder);
    }

    private IndexedBundle greeting() throws IOException {
        var jar = greetingJar("");
        return IndexBuilder.ofJar(jar, "reference:" + jar.toUri());
    }

    @SuppressWarnings("rawtypes")
    private List<Contribution<Supplier>> suppliers() {
        return contributions.of(Supplier.class);
    }

    private Bundle bundle() {
        for (var bundle : framework.getBundleContext().getBundles()) {
            if ("org.example.greeting".equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        return null;
    }

    @Nested
    class ABundleOfTheIndex {
        @Test
        void isNotEvenInstalledBeforeItIsUsed() throws IOException {
            extend(greeting());

            assertThat(suppliers()).extracting(Contribution::name).containsExactly("greeting");
            assertThat(bundle()).isNull();
        }

        @Test
        void isInstalledStartedAndItsObjectMadeOnFirstUse() throws IOException {
            extend(greeting());

            var object = suppliers().getFirst().get();

            assertThat(object.get()).isEqualTo("hello");
            assertThat(suppliers().getFirst().get()).isSameAs(object);
            assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
        }

        @Test
        void registersItsObjectAsAService() throws IOException {
            extend(greeting());

            var object = suppliers().getFirst().get();

            var services = bundle().getRegisteredServices();
            assertThat(services).hasSize(1);
            assertThat((Object) framework.getBundleContext().getService(services[0]))
                    .isSameAs(object);
            assertThat(services[0].getProperty("name")).isEqualTo("greeting");
        }

        @Test
        void isInstalledWithWhatItNeeds() throws IOException {
            var library = BundleJar.named("org.example.library")
                    .header("Export-Package", "org.example.library")
                    .writeTo(folder);
            var jar = greetingJar("org.example.library");
            extend(
                    IndexBuilder.ofJar(library, "reference:" + library.toUri()),
                    IndexBuilder.ofJar(jar, "reference:" + jar.toUri()));

            assertThat(suppliers().getFirst().get().get()).isEqualTo("hello");
        }

        @Test
        void saysWhatItMissesWhenItCannotStart() throws IOException {
            var jar = greetingJar("org.example.absent;version=\"[1,2)\"");
            extend(IndexBuilder.ofJar(jar, "reference:" + jar.toUri()));

            assertThatThrownBy(() -> suppliers().getFirst().get())
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("cannot start org.example.greeting: org.example.greeting needs package"
                            + " org.example.absent [1.0.0,2.0.0), which is not here");
        }
    }

    @Nested
    class ABundleThatOthersInstall {
        @Test
        void isIndexedWhenItComesAndVanishesWhenItGoes() throws IOException, BundleException {
            extend();
            var installed = framework
                    .getBundleContext()
                    .installBundle(greetingJar("").toUri().toString());

            assertThat(suppliers().getFirst().get().get()).isEqualTo("hello");

            installed.uninstall();
            assertThat(suppliers()).isEmpty();
        }

        @Test
        void isFoundWhenItWasThereBefore() throws IOException, BundleException {
            framework.getBundleContext().installBundle(greetingJar("").toUri().toString());

            extend();

            assertThat(suppliers()).hasSize(1);
        }

        @Test
        void isStartedAgainWithAnotherObjectAfterItWasStopped() throws IOException, BundleException {
            extend(greeting());
            var first = suppliers().getFirst().get();

            bundle().stop();

            assertThat(suppliers().getFirst().get()).isNotSameAs(first);
            assertThat(bundle().getState()).isEqualTo(Bundle.ACTIVE);
        }

        @Test
        void isReportedWhenItsDeclarationsCannotBeRead() throws IOException, BundleException {
            extend();
            var jar = BundleJar.named("org.example.broken")
                    .header("Provide-Capability", "wyrm.command;name=x;class=\"org.example.Absent\"")
                    .writeTo(folder);

            framework.getBundleContext().installBundle(jar.toUri().toString());

            assertThat(warnings).singleElement().asString().contains("org.example.Absent is not in the bundle");
        }
    }

    @Nested
    class Removal {
        @Test
        void takesAwayWhatTheBundleContributesAndTheBundle() throws IOException {
            extend(greeting());
            var contribution = suppliers().getFirst();
            contribution.get();

            assertThat(contributions.remove("org.example.greeting", LONG)).isTrue();

            assertThat(suppliers()).isEmpty();
            assertThat(bundle()).isNull();
            assertThatThrownBy(() -> contributions.use("org.example.greeting", new Cancellation()))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessage("plug-in org.example.greeting was removed");
        }

        @Test
        void waitsForARunningUse() throws Exception {
            extend(greeting());
            suppliers().getFirst().get();
            var cancellation = new Cancellation();
            var use = contributions.use("org.example.greeting", cancellation);
            var gone = new CountDownLatch(1);
            var remover = Thread.ofPlatform().start(() -> {
                contributions.remove("org.example.greeting", LONG);
                gone.countDown();
            });
            while (!suppliers().isEmpty()) {
                Thread.onSpinWait();
            }

            assertThat(bundle()).isNotNull();
            use.close();
            remover.join();

            assertThat(gone.getCount()).isZero();
            assertThat(bundle()).isNull();
            assertThat(cancellation.isCancelled()).isFalse();
        }

        @Test
        void tellsAUseThatTakesTooLongToStop() throws IOException {
            extend(greeting());
            suppliers().getFirst().get();
            var cancellation = new Cancellation();
            try (var use = contributions.use("org.example.greeting", cancellation)) {
                var ended = contributions.remove("org.example.greeting", SHORT);

                assertThat(ended).isFalse();
                assertThat(use).isNotNull();
            }
            assertThat(cancellation.isCancelled()).isTrue();
            assertThat(bundle()).isNull();
        }

        @Test
        void leavesUsesOfOtherBundlesAlone() throws IOException {
            var other = BundleJar.named("org.example.other").writeTo(folder);
            extend(greeting(), IndexBuilder.ofJar(other, "reference:" + other.toUri()));
            suppliers().getFirst().get();
            var cancellation = new Cancellation();
            try (var use = contributions.use("org.example.other", cancellation)) {
                assertThat(contributions.remove("org.example.greeting", LONG)).isTrue();
                assertThat(use).isNotNull();
            }
            assertThat(cancellation.isCancelled()).isFalse();
        }

        @Test
        void letsTheSameBundleComeBack() throws IOException {
            var greeting = greeting();
            extend(greeting);
            var first = suppliers().getFirst().get();
            contributions.remove("org.example.greeting", LONG);

            contributions.add(List.of(greeting));

            assertThat(suppliers().getFirst().get().getClass()).isNotSameAs(first.getClass());
        }
    }

    @Test
    void thePlatformContributesObjectsOfItsOwn() {
        extend();
        contributions.provide(PluginFolders.class, new PluginFolders(folder, folder));

        assertThat(contributions.of(PluginFolders.class).getFirst().get().shipped())
                .isEqualTo(folder);
    }
}
