package org.wyrm.platform.provision;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import javax.xml.stream.XMLStreamException;
import org.apache.felix.utils.repository.StaxParser;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.net.Downloader;
import org.wyrm.base.net.Downloader.Limits;

/** Reads indexes of repositories, and gets the jars that they name. Confined to one thread. */
final class RepositoryReader implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(20);
    private static final Limits INDEX = new Limits(64L << 20, STALL, Optional.of(Duration.ofMinutes(2)));
    private static final long MOST_INDEX_BYTES = 256L << 20;
    private static final long MOST_JAR_BYTES = 256L << 20;
    /** Of all versions of the format; they differ in what we do not use. */
    private static final String NAMESPACE = "http://www.osgi.org/xmlns/repository/v1.";

    private static final Duration JAR_TOTAL = Duration.ofMinutes(10);

    private final Telling telling;
    private Optional<Downloader> downloader = Optional.empty();

    RepositoryReader(Telling telling) {
        this.telling = telling;
    }

    /**
     * {@return all bundles of a repository}
     *
     * @throws OperationFailedException if it cannot be reached, or has no index that can be read
     */
    List<Offer> read(Repository repository) {
        try {
            // Not in the folder of plug-ins: who may not write there may yet look what there is.
            var file = Files.createTempFile("wyrm", ".xml");
            try {
                get(repository.address(), file, INDEX);
                return parse(repository, unpacked(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (XMLStreamException | IllegalStateException e) {
            // What the parser throws of an index that is not well-formed, or none.
            throw broken(repository, e);
        } catch (IOException e) {
            throw new OperationFailedException(repository.address() + ": " + FileErrors.reason(e), e);
        }
    }

    private static OperationFailedException broken(Repository repository, Exception e) {
        var cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
        return new OperationFailedException(
                repository.address() + " is no index of a repository: " + e.getMessage() + cause, e);
    }

    private static byte[] unpacked(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var magic = in.readNBytes(2);
            if (magic.length < 2 || magic[0] != 0x1f || magic[1] != (byte) 0x8b) {
                return Files.readAllBytes(file);
            }
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            var bytes = in.readNBytes(Math.toIntExact(MOST_INDEX_BYTES) + 1);
            if (bytes.length > MOST_INDEX_BYTES) {
                throw new IOException("unpacked, it is larger than " + MOST_INDEX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private List<Offer> parse(Repository repository, byte[] bytes) throws XMLStreamException {
        requireIndex(bytes);
        var index = StaxParser.parse(repository.address(), new ByteArrayInputStream(bytes));
        if (!index.referrals.isEmpty()) {
            telling.warn("repository %s refers to others, which are not read: %s"
                    .formatted(repository.name(), index.referrals.getFirst().url));
        }
        var offers = new ArrayList<Offer>();
        for (var resource : index.resources) {
            Offer.of(repository, resource).ifPresent(offers::add);
        }
        return offers;
    }

    /** An index has no use for a DTD; a bad one would make the parser read other files. */
    private static void requireIndex(byte[] bytes) throws XMLStreamException {
        try {
            // Strictly: in another encoding, what follows could be hidden.
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.contains("<!DOCTYPE")) {
                throw new XMLStreamException("it has a document type");
            }
            if (!text.contains(NAMESPACE)) {
                throw new XMLStreamException("it does not name " + NAMESPACE);
            }
        } catch (CharacterCodingException e) {
            throw new XMLStreamException("it is not in UTF-8", e);
        }
    }

    /**
     * Gets the jar of an offer, and checks that it is what the index says.
     *
     * @throws OperationFailedException if it cannot be had, or is another
     */
    void fetch(Offer offer, Path file) {
        var content = offer.content();
        var most = content.byteSize() < 0 ? MOST_JAR_BYTES : content.byteSize();
        try {
            get(content.address(), file, new Limits(most, STALL, Optional.of(JAR_TOTAL)));
            var size = Files.size(file);
            if (content.byteSize() >= 0 && size != content.byteSize()) {
                throw new OperationFailedException("%s has %d bytes, and the index of repository %s says %d"
                        .formatted(content.address(), size, offer.repository().name(), content.byteSize()));
            }
            if (!PluginStore.hash(file).equals(content.sha256())) {
                throw new OperationFailedException(
                        "%s is not the file that the index of repository %s tells of: its SHA-256 is another"
                                .formatted(content.address(), offer.repository().name()));
            }
        } catch (IOException e) {
            throw new OperationFailedException(content.address() + ": " + FileErrors.reason(e), e);
        }
    }

    private void get(URI address, Path file, Limits limits) throws IOException {
        telling.cancellation().check();
        if ("file".equals(address.getScheme())) {
            copy(Path.of(address), file, limits.mostByteSize());
            return;
        }
        var connection = downloader.orElseGet(Downloader::new);
        downloader = Optional.of(connection);
        try {
            Files.delete(file);
            var status = connection.get(
                    address,
                    file,
                    limits,
                    (received, total) -> telling.progress().report("downloading " + address, received, total),
                    telling.cancellation());
            if (status != Downloader.OK) {
                throw new IOException("the server answered " + status);
            }
            if (!Files.exists(file)) {
                throw new IOException("the server sent nothing");
            }
        } finally {
            telling.progress().end();
        }
    }

    private static void copy(Path from, Path to, long mostByteSize) throws IOException {
        if (Files.isDirectory(from)) {
            throw new IOException("is a directory");
        }
        if (Files.size(from) > mostByteSize) {
            throw new IOException("is larger than " + mostByteSize + " bytes");
        }
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        downloader.ifPresent(Downloader::close);
    }
}
