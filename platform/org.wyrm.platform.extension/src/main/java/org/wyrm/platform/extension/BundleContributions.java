package org.wyrm.platform.extension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.contribution.DeclaredContribution;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.internal.Uses;

/**
 * The extender: finds the bundle of a contribution by the index, installs and starts it on first use, makes the object,
 * and registers it as a service of that bundle. An idle bundle costs a few lines of the index.
 *
 * <p>Bundles that are installed in the framework by others are indexed as they come, and vanish as they go.
 *
 * <p>Thread-safe.
 */
public final class BundleContributions implements Contributions, AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(1);
    private static final Duration REFRESH_LIMIT = Duration.ofSeconds(10);

    private static final Bundle[] NONE = {};

    private final Supplier<BundleContext> framework;
    private final Function<IndexedBundle, Optional<ClassLoader>> core;
    private final Consumer<String> warnings;
    private final Uses uses = new Uses();
    /** Held while the framework is asked to do something; the other lock, this object's, never is. */
    private final ReentrantLock startLock = new ReentrantLock();

    private final SynchronousBundleListener listener = this::bundleChanged;
    private final Map<String, Object> provided = new HashMap<>();
    private volatile Map<String, Slot> slots = Map.of();
    private volatile boolean closed;
    /** Empty as long as nothing needed the framework. */
    private volatile Optional<BundleContext> started = Optional.empty();

    /** What registers the objects that were made before the framework was started. */
    private final List<Runnable> early = new ArrayList<>();

    private @Nullable Resolution resolution;
    private Map<String, Slot> resolved = Map.of();

    /** An indexed bundle, and what it contributes. */
    private final class Slot {
        private final IndexedBundle indexed;
        private final List<FromBundle<?>> contributions = new ArrayList<>();

        Slot(IndexedBundle indexed) {
            this.indexed = indexed;
            for (var declaration : indexed.declarations()) {
                contributions.add(new FromBundle<>(indexed, declaration));
            }
        }
    }

    /**
     * Extends a framework that runs.
     *
     * @param context of a bundle that stays while this is used; the system bundle's will do
     * @param index bundles that may be installed when they are needed
     * @param warnings is told of bundles whose declarations cannot be read
     */
    public BundleContributions(BundleContext context, Index index, Consumer<String> warnings) {
        this(() -> context, bundle -> Optional.empty(), index, warnings);
        context();
    }

    /**
     * Extends a framework that is started when a bundle outside the core is first needed. What the core contributes is
     * made without it until then, of the very classes that its bundles have in the framework; then it is registered
     * there.
     *
     * @param framework starts the framework and gives its context; called once
     * @param core gives the loader of a bundle's classes if the bundle is of the core
     * @param index bundles that may be installed when they are needed
     * @param warnings is told of bundles whose declarations cannot be read
     */
    public BundleContributions(
            Supplier<BundleContext> framework,
            Function<IndexedBundle, Optional<ClassLoader>> core,
            Index index,
            Consumer<String> warnings) {
        this.framework = framework;
        this.core = core;
        this.warnings = warnings;
        add(index.bundles());
    }

    private BundleContext context() {
        var known = started;
        return known.isPresent() ? known.get() : startFramework();
    }

    private BundleContext startFramework() {
        startLock.lock();
        try {
            if (started.isEmpty()) {
                if (closed) {
                    throw new CancelledException("the platform ends");
                }
                var context = framework.get();
                started = Optional.of(context);
                context.addBundleListener(listener);
                for (var bundle : context.getBundles()) {
                    addInstalled(bundle);
                }
                List.copyOf(early).forEach(Runnable::run);
                early.clear();
            }
            return started.orElseThrow();
        } finally {
            startLock.unlock();
        }
    }

    /** Ends the extension: no bundle is installed or started any more, once this has returned. */
    @Override
    public void close() {
        closed = true;
        started.ifPresent(context -> context.removeBundleListener(listener));
        slots = Map.of();
        try {
            // Waits for one that is just being started, within reason: it runs code of others.
            if (startLock.tryLock(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                startLock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Adds bundles to the index, in place of those of the same name. */
    public synchronized void add(Collection<IndexedBundle> bundles) {
        var changed = new LinkedHashMap<>(slots);
        bundles.forEach(bundle -> changed.put(bundle.symbolicName(), new Slot(bundle)));
        slots = changed;
    }

    /** Contributes an object that no bundle makes: a part of the platform itself. */
    public <T> void provide(Class<T> type, T object) {
        provided.put(type.getName(), object);
    }

    /** {@return the index as it is now} */
    public Index index() {
        return new Index("", slots.values().stream().map(slot -> slot.indexed).toList());
    }

    @Override
    @SuppressWarnings("unchecked") // the capability declares the type
    public <T> List<Contribution<T>> of(Class<T> type) {
        var found = new ArrayList<Contribution<T>>();
        var own = provided.get(type.getName());
        if (own != null) {
            found.add(new Provided<>(type, type.cast(own)));
        }
        for (var slot : slots.values()) {
            for (var contribution : slot.contributions) {
                if (type.getName().equals(contribution.declaration.attribute("type"))) {
                    found.add((Contribution<T>) contribution);
                }
            }
        }
        found.sort(DeclaredContribution.ORDER);
        return found;
    }

    /**
     * {@return the object of a declaration}
     *
     * @throws OperationFailedException if its bundle cannot be started, or has gone
     */
    public Object get(Index.Declared declared) {
        return contribution(declared).get();
    }

    /**
     * {@return the class of the record of options of a declaration}
     *
     * @throws OperationFailedException if its bundle cannot be started, or has gone
     */
    public Class<?> optionsClass(Index.Declared declared) {
        var name = declared.declaration().optionsClass();
        try {
            return contribution(declared).load(name);
        } catch (ClassNotFoundException e) {
            throw new OperationFailedException(
                    name + " is not in " + declared.bundle().symbolicName(), e);
        }
    }

    private FromBundle<?> contribution(Index.Declared declared) {
        var slot = slot(declared.bundle().symbolicName());
        var wanted = declared.declaration();
        for (var contribution : slot.contributions) {
            var known = contribution.declaration;
            if (known.namespace().equals(wanted.namespace())
                    && known.attribute("class").equals(wanted.attribute("class"))) {
                return contribution;
            }
        }
        throw gone(declared.bundle().symbolicName());
    }

    private Slot slot(String symbolicName) {
        var slot = slots.get(symbolicName);
        if (slot == null) {
            throw gone(symbolicName);
        }
        return slot;
    }

    private static OperationFailedException gone(String symbolicName) {
        return new OperationFailedException("plug-in " + symbolicName + " was removed");
    }

    /**
     * Begins a use of a bundle; until its end the bundle is not uninstalled, unless it takes too long after it was told
     * to stop.
     *
     * @throws OperationFailedException if the bundle has gone
     */
    public synchronized Use use(String symbolicName, Cancellation cancellation) {
        slot(symbolicName);
        return uses.begin(symbolicName, cancellation);
    }

    /**
     * Removes a bundle. What it contributes is gone at once; its running uses, and those of bundles that are wired to
     * it, may end by themselves for a time, are then told to stop, and are abandoned if they do not. Then the bundle is
     * uninstalled, and those that were wired to it are refreshed.
     *
     * @param drain how long running uses may go on, and then how long they may take to stop
     * @return whether all uses had ended when the bundle was uninstalled
     * @throws OperationFailedException if the framework does not uninstall it
     */
    public boolean remove(String symbolicName, Duration drain) {
        synchronized (this) {
            var changed = new LinkedHashMap<>(slots);
            changed.remove(symbolicName);
            slots = changed;
        }
        var bundle = installed(symbolicName);
        if (bundle == null) {
            return true;
        }
        var wiring = context().getBundle(0).adapt(FrameworkWiring.class);
        var affected = new HashSet<String>();
        wiring.getDependencyClosure(List.of(bundle)).forEach(each -> affected.add(each.getSymbolicName()));
        try {
            var ended = uses.awaitNone(affected, drain);
            if (!ended) {
                uses.cancel(affected, "plug-in " + symbolicName + " was removed");
                ended = uses.awaitNone(affected, drain);
            }
            bundle.uninstall();
            refresh(wiring, bundle);
            return ended;
        } catch (BundleException e) {
            throw new OperationFailedException("cannot uninstall " + symbolicName + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationFailedException("interrupted while " + symbolicName + " was removed", e);
        }
    }

    private static void refresh(FrameworkWiring wiring, Bundle bundle) throws InterruptedException {
        var refreshed = new CountDownLatch(1);
        wiring.refreshBundles(List.of(bundle), event -> refreshed.countDown());
        if (!refreshed.await(REFRESH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new OperationFailedException("the framework did not refresh within " + REFRESH_LIMIT.toSeconds()
                    + " s after " + bundle.getSymbolicName() + " was removed");
        }
    }

    /** {@return the context of the framework's own bundle; the framework is started for it} */
    public BundleContext framework() {
        return context().getBundle(0).getBundleContext();
    }

    /** {@return the packages that the framework exports itself} */
    public Set<String> systemPackages() {
        var packages = new HashSet<String>();
        var wiring = context().getBundle(0).adapt(BundleWiring.class);
        for (var capability : wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
            packages.add((String) capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE));
        }
        return packages;
    }

    private @Nullable Bundle installed(String symbolicName) {
        for (var bundle : started.map(BundleContext::getBundles).orElse(NONE)) {
            if (symbolicName.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        return null;
    }

    private Bundle started(IndexedBundle indexed) {
        startLock.lock();
        try {
            // Else a contribution that was found before its bundle was removed would bring it back.
            if (slot(indexed.symbolicName()).indexed != indexed) {
                throw gone(indexed.symbolicName());
            }
            var context = context();
            var running = installed(indexed.symbolicName());
            if (running != null && running.getState() == Bundle.ACTIVE) {
                return running;
            }
            for (var needed : resolution().closure(indexed)) {
                if (closed) {
                    throw new CancelledException("the platform ends");
                }
                if (installed(needed.symbolicName()) == null) {
                    context.installBundle(needed.location());
                }
            }
            var bundle = installed(indexed.symbolicName());
            if (bundle == null) {
                throw gone(indexed.symbolicName());
            }
            bundle.start(Bundle.START_TRANSIENT);
            return bundle;
        } catch (BundleException e) {
            var missing = new Resolution(index().bundles(), systemPackages()).missing(indexed);
            var why = missing.isEmpty() ? String.valueOf(e.getMessage()) : String.join("; ", missing);
            throw new OperationFailedException("cannot start " + indexed.symbolicName() + ": " + why, e);
        } finally {
            startLock.unlock();
        }
    }

    /** {@return who needs whom among the bundles that are indexed now} Called under the start lock. */
    private Resolution resolution() {
        var now = slots;
        var known = resolution;
        if (known == null || resolved != now) {
            known = new Resolution(index().bundles(), Set.of());
            resolution = known;
            resolved = now;
        }
        return known;
    }

    private void bundleChanged(BundleEvent event) {
        var bundle = event.getBundle();
        switch (event.getType()) {
            case BundleEvent.INSTALLED -> addInstalled(bundle);
            case BundleEvent.STOPPED -> forget(bundle);
            case BundleEvent.UPDATED -> {
                drop(bundle);
                addInstalled(bundle);
            }
            case BundleEvent.UNINSTALLED -> drop(bundle);
            default -> {}
        }
    }

    private void addInstalled(Bundle bundle) {
        if (bundle.getBundleId() == 0 || slots.containsKey(bundle.getSymbolicName())) {
            return;
        }
        try {
            add(List.of(IndexBuilder.ofBundle(bundle)));
        } catch (OperationFailedException unreadable) {
            warnings.accept(unreadable.getMessage());
        }
    }

    private void forget(Bundle bundle) {
        var slot = slots.get(bundle.getSymbolicName());
        if (slot != null) {
            slot.contributions.forEach(FromBundle::forget);
        }
    }

    private synchronized void drop(Bundle bundle) {
        var slot = slots.get(bundle.getSymbolicName());
        if (slot != null && slot.indexed.location().equals(bundle.getLocation())) {
            var changed = new LinkedHashMap<>(slots);
            changed.remove(bundle.getSymbolicName());
            slots = changed;
        }
    }

    private record Provided<T>(Class<T> type, T get) implements Contribution<T> {
        @Override
        public String name() {
            return type.getSimpleName();
        }

        @Override
        public String bundle() {
            return "org.wyrm.platform.extension";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of("name", name(), "type", type.getName());
        }
    }

    private final class FromBundle<T> extends DeclaredContribution<T> {
        private final IndexedBundle indexed;
        private final Declaration declaration;
        private @Nullable Bundle bundle;

        FromBundle(IndexedBundle indexed, Declaration declaration) {
            super(indexed.symbolicName(), declaration.attributes(), BundleContributions.this);
            this.indexed = indexed;
            this.declaration = declaration;
        }

        @Override
        protected Class<?> load(String className) throws ClassNotFoundException {
            var direct = started.isPresent() ? Optional.<ClassLoader>empty() : core.apply(indexed);
            if (direct.isPresent()) {
                return direct.get().loadClass(className);
            }
            var owner = started(indexed);
            bundle = owner;
            return owner.loadClass(className);
        }

        @Override
        protected void made(Object made) {
            startLock.lock();
            try {
                if (started.isPresent()) {
                    register(made);
                } else {
                    early.add(() -> register(made));
                }
            } finally {
                startLock.unlock();
            }
        }

        private void register(Object made) {
            var owner = bundle == null ? started(indexed) : bundle;
            bundle = owner;
            var context = owner.getBundleContext();
            if (context != null) {
                context.registerService(declaration.attribute("type"), made, FrameworkUtil.asDictionary(attributes()));
            }
        }

        @Override
        protected void forget() {
            super.forget();
        }
    }
}
