package org.wyrm.net.sock;

import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.listnulls.ListNulls;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Sockets: {@code struct socket}, which files are of, and {@code struct sock}, which protocols know. */
@ProvidesHelpers(names = {"SOCKET_I", "SOCK_INODE", "sk_fullsock", "sk_nulls_for_each", "sk_tcpstate"})
public final class Socks {
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;
    private static final int TCP_TIME_WAIT = 6;
    private static final int TCP_NEW_SYN_RECV = 12;

    private Socks() {}

    /**
     * {@return the socket of an inode, {@code struct socket}}
     *
     * @param inode {@code struct inode *}
     * @throws LookupFailedException if the inode is of something else
     * @kernel include/net/sock.h
     */
    @KernelName("SOCKET_I")
    public static Value socketI(Value inode) {
        if ((inode.member("i_mode").intValue() & S_IFMT) != S_IFSOCK) {
            throw new LookupFailedException(
                    "socket", "inode at 0x%x".formatted(Walk.addressOf(inode)), "its mode says that it is none");
        }
        return inode.containerOf(inode.program().type("struct socket_alloc"), "vfs_inode")
                .member("socket");
    }

    /**
     * {@return the inode of a socket, {@code struct inode}}
     *
     * @param socket {@code struct socket *}
     * @kernel include/net/sock.h
     */
    @KernelName("SOCK_INODE")
    public static Value sockInode(Value socket) {
        return socket.containerOf(socket.program().type("struct socket_alloc"), "socket")
                .member("vfs_inode");
    }

    /**
     * {@return whether all of {@code struct sock} is there: not so of one that waits for the end of a connection's time,
     * nor of a request for a connection}
     *
     * @param sk {@code struct sock *}
     * @kernel include/net/sock.h
     */
    @KernelName("sk_fullsock")
    public static boolean skFullsock(Value sk) {
        var state = state(sk).intValue();
        return state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
    }

    /**
     * {@return the sockets in a list of a hash table, {@code struct sock}}
     *
     * @param head {@code struct hlist_nulls_head *}
     * @kernel include/net/sock.h
     */
    @KernelName("sk_nulls_for_each")
    public static Stream<Value> skNullsForEach(Value head) {
        return ListNulls.hlistNullsForEachEntry(head.program().type("struct sock"), head, "__sk_common.skc_nulls_node");
    }

    /**
     * {@return the state of a socket's connection, as an enumerator: {@code TCP_ESTABLISHED}}
     *
     * @param sk {@code struct sock *}
     * @kernel include/net/tcp_states.h
     */
    @KernelName("sk_tcpstate")
    public static Value skTcpstate(Value sk) {
        return state(sk).cast(sk.program().evaluate("TCP_ESTABLISHED").type());
    }

    private static Value state(Value sk) {
        return sk.member("__sk_common").member("skc_state");
    }
}
