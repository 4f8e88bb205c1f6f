package org.wyrm.platform.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.platform.extension.PluginFolders;

/** The keys whose holders the user trusts: what they signed is installed from any repository. */
public final class Trust {
    private static final String TRUSTED = "trusted";

    private final PluginStore store;
    private final Repository own;

    /** Trusts what the user of some folders does. */
    public Trust(PluginFolders folders) {
        this(new PluginStore(folders.installed()), folders);
    }

    Trust(PluginStore store, PluginFolders folders) {
        this.store = store;
        this.own = Repository.own(folders.shipped());
    }

    /** {@return whose plug-ins are installed without more words} */
    public List<TrustedKey> keys() {
        return store.settings(TRUSTED).entrySet().stream()
                .map(each -> new TrustedKey(each.getKey(), each.getValue()))
                .toList();
    }

    /**
     * Trusts whoever holds a key.
     *
     * @param what a file with a certificate (PEM or DER), or the SHA-256 of one in hexadecimal
     * @throws OperationFailedException if it is neither
     */
    public TrustedKey add(String what) {
        var key = fingerprint(what)
                .map(digits -> new TrustedKey(digits, "given by its fingerprint"))
                .orElseGet(() -> certificate(Path.of(what)));
        store.changeSettings(TRUSTED, known -> known.put(key.fingerprint(), key.subject()));
        return key;
    }

    /**
     * Trusts a key no more; what is installed stays.
     *
     * @param what as for {@link #add}
     * @throws OperationFailedException if it was not trusted
     */
    public TrustedKey remove(String what) {
        var fingerprint =
                fingerprint(what).orElseGet(() -> certificate(Path.of(what)).fingerprint());
        var subject = store.settings(TRUSTED).get(fingerprint);
        if (subject == null) {
            throw new OperationFailedException("key " + fingerprint + " is not trusted");
        }
        store.changeSettings(TRUSTED, known -> known.remove(fingerprint));
        return new TrustedKey(fingerprint, subject);
    }

    private static Optional<String> fingerprint(String what) {
        var digits = what.replace(":", "").toLowerCase(Locale.ROOT);
        return digits.matches("[0-9a-f]{64}") ? Optional.of(digits) : Optional.empty();
    }

    private static TrustedKey certificate(Path file) {
        try (var in = Files.newInputStream(file)) {
            if (CertificateFactory.getInstance("X.509").generateCertificate(in) instanceof X509Certificate found) {
                // A line of a file.
                var subject = found.getSubjectX500Principal().getName().replaceAll("\\s+", " ");
                return new TrustedKey(JarSignature.fingerprint(found), subject);
            }
            throw new OperationFailedException(file + " has no certificate of X.509");
        } catch (CertificateException e) {
            throw new OperationFailedException(file + " has no certificate: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new OperationFailedException(file + ": " + FileErrors.reason(e), e);
        }
    }

    /**
     * Refuses a jar of a repository that nobody who is trusted has signed.
     *
     * @param unsigned whether the user wants it nevertheless; what was changed after it was signed, nobody wants
     */
    void require(Offer offer, Path jar, boolean unsigned) {
        var source = offer.content().address().toString();
        var signature = JarSignature.of(jar, source);
        if (unsigned || offer.repository().equals(own)) {
            return;
        }
        var keys = signature
                .orElseThrow(() ->
                        new OperationFailedException(source + " is not signed; --unsigned installs it nevertheless"))
                .keys();
        var trusted = store.settings(TRUSTED).keySet();
        if (keys.keySet().stream().noneMatch(trusted::contains)) {
            var key = keys.entrySet().iterator().next();
            throw new OperationFailedException(
                    "%s is signed by %s, who is not trusted yet: wyrm plugin trust add %s, or --unsigned"
                            .formatted(source, key.getValue(), key.getKey()));
        }
    }
}
