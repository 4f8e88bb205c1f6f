package org.wyrm.platform.extension;

import java.util.List;
import java.util.Map;

/**
 * A bundle in the {@link Index}.
 *
 * @param symbolicName its name
 * @param version its version
 * @param location where the framework gets it, or the name of its file in the folder of the index
 * @param headers the headers of its manifest that OSGi reads
 * @param declarations what it contributes, in the order of its manifest
 */
public record IndexedBundle(
        String symbolicName,
        String version,
        String location,
        Map<String, String> headers,
        List<Declaration> declarations) {

    /** {@return the same bundle at another place} */
    public IndexedBundle at(String otherLocation) {
        return new IndexedBundle(symbolicName, version, otherLocation, headers, declarations);
    }

    /** {@return a header, or an empty string} */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** {@return the names of the commands it contributes} */
    public List<String> commands() {
        return declarations.stream()
                .filter(declaration -> declaration.namespace().equals(Index.COMMANDS))
                .map(Declaration::name)
                .toList();
    }
}
