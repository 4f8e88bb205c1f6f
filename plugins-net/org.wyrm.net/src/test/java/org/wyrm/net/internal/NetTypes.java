package org.wyrm.net.internal;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the tests of this bundle need, as BTF: only the members that are used, each at its place. */
final class NetTypes {
    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u8 = types.integer("unsigned char", 1, 0);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label pointer = types.pointer(types.voidType());
    private final Label node;
    private final Label head;

    private NetTypes() {
        node = types.struct("hlist_node", 16, types.member("next", pointer, 0), types.member("pprev", pointer, 64));
        head = types.struct("hlist_head", 8, types.member("first", types.pointer(node), 0));
    }

    /** {@return a program with the types of a kernel of today} */
    static TestProgram program() {
        var made = new NetTypes();
        made.tables();
        made.routes();
        made.names();
        made.pagesAndPools("dma_mapped");
        return open(made);
    }

    /** {@return a program whose pages may be of pools, with the structures of one of the kernel's versions} */
    static TestProgram pages(String memberOfPools) {
        var made = new NetTypes();
        made.pagesAndPools(memberOfPools);
        return open(made);
    }

    /** {@return a program whose neighbours are chained by {@code next}, or by an hlist} */
    static TestProgram neighbours(boolean byHlist) {
        var made = new NetTypes();
        made.neighbourTable(byHlist);
        return open(made);
    }

    private static TestProgram open(NetTypes made) {
        return new TestProgram(made.types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new NetDeclarations());
    }

    private void tables() {
        types.struct(
                "bucket_table",
                24,
                types.member("size", u32, 0),
                types.member("nest", u32, 32),
                types.member("future_tbl", pointer, 64),
                types.member("buckets", types.array(pointer, u32, 0), 128));
        types.struct("rhashtable", 8, types.member("tbl", pointer, 0));
    }

    private void routes() {
        types.struct(
                "key_vector",
                16,
                types.member("key", u32, 0),
                types.member("pos", u8, 32),
                types.member("bits", u8, 40),
                types.member("slen", u8, 48),
                types.member("leaf", head, 64),
                types.member("tnode", types.array(pointer, u32, 0), 64));
        types.struct("trie", 16, types.member("kv", types.array(u64, u32, 2), 0));
        types.struct(
                "fib_table",
                32,
                types.member("tb_hlist", node, 0),
                types.member("tb_id", u32, 128),
                types.member("tb_data", pointer, 192));
        types.struct(
                "fib_alias",
                24,
                types.member("fa_list", node, 0),
                types.member("fa_slen", u8, 128),
                types.member("tb_id", u32, 160));
        var ipv4 = types.struct("netns_ipv4", 8, types.member("fib_table_hash", types.pointer(head), 0));
        var fib6Node = types.label();
        var fib6Pointer = types.pointer(fib6Node);
        types.at(fib6Node);
        types.struct(
                "fib6_node",
                48,
                types.member("parent", fib6Pointer, 0),
                types.member("left", fib6Pointer, 64),
                types.member("right", fib6Pointer, 128),
                types.member("leaf", pointer, 192),
                types.member("fn_bit", u32, 256),
                types.member("fn_flags", u32, 288));
        types.struct("fib6_info", 16, types.member("fib6_next", pointer, 0));
        types.struct(
                "fib6_table",
                72,
                types.member("tb6_hlist", node, 0),
                types.member("tb6_id", u32, 128),
                types.member("tb6_root", fib6Node, 192));
        var ipv6 = types.struct(
                "netns_ipv6",
                16,
                types.member("fib_table_hash", types.pointer(head), 0),
                types.member("fib6_null_entry", pointer, 64));
        var common = types.struct("ns_common", 16, types.member("ops", pointer, 0), types.member("inum", u32, 64));
        var table = types.struct("unix_table", 8, types.member("buckets", types.pointer(head), 0));
        var unix = types.struct("netns_unix", 8, types.member("table", table, 0));
        types.struct(
                "net",
                64,
                types.member("ipv4", ipv4, 0),
                types.member("ipv6", ipv6, 64),
                types.member("unx", unix, 192),
                types.member("ns", common, 256));
        var ofAll = types.struct("sock_common", 32, types.member("skc_node", node, 128));
        types.struct("sock", 32, types.member("__sk_common", ofAll, 0));
    }

    private void names() {
        var inode = types.struct(
                "inode",
                24,
                types.member("i_fop", pointer, 0),
                types.member("i_private", pointer, 64),
                types.member("i_mode", u32, 128));
        types.struct("file_operations", 8, types.member("owner", pointer, 0));
        types.struct("proc_ns_operations", 8, types.member("name", pointer, 0));
        var file = types.struct("file", 8, types.member("f_inode", types.pointer(inode), 0));
        var table = types.struct(
                "fdtable",
                16,
                types.member("max_fds", u32, 0),
                types.member("fd", types.pointer(types.pointer(file)), 64));
        var files = types.struct("files_struct", 8, types.member("fdt", types.pointer(table), 0));
        types.struct("task_struct", 8, types.member("files", types.pointer(files), 0));
    }

    private void pagesAndPools(String memberOfPools) {
        if (!memberOfPools.isEmpty()) {
            types.struct("page_pool", 8, types.member(memberOfPools, u64, 0));
        }
        types.struct("page", 16, types.member(memberOfPools.isEmpty() ? "private" : "pp_magic", u64, 64));
    }

    private void neighbourTable(boolean byHlist) {
        types.struct("neighbour", 16, byHlist ? types.member("hash", node, 0) : types.member("next", pointer, 0));
        var hash = types.struct(
                "neigh_hash_table",
                16,
                byHlist
                        ? types.member("hash_heads", types.pointer(head), 0)
                        : types.member("hash_buckets", types.pointer(pointer), 0),
                types.member("hash_shift", u32, 64));
        types.struct("neigh_table", 8, types.member("nht", types.pointer(hash), 0));
    }
}
