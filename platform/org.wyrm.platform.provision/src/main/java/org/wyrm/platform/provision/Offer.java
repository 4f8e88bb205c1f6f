package org.wyrm.platform.provision;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.resource.Capability;
import org.osgi.resource.Resource;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.Index;

/**
 * A bundle that a repository has: a plug-in, or what plug-ins need.
 *
 * @param repository that has it
 * @param name the symbolic name of the bundle
 * @param version its version
 * @param resource what it needs and gives
 * @param content its jar
 */
record Offer(Repository repository, String name, Version version, Resource resource, Content content) {
    /** The namespace of what a repository says of a file; the standard has it in another of its bundles. */
    private static final String CONTENT = "osgi.content";

    /**
     * A jar in a repository.
     *
     * @param address of it
     * @param sha256 of its bytes, in hexadecimal
     * @param byteSize what the index says; negative where it does not
     */
    record Content(URI address, String sha256, long byteSize) {}

    /**
     * {@return the bundle that a resource of an index is; none where it is no bundle}
     *
     * @throws OperationFailedException if the resource lacks what the standard demands
     */
    static Optional<Offer> of(Repository repository, Resource resource) {
        var identity = first(repository, resource, IdentityNamespace.IDENTITY_NAMESPACE);
        var attributes = identity.getAttributes();
        if (!"osgi.bundle".equals(attributes.get(IdentityNamespace.CAPABILITY_TYPE_ATTRIBUTE))) {
            return Optional.empty();
        }
        var name = attributes.get(IdentityNamespace.IDENTITY_NAMESPACE);
        if (!(name instanceof String symbolicName)
                || !(attributes.get(IdentityNamespace.CAPABILITY_VERSION_ATTRIBUTE) instanceof Version version)) {
            throw new OperationFailedException(repository.address() + ": a bundle without a name or a version");
        }
        var content = content(repository, first(repository, resource, CONTENT));
        return Optional.of(new Offer(repository, symbolicName, version, resource, content));
    }

    /** {@return the first capability of a kind that says the value of it: content may be told of without its hash} */
    private static Capability first(Repository repository, Resource resource, String namespace) {
        return resource.getCapabilities(namespace).stream()
                .filter(capability -> capability.getAttributes().containsKey(namespace))
                .findFirst()
                .orElseThrow(() -> new OperationFailedException(
                        repository.address() + ": a resource has no capability " + namespace));
    }

    private static Content content(Repository repository, Capability capability) {
        var attributes = capability.getAttributes();
        try {
            var address = repository.address().resolve(new URI(text(attributes.get("url"))));
            if (repository.isLocal() != "file".equals(address.getScheme())) {
                throw new OperationFailedException(
                        repository.address() + ": its jar is elsewhere, at " + address + ", which is not trusted");
            }
            var size = attributes.get("size") instanceof Long bytes ? bytes : -1;
            return new Content(address, text(attributes.get(CONTENT)).toLowerCase(Locale.ROOT), size);
        } catch (URISyntaxException e) {
            throw new OperationFailedException(
                    repository.address() + ": the address of a jar is broken: " + e.getMessage(), e);
        }
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }

    /** {@return the commands that it contributes} */
    List<String> commands() {
        return resource.getCapabilities(Index.COMMANDS).stream()
                .map(command -> text(command.getAttributes().get("name")))
                .toList();
    }

    /** {@return whether it contributes anything to wyrm: else it is there for others} */
    boolean isPlugin() {
        return resource.getCapabilities(null).stream()
                .anyMatch(capability -> capability.getNamespace().startsWith("wyrm."));
    }

    /** {@return what it says of itself, and what its commands do} */
    String description() {
        return text(resource.getCapabilities(IdentityNamespace.IDENTITY_NAMESPACE)
                .getFirst()
                .getAttributes()
                .get("description"));
    }

    /** {@return whether a word is in its name, its description, or its commands' names and summaries} */
    boolean mentions(String word) {
        var wanted = word.toLowerCase(Locale.ROOT);
        var text = new StringBuilder(name).append(' ').append(description());
        for (var command : resource.getCapabilities(Index.COMMANDS)) {
            text.append(' ')
                    .append(command.getAttributes().get("name"))
                    .append(' ')
                    .append(command.getAttributes().get("summary"));
        }
        return text.toString().toLowerCase(Locale.ROOT).contains(wanted);
    }
}
