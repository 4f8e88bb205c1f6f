package org.wyrm.net.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of the network stack that the helpers and commands of this bundle use. */
@Contributes(type = Declarations.class, name = "net")
public final class NetDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.net";
    }

    @Override
    public String text() {
        return """
                extern struct list_head net_namespace_list;
                extern struct net init_net;
                extern const struct proc_ns_operations netns_operations;
                extern const struct file_operations ns_file_operations;
                extern const struct file_operations socket_file_ops;
                extern struct inet_hashinfo tcp_hashinfo;
                extern struct udp_table udp_table;
                extern struct raw_hashinfo raw_v4_hashinfo;
                extern struct raw_hashinfo raw_v6_hashinfo;
                extern struct hlist_head unix_socket_table[512];
                extern struct netlink_table *nl_table;
                extern struct neigh_table arp_tbl;
                extern struct neigh_table nd_tbl;
                extern struct softnet_data softnet_data;
                """;
    }
}
