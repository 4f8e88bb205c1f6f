package org.wyrm.platform.launcher.internal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.connect.ConnectFrameworkFactory;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.launch.Framework;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;

/** The OSGi framework of this process. It is never stopped: the process ends first. */
final class FrameworkHost {
    /** What the framework exports itself, without the clauses that its resolver would weigh at each start. */
    private static final String SYSTEM_PACKAGES = String.join(
            ",",
            "org.osgi.dto;version=\"1.1\"",
            "org.osgi.framework;version=\"1.10\"",
            "org.osgi.framework.connect;version=\"1.0\"",
            "org.osgi.framework.dto;version=\"1.8\"",
            "org.osgi.framework.hooks.bundle;version=\"1.1\"",
            "org.osgi.framework.hooks.resolver;version=\"1.0\"",
            "org.osgi.framework.hooks.service;version=\"1.1\"",
            "org.osgi.framework.hooks.weaving;version=\"1.1\"",
            "org.osgi.framework.launch;version=\"1.2\"",
            "org.osgi.framework.namespace;version=\"1.2\"",
            "org.osgi.framework.startlevel;version=\"1.0\"",
            "org.osgi.framework.wiring;version=\"1.2\"",
            "org.osgi.resource;version=\"1.0\"",
            "org.osgi.service.resolver;version=\"1.1\"",
            "org.osgi.util.tracker;version=\"1.5\"",
            "javax.crypto",
            "javax.crypto.spec",
            "javax.net",
            "javax.net.ssl",
            "javax.security.auth",
            "javax.security.auth.x500",
            "javax.tools",
            "javax.xml.parsers",
            "javax.xml.stream",
            "javax.xml.transform",
            "javax.xml.transform.dom",
            "javax.xml.transform.stream",
            "org.w3c.dom",
            "org.xml.sax",
            "org.xml.sax.helpers",
            "sun.misc");

    private final Framework framework;

    /**
     * Makes a framework that is not started yet.
     *
     * @param core the bundles that are on the class path
     * @param storage where it keeps what it needs as long as it runs
     */
    FrameworkHost(Index core, Path storage, LogLevel level) {
        var loader = FrameworkHost.class.getClassLoader();
        framework = ServiceLoader.load(ConnectFrameworkFactory.class, loader)
                .iterator()
                .next()
                .newFramework(configuration(storage, level), new CoreConnector(core, loader));
    }

    /**
     * {@return the context of the framework, which runs now}
     *
     * @throws OperationFailedException if it does not start
     */
    BundleContext start() {
        try {
            framework.start();
            var context = framework.getBundleContext();
            context.registerService(WeavingHook.class, new ExitWeaver(), null);
            return context;
        } catch (BundleException e) {
            throw new OperationFailedException("the framework does not start: " + e.getMessage(), e);
        }
    }

    /** The runtime's {@code java.*}: bundles that bnd makes by default import even {@code java.lang}. */
    private static String javaPackages() {
        var packages = new StringBuilder();
        for (var module : ModuleLayer.boot().modules()) {
            for (var exported : module.getDescriptor().exports()) {
                if (!exported.isQualified() && exported.source().startsWith("java.")) {
                    packages.append(',').append(exported.source());
                }
            }
        }
        return packages.toString();
    }

    private static Map<String, String> configuration(Path storage, LogLevel level) {
        var configuration = new HashMap<String, String>();
        configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES, SYSTEM_PACKAGES + javaPackages());
        configuration.put("felix.service.urlhandlers", "false");
        configuration.put("felix.extensions.disable", "true");
        configuration.put("felix.resolver.parallelism", "1");
        configuration.put("felix.uuid.secure", "false");
        configuration.put("felix.cache.locking", "false");
        configuration.put("felix.log.level", level.felixLevel());
        return configuration;
    }
}
