package org.wyrm.net.netnamespace;

import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.fdtable.OpenFiles;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Network name spaces: {@code struct net}. */
@ProvidesHelpers(names = {"for_each_net", "get_net_ns_by_fd", "get_net_ns_by_inode"})
public final class NetNamespaces {
    private NetNamespaces() {}

    /**
     * {@return the network name spaces, {@code struct net}, the initial one first}
     *
     * @kernel include/net/net_namespace.h
     */
    @KernelName("for_each_net")
    public static Stream<Value> forEachNet(Program program) {
        return Lists.listForEachEntry(program.type("struct net"), program.variable("net_namespace_list"), "list");
    }

    /**
     * {@return the network name space, {@code struct net}, of an inode of nsfs: of {@code /proc/PID/ns/net}, say}
     *
     * @param inode {@code struct inode *}
     * @throws LookupFailedException if the inode is of something else
     * @kernel net/core/net_namespace.c
     */
    @KernelName("get_net_ns_by_inode")
    public static Value getNetNsByInode(Value inode) {
        var program = inode.program();
        if (inode.member("i_fop").longValue()
                != program.variable("ns_file_operations").address()) {
            throw notOne(inode, "it is not an inode of nsfs");
        }
        var common = program.object(
                program.type("struct ns_common"), inode.member("i_private").longValue());
        if (common.member("ops").longValue()
                != program.variable("netns_operations").address()) {
            throw notOne(inode, "its name space is of another kind");
        }
        return common.containerOf(program.type("struct net"), "ns");
    }

    private static LookupFailedException notOne(Value inode, String why) {
        return new LookupFailedException("network name space", "inode at 0x%x".formatted(Walk.addressOf(inode)), why);
    }

    /**
     * {@return the network name space, {@code struct net}, that a task has open}
     *
     * @param task {@code struct task_struct *}
     * @param fd the number of the open file
     * @throws LookupFailedException if the file is not open, or of something else
     * @kernel net/core/net_namespace.c
     */
    @KernelName("get_net_ns_by_fd")
    public static Value getNetNsByFd(Value task, int fd) {
        return getNetNsByInode(OpenFiles.fget(task, fd)
                .orElseThrow(() -> new LookupFailedException("open file", Integer.toString(fd)))
                .member("f_inode"));
    }

    /**
     * {@return the number by which user space knows a network name space: the inode of {@code /proc/PID/ns/net}}
     *
     * @param net {@code struct net *}
     * @kernel include/linux/ns_common.h
     */
    public static long inode(Value net) {
        return net.member("ns").member("inum").longValue();
    }
}
