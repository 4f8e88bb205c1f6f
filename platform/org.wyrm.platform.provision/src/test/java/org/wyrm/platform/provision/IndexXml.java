package org.wyrm.platform.provision;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import javax.xml.stream.XMLStreamException;
import org.apache.felix.utils.repository.StaxParser;
import org.apache.felix.utils.resource.CapabilityImpl;
import org.apache.felix.utils.resource.ResourceBuilder;
import org.apache.felix.utils.resource.ResourceImpl;
import org.osgi.framework.BundleException;

/** Indexes of repositories as an indexer would write them; the real one's are read in the tests of the product. */
final class IndexXml {
    private IndexXml() {}

    private static ResourceImpl resource(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            var headers = new TreeMap<String, String>();
            file.getManifest()
                    .getMainAttributes()
                    .forEach((name, value) -> headers.put(name.toString(), (String) value));
            return ResourceBuilder.build(null, headers);
        } catch (BundleException e) {
            throw new IOException(e);
        }
    }

    /** Writes the index of a folder, of jars that are copied there. */
    static Path write(Path folder, List<Path> jars) throws IOException {
        Files.createDirectories(folder);
        var index = new StaxParser.XmlRepository();
        index.name = "test";
        index.resources = new ArrayList<>();
        index.referrals = List.of();
        for (var jar : jars) {
            var copy = folder.resolve(jar.getFileName());
            if (!copy.equals(jar) && !Files.exists(copy)) {
                Files.copy(jar, copy);
            }
            var resource = resource(copy);
            resource.addCapability(new CapabilityImpl(
                    resource,
                    "osgi.content",
                    Map.of(),
                    Map.of(
                            "osgi.content",
                            PluginStore.hash(copy),
                            "url",
                            copy.getFileName().toString(),
                            "size",
                            Files.size(copy),
                            "mime",
                            "application/vnd.osgi.bundle")));
            index.resources.add(resource);
        }
        var text = new StringWriter();
        try {
            StaxParser.write(index, text);
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
        return Files.writeString(folder.resolve("index.xml"), text.toString());
    }
}
