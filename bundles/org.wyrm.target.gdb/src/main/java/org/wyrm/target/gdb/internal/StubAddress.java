package org.wyrm.target.gdb.internal;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;

/**
 * Where a stub is, in the user's words: {@code HOST:PORT}, {@code :PORT}, {@code [IPV6]:PORT}, or the path of a socket,
 * which has a slash; then perhaps {@code ,stopped}.
 *
 * @param words what the user said, for messages
 * @param path of a socket; empty if it is a host
 * @param leavesStopped whether the target is not to run on afterwards
 */
record StubAddress(String words, String path, String host, int port, boolean leavesStopped) {
    private static final String STOPPED = ",stopped";
    private static final String UNIX = "unix:";
    private static final int LAST_PORT = 65535;

    static StubAddress parse(String words) {
        var leavesStopped = words.endsWith(STOPPED);
        var address = leavesStopped ? words.substring(0, words.length() - STOPPED.length()) : words;
        if (address.startsWith(UNIX) || address.indexOf('/') >= 0) {
            return new StubAddress(
                    words, address.startsWith(UNIX) ? address.substring(UNIX.length()) : address, "", 0, leavesStopped);
        }
        var colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw none(words);
        }
        var host = colon == 0 ? "localhost" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new StubAddress(words, "", host, port(words, address.substring(colon + 1)), leavesStopped);
    }

    private static int port(String words, String text) {
        try {
            var port = Integer.parseInt(text);
            if (port > 0 && port <= LAST_PORT) {
                return port;
            }
        } catch (NumberFormatException none) {
            throw none(words);
        }
        throw none(words);
    }

    private static UsageException none(String words) {
        return new UsageException(
                "--gdb %s: is neither HOST:PORT nor the path of a socket, such as ./gdb.sock".formatted(words));
    }

    boolean isPath() {
        return !path.isEmpty();
    }

    /** {@return the address of the socket; a host's name is looked up} */
    SocketAddress socketAddress() {
        if (isPath()) {
            try {
                return UnixDomainSocketAddress.of(path);
            } catch (InvalidPathException none) {
                throw none(words);
            }
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new UnreadableTargetException("--gdb %s: there is no host %s".formatted(words, host));
        }
        return address;
    }
}
