package org.wyrm.platform.provision;

/**
 * Whose plug-ins the user trusts.
 *
 * @param fingerprint the SHA-256 of a certificate, in hexadecimal
 * @param subject whom the certificate is of
 */
public record TrustedKey(String fingerprint, String subject) {}
