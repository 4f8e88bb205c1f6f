package org.wyrm.platform.provision;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import org.wyrm.base.error.OperationFailedException;

/**
 * Where plug-ins come from: an index of OSGi repositories, and the jars it names.
 *
 * @param name what the user calls it
 * @param address of its index; of the scheme file, http or https
 */
public record Repository(String name, URI address) {
    /** The one that comes with the product. */
    static final String OWN = "wyrm";

    private static final String INDEX = "index.xml";
    private static final Set<String> SCHEMES = Set.of("file", "http", "https");

    /**
     * {@return a repository of an address as a user writes it: of the index, or of the folder that it is in; a path too}
     *
     * @throws OperationFailedException if it is no address of a known scheme
     */
    static Repository of(String name, String address) {
        URI found;
        try {
            found = address.contains("://") || address.startsWith("file:")
                    ? new URI(address)
                    : Path.of(address).toAbsolutePath().normalize().toUri();
        } catch (URISyntaxException e) {
            throw new OperationFailedException("'" + address + "' is no address: " + e.getMessage(), e);
        }
        if (!SCHEMES.contains(String.valueOf(found.getScheme())) || found.getPath() == null) {
            throw new OperationFailedException(
                    "'" + address + "' is no address of a repository: file:, http: and https: are known");
        }
        if (found.getPath().isEmpty()) {
            return new Repository(name, found.resolve("/" + INDEX));
        }
        return new Repository(name, found.getPath().endsWith("/") ? found.resolve(INDEX) : found);
    }

    /** {@return the repository of a folder of the product} */
    static Repository own(Path folder) {
        return new Repository(
                OWN, folder.resolve(INDEX).toAbsolutePath().normalize().toUri());
    }

    boolean isLocal() {
        return "file".equals(address.getScheme());
    }
}
