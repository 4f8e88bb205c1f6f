package org.wyrm.debuginfo.debuginfod;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.error.UsageException;

/**
 * Which servers to ask, and how patiently.
 *
 * @param servers in the order they are asked
 * @param cacheFolder laid out as elfutils does, {@code BUILDID/debuginfo}, so that both use one
 * @param stallTimeout how long a server may send nothing
 * @param totalTimeout how long a download may take; empty for as long as it goes on
 * @param mostByteSize how large a file may be
 */
public record DebuginfodSettings(
        List<URI> servers,
        Path cacheFolder,
        Duration stallTimeout,
        Optional<Duration> totalTimeout,
        long mostByteSize) {
    private static final Duration USUAL_STALL_TIMEOUT = Duration.ofSeconds(90);
    private static final long USUAL_MOST_BYTES = 8L << 30;

    public DebuginfodSettings {
        servers = List.copyOf(servers);
    }

    /** Settings with the usual patience. */
    public DebuginfodSettings(List<URI> servers, Path cacheFolder) {
        this(servers, cacheFolder, USUAL_STALL_TIMEOUT, Optional.empty(), USUAL_MOST_BYTES);
    }

    /**
     * {@return the settings in some variables, those of elfutils: {@code DEBUGINFOD_URLS}, {@code
     * DEBUGINFOD_CACHE_PATH}, {@code DEBUGINFOD_TIMEOUT}, {@code DEBUGINFOD_MAXTIME}, {@code DEBUGINFOD_MAXSIZE}}
     * Servers that are not of http or https are left out, and numbers that are none.
     *
     * @param environment the variables; {@code XDG_CACHE_HOME} and {@code HOME} among them
     * @throws UsageException if no server is named, or no folder for what they send
     */
    public static DebuginfodSettings ofEnvironment(Map<String, String> environment) {
        var servers = new ArrayList<URI>();
        var named = environment.getOrDefault("DEBUGINFOD_URLS", "").trim();
        for (var word : named.split("\\s+")) {
            server(word).ifPresent(servers::add);
        }
        if (servers.isEmpty()) {
            throw new UsageException("debuginfod: the variable DEBUGINFOD_URLS names no server"
                    + (named.isEmpty() ? "" : " of http or https: '" + named + "'"));
        }
        return new DebuginfodSettings(
                servers,
                cacheFolder(environment)
                        .orElseThrow(() -> new UsageException(
                                "debuginfod: there is no folder to keep files in: set DEBUGINFOD_CACHE_PATH")),
                number(environment, "DEBUGINFOD_TIMEOUT")
                        .map(Duration::ofSeconds)
                        .orElse(USUAL_STALL_TIMEOUT),
                number(environment, "DEBUGINFOD_MAXTIME").map(Duration::ofSeconds),
                number(environment, "DEBUGINFOD_MAXSIZE").orElse(USUAL_MOST_BYTES));
    }

    private static Optional<URI> server(String word) {
        try {
            var address = new URI(word.endsWith("/") ? word.substring(0, word.length() - 1) : word);
            var scheme = String.valueOf(address.getScheme());
            return (scheme.equals("http") || scheme.equals("https")) && address.getHost() != null
                    ? Optional.of(address)
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> cacheFolder(Map<String, String> environment) {
        var set = environment.getOrDefault("DEBUGINFOD_CACHE_PATH", "");
        if (!set.isEmpty()) {
            return Optional.of(Path.of(set));
        }
        var home = environment.getOrDefault("HOME", "");
        if (!home.isEmpty() && Files.isDirectory(Path.of(home, ".debuginfod_client_cache"))) {
            return Optional.of(Path.of(home, ".debuginfod_client_cache"));
        }
        var caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!caches.isEmpty()) {
            return Optional.of(Path.of(caches, "debuginfod_client"));
        }
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".cache", "debuginfod_client"));
    }

    private static Optional<Long> number(Map<String, String> environment, String name) {
        var text = environment.getOrDefault(name, "");
        return text.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
