package org.wyrm.platform.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.IndexBuilder;
import org.wyrm.platform.extension.IndexedBundle;
import org.wyrm.platform.extension.PluginFolders;

/** A framework with a core, folders of plug-ins, and jars to be installed. */
abstract class PluginFixture {
    @TempDir
    Path folder;

    Framework framework;
    BundleContributions contributions;
    PluginFolders folders;
    PluginInstaller installer;
    final List<String> warnings = new ArrayList<>();
    final Telling telling = new Telling(warnings::add, Progress.NONE, new Cancellation());

    /** What the plug-ins of these tests contribute. */
    public static final class Job implements Runnable {
        @Override
        public void run() {
            // Nothing is to be done: being there is all.
        }
    }

    @BeforeEach
    void startAFrameworkWithACore() throws BundleException, IOException {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, folder.resolve("storage").toString(), "felix.log.level", "0"));
        framework.start();
        folders = new PluginFolders(Files.createDirectories(folder.resolve("shipped")), folder.resolve("user/plugins"));
        restart();
    }

    /** What a new process does: it has the core, what is shipped, and what was installed. */
    void restart() throws IOException {
        var core = jar("org.wyrm.core", "1.0.0", Map.of("Export-Package", "org.wyrm.core;version=1.0"));
        var index = new Index("", List.of(IndexBuilder.ofJar(core, core.toUri().toString())))
                .with(Index.ofFolder(folders.shipped()))
                .with(Index.ofFolder(folders.installed()));
        contributions = new BundleContributions(framework.getBundleContext(), index, message -> {});
        installer = new PluginInstaller(contributions, folders, telling, Duration.ofSeconds(10));
    }

    @AfterEach
    void stopTheFramework() throws BundleException, InterruptedException {
        contributions.close();
        framework.stop();
        framework.waitForStop(0);
    }

    Path jar(String name, String version, Map<String, String> more) throws IOException {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        headers.putValue(
                "Provide-Capability",
                "wyrm.contribution;name=\"" + name + "-" + version + "\";type=\"java.lang.Runnable\";class=\""
                        + Job.class.getName() + "\"");
        more.forEach(headers::putValue);
        var file = folder.resolve(name + "-" + version + ".jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            var path = Job.class.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new ZipEntry(path));
            try (var in = Job.class.getClassLoader().getResourceAsStream(path)) {
                in.transferTo(jar);
            }
        }
        return file;
    }

    Plugin install(Path file) {
        return installer.install(file.toString(), false).getFirst();
    }

    Path jar(String version) throws IOException {
        return jar("org.wyrm.net", version, Map.of("Import-Package", "org.wyrm.core;version=\"[1.0,2)\""));
    }

    IndexedBundle put(Path where, Path jar) throws IOException {
        Files.copy(jar, where.resolve(jar.getFileName()));
        var bundle = IndexBuilder.ofJar(jar, jar.getFileName().toString());
        Files.writeString(where.resolve(Index.FILE_NAME), new Index("", List.of(bundle)).toText());
        return bundle;
    }

    List<String> jobs() {
        return contributions.of(Runnable.class).stream()
                .map(Contribution::name)
                .filter(name -> !name.startsWith("org.wyrm.core"))
                .toList();
    }

    List<String> files() throws IOException {
        try (var files = Files.list(folders.installed())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
