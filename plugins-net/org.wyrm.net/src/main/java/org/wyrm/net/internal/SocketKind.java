package org.wyrm.net.internal;

/** The kinds of sockets that are found, each in tables of its own. */
enum SocketKind {
    TCP,
    UDP,
    RAW,
    UNIX,
    NETLINK,
    PACKET
}
