package org.wyrm.remote;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;

/**
 * Where the other side is, in the user's words: {@code HOST:PORT}, {@code :PORT}, {@code [IPV6]:PORT}, or the path of a
 * socket, which has a slash; then perhaps a comma and a wish. Immutable.
 *
 * @param option that the user gave it by: {@code --gdb}
 * @param words what the user said, for messages
 * @param path of a socket; empty if it is a host
 * @param host its name or address
 * @param port of TCP
 * @param hasWish whether the wish is there
 */
public record RemoteAddress(String option, String words, String path, String host, int port, boolean hasWish) {
    private static final String UNIX = "unix:";
    private static final int LAST_PORT = 65535;

    /**
     * {@return the address that some words say}
     *
     * @param option that they were given by, for messages
     * @param words of the user
     * @param wish what may be at their end, after a comma
     * @throws UsageException if they are none
     */
    public static RemoteAddress parse(String option, String words, String wish) {
        var hasWish = words.endsWith("," + wish);
        var address = hasWish ? words.substring(0, words.length() - wish.length() - 1) : words;
        if (address.startsWith(UNIX) || address.indexOf('/') >= 0) {
            var path = address.startsWith(UNIX) ? address.substring(UNIX.length()) : address;
            return new RemoteAddress(option, words, path, "", 0, hasWish);
        }
        var colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw none(option, words);
        }
        var host = colon == 0 ? "localhost" : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new RemoteAddress(option, words, "", host, port(option, words, address.substring(colon + 1)), hasWish);
    }

    private static int port(String option, String words, String text) {
        try {
            var port = Integer.parseInt(text);
            if (port > 0 && port <= LAST_PORT) {
                return port;
            }
        } catch (NumberFormatException none) {
            throw none(option, words);
        }
        throw none(option, words);
    }

    private static UsageException none(String option, String words) {
        return new UsageException("%s %s: is neither HOST:PORT nor the path of a socket, such as ./%s.sock"
                .formatted(option, words, option.substring("--".length())));
    }

    /** {@return what the user said, with the option, for messages} */
    public String label() {
        return option + " " + words;
    }

    /** {@return where the other side is, for people} */
    public String place() {
        return isPath() ? path : "%s:%d".formatted(host.indexOf(':') < 0 ? host : "[" + host + "]", port);
    }

    /** {@return an error about the other side, such as that it does not answer} */
    public UnreadableTargetException unreadable(String why) {
        return new UnreadableTargetException(label() + ": " + why);
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
                throw none(option, words);
            }
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw unreadable("there is no host " + host);
        }
        return address;
    }
}
