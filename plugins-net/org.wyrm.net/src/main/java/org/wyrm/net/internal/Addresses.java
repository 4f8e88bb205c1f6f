package org.wyrm.net.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.wyrm.program.Value;

/** Addresses as text, as tools of Linux write them. */
final class Addresses {
    private static final int IPV6_GROUPS = 8;

    private Addresses() {}

    /** {@return an address of four bytes} */
    static String ipv4(byte[] address) {
        return IntStream.range(0, address.length)
                .mapToObj(i -> Integer.toString(address[i] & 0xff))
                .collect(Collectors.joining("."));
    }

    /** {@return an address as {@code a.b.c.d}, from the object that holds it in the network's order} */
    static String ipv4(Value address) {
        return ipv4(address.bytes());
    }

    /** {@return an address of sixteen bytes: the longest run of zeros left out, an IPv4 address inside in its own form} */
    static String ipv6(byte[] address) {
        var groups = new ArrayList<Integer>();
        for (var i = 0; i < IPV6_GROUPS; i++) {
            groups.add((address[2 * i] & 0xff) << 8 | (address[2 * i + 1] & 0xff));
        }
        if (groups.subList(0, 5).equals(Collections.nCopies(5, 0)) && groups.get(5) == 0xffff) {
            return "::ffff:" + ipv4(Arrays.copyOfRange(address, 12, 16));
        }
        var start = 0;
        var longest = 1;
        for (var i = 0; i < IPV6_GROUPS; i++) {
            var end = i;
            while (end < IPV6_GROUPS && groups.get(end) == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
        }
        return longest == 1
                ? hexadecimal(groups)
                : hexadecimal(groups.subList(0, start)) + "::"
                        + hexadecimal(groups.subList(start + longest, IPV6_GROUPS));
    }

    private static String hexadecimal(List<Integer> groups) {
        return groups.stream().map(Integer::toHexString).collect(Collectors.joining(":"));
    }

    /** {@return a link address: {@code 52:54:00:12:34:56}} */
    static String link(byte[] address) {
        return HexFormat.ofDelimiter(":").formatHex(address);
    }
}
