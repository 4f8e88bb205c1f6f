package org.wyrm.itest.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.itest.shared.Commands;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.program.Program;

/** The fs plug-in, which comes and goes in a running framework, also while its {@code mount} runs. */
@ExtendWith(BundleContextExtension.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HotPluginTest {
    private static final String PLUGIN = "org.wyrm.fs";
    private static final int MOUNTS = 15;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    @InjectBundleContext
    BundleContext context;

    private BundleContributions contributions;

    /** A thread each: the common pool has one on a machine with two CPUs. */
    private final Executor threads = task -> Thread.ofPlatform().daemon().start(task);

    @BeforeEach
    void begin() {
        contributions = Framework.contributions(context);
    }

    @AfterEach
    void end() throws BundleException {
        contributions.close();
        for (var bundle : context.getBundles()) {
            if (PLUGIN.equals(bundle.getSymbolicName())) {
                bundle.uninstall();
            }
        }
    }

    private Bundle install() throws BundleException {
        return context.getBundle(0).getBundleContext().installBundle(Framework.plugin());
    }

    private long countMounts() {
        try (var program = Framework.open(contributions)) {
            return Framework.rows(contributions, program, "mount").count();
        }
    }

    @Test
    void itsCommandIsThereAsSoonAsItIsInstalledAndGoneWithIt() throws Exception {
        assertThat(Commands.find(contributions, "mount")).isEmpty();

        var bundle = install();

        assertThat(Commands.find(contributions, "mount")).isPresent();
        assertThat(bundle.getState()).as("nothing of it runs before it is used").isEqualTo(Bundle.INSTALLED);
        assertThat(countMounts()).isEqualTo(MOUNTS);
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);

        assertThat(contributions.remove(PLUGIN, LONG)).isTrue();

        assertThat(bundle.getState()).isEqualTo(Bundle.UNINSTALLED);
        assertThat(Commands.find(contributions, "mount")).isEmpty();
    }

    @Test
    void whatWasFoundBeforeItWentSaysThatItHasGone() throws Exception {
        install();
        var mount = Commands.find(contributions, "mount").orElseThrow();

        contributions.remove(PLUGIN, LONG);

        assertThatThrownBy(mount::get)
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining(PLUGIN);
        assertThatThrownBy(() -> contributions.use(PLUGIN, new Cancellation()))
                .isInstanceOf(OperationFailedException.class);
    }

    @Test
    void itsDeclarationsAreForgottenByTargetsThatAreOpenedLater() throws Exception {
        install();
        try (var with = Framework.open(contributions)) {
            assertThat(with.findVariable("super_blocks"))
                    .as("declared by the plug-in")
                    .isPresent();
        }

        contributions.remove(PLUGIN, LONG);

        try (var without = Framework.open(contributions)) {
            assertThat(without.findVariable("super_blocks")).isEmpty();
            assertThat(Framework.rows(contributions, without, "tasks").count()).isPositive();
        }
    }

    @Test
    void aRunningCommandMayEndBeforeItIsUninstalled() throws Exception {
        var bundle = install();
        var firstRow = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var running = CompletableFuture.supplyAsync(() -> readMounts(new Cancellation(), firstRow, goOn), threads);
        assertThat(firstRow.await(30, TimeUnit.SECONDS)).isTrue();

        var removal = CompletableFuture.supplyAsync(() -> contributions.remove(PLUGIN, LONG), threads);
        awaitGone();
        assertThat(bundle.getState()).as("in use").isEqualTo(Bundle.ACTIVE);
        assertThat(removal).isNotDone();
        goOn.countDown();

        assertThat(running.get(30, TimeUnit.SECONDS))
                .as("rows, the last of them read after the removal began")
                .isEqualTo(MOUNTS);
        assertThat(removal.get(30, TimeUnit.SECONDS)).as("drained").isTrue();
        assertThat(bundle.getState()).isEqualTo(Bundle.UNINSTALLED);
    }

    @Test
    void aCommandThatGoesOnIsToldToStop() throws Exception {
        var bundle = install();
        var firstRow = new CountDownLatch(1);
        var cancellation = new Cancellation();
        var running = CompletableFuture.supplyAsync(
                () -> {
                    while (true) {
                        readMounts(cancellation, firstRow, new CountDownLatch(0));
                    }
                },
                threads);
        assertThat(firstRow.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(contributions.remove(PLUGIN, Duration.ofMillis(500)))
                .as("stopped in time")
                .isTrue();

        assertThat(bundle.getState()).isEqualTo(Bundle.UNINSTALLED);
        assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfAny(CancelledException.class, OperationFailedException.class);
    }

    @Test
    void aCommandThatDoesNotStopIsAbandoned() throws Exception {
        var bundle = install();
        var firstRow = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var running = CompletableFuture.supplyAsync(() -> readMounts(new Cancellation(), firstRow, never), threads);
        assertThat(firstRow.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(contributions.remove(PLUGIN, SHORT)).as("ended").isFalse();

        assertThat(bundle.getState()).isEqualTo(Bundle.UNINSTALLED);
        never.countDown();
        assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
    }

    /** {@return the number of mounts}, read under a use, with a stop after the first. */
    private int readMounts(Cancellation cancellation, CountDownLatch firstRow, CountDownLatch goOn) {
        var count = 0;
        try (var program = Framework.open(contributions);
                var _ = contributions.use(PLUGIN, cancellation)) {
            Program view = program.with(cancellation);
            var rows = Framework.rows(contributions, view, "mount").iterator();
            while (rows.hasNext()) {
                rows.next();
                count++;
                firstRow.countDown();
                goOn.await();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return count;
    }

    private void awaitGone() {
        var deadline = System.nanoTime() + LONG.toNanos();
        while (Commands.find(contributions, "mount").isPresent()) {
            assertThat(System.nanoTime()).as("gone at once").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void itMayComeAndGoManyTimesAndLeavesNothing() throws Exception {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        for (var i = 0; i < 20; i++) {
            var bundle = install();
            assertThat(countMounts()).isEqualTo(MOUNTS);
            loaders.add(new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader()));
            assertThat(contributions.remove(PLUGIN, LONG)).isTrue();
        }

        var deadline = System.nanoTime() + LONG.toNanos();
        while (loaders.stream().filter(each -> !each.refersTo(null)).count() > 1 && System.nanoTime() < deadline) {
            System.gc();
        }
        assertThat(loaders.stream().filter(each -> !each.refersTo(null)).count())
                .as("class loaders of removed plug-ins that something still holds")
                .isLessThanOrEqualTo(1);
    }
}
