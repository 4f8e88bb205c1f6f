package org.wyrm.platform.provision;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.wyrm.base.error.OperationFailedException;

/**
 * Who signed a jar, all of it.
 *
 * @param keys the subject of each certificate that it was signed with, by the SHA-256 of the certificate
 */
record JarSignature(Map<String, String> keys) {
    /** What holds signatures is not signed itself. */
    private static final Pattern OWN =
            Pattern.compile("META-INF/(MANIFEST\\.MF|SIG-[^/]*|[^/]*\\.(SF|RSA|DSA|EC))", Pattern.CASE_INSENSITIVE);

    /**
     * {@return who signed all of a jar; empty where nobody signed any of it}
     *
     * @param source what messages call it
     * @throws OperationFailedException if something was changed after it was signed, or is not signed as the rest is
     */
    static Optional<JarSignature> of(Path file, String source) {
        try (var jar = new JarFile(file.toFile(), true)) {
            Optional<Map<String, String>> common = Optional.empty();
            for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (entry.isDirectory() || OWN.matcher(entry.getName()).matches()) {
                    continue;
                }
                var keys = keys(jar, entry);
                var others = common;
                if (others.isPresent() && !others.get().keySet().equals(keys.keySet())) {
                    throw new OperationFailedException(
                            source + ": " + entry.getName() + " is not signed by those who signed the rest");
                }
                common = Optional.of(keys);
            }
            return common.filter(keys -> !keys.isEmpty()).map(JarSignature::new);
        } catch (SecurityException e) {
            throw new OperationFailedException(source + " was changed after it was signed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new OperationFailedException(source + " is no jar: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> keys(JarFile jar, JarEntry entry) throws IOException {
        try (var in = jar.getInputStream(entry)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        var keys = new LinkedHashMap<String, String>();
        var signers = entry.getCodeSigners();
        for (var signer : signers == null ? new CodeSigner[0] : signers) {
            if (signer.getSignerCertPath().getCertificates().getFirst() instanceof X509Certificate certificate) {
                keys.put(
                        fingerprint(certificate),
                        certificate.getSubjectX500Principal().getName());
            }
        }
        return keys;
    }

    /** {@return the SHA-256 of a certificate, in hexadecimal} */
    static String fingerprint(X509Certificate certificate) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(hash);
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
