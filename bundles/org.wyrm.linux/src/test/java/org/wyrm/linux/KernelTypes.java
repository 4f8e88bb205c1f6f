package org.wyrm.linux;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.linux.internal.KernelDeclarations;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the helpers' tests need, as BTF. */
public final class KernelTypes {
    /** Offset of {@code fdtable.fd}, in bytes. */
    static final int FDTABLE_FD = 8;

    private KernelTypes() {}

    /** A program with {@code struct item { long number; struct list_head list; struct rb_node node; … }}. */
    public static TestProgram program() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var number = types.integer("long unsigned int", 8, 0);
        var signed = types.integer("int", 4, 1);
        var byteType = types.integer("unsigned char", 1, 0);
        var head = types.label();
        var headPointer = types.pointer(head);
        types.at(head);
        types.struct("list_head", 16, types.member("next", headPointer, 0), types.member("prev", headPointer, 64));
        var node = types.label();
        var nodePointer = types.pointer(node);
        types.at(node);
        types.struct("hlist_node", 16, types.member("next", nodePointer, 0), types.member("pprev", number, 64));
        types.struct("hlist_head", 8, types.member("first", nodePointer, 0));
        var rbNode = types.label();
        var rbPointer = types.pointer(rbNode);
        types.at(rbNode);
        types.struct(
                "rb_node",
                24,
                types.member("__rb_parent_color", number, 0),
                types.member("rb_right", rbPointer, 64),
                types.member("rb_left", rbPointer, 128));
        types.struct("rb_root", 8, types.member("rb_node", rbPointer, 0));
        types.struct(
                "item",
                72,
                types.member("number", number, 0),
                types.member("list", head, 64),
                types.member("hash", node, 192),
                types.member("node", rbNode, 320));
        var slots = types.array(types.pointer(types.voidType()), signed, 4);
        types.struct(
                "xa_node",
                48,
                types.member("shift", byteType, 0),
                types.member("offset", byteType, 8),
                types.member("parent", types.pointer(types.voidType()), 64),
                types.member("slots", slots, 128));
        var xarray = types.struct("xarray", 8, types.member("xa_head", types.pointer(types.voidType()), 0));
        types.struct("idr", 16, types.member("idr_rt", xarray, 0), types.member("idr_base", signed, 64));
        otherLists(types, number, head);
        bits(types, number, signed);
        mapleTree(types, number);
        ringBuffer(types);
        openFiles(types, number);
        memory(types, number, head);
        return new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new KernelDeclarations());
    }

    /** {@code struct entry}, which is in lists of other kinds: {@code { long number; llist; nulls; plist; }}. */
    private static void otherLists(BtfBuilder types, Label number, Label head) {
        var single = types.label();
        var singlePointer = types.pointer(single);
        types.at(single);
        types.struct("llist_node", 8, types.member("next", singlePointer, 0));
        types.struct("llist_head", 8, types.member("first", singlePointer, 0));
        var nulls = types.label();
        var nullsPointer = types.pointer(nulls);
        types.at(nulls);
        types.struct("hlist_nulls_node", 16, types.member("next", nullsPointer, 0), types.member("pprev", number, 64));
        types.struct("hlist_nulls_head", 8, types.member("first", nullsPointer, 0));
        var sorted = types.struct(
                "plist_node",
                40,
                types.member("prio", types.integer("int", 4, 1), 0),
                types.member("prio_list", head, 64),
                types.member("node_list", head, 192));
        types.struct("plist_head", 16, types.member("node_list", head, 0));
        types.struct(
                "entry",
                72,
                types.member("number", number, 0),
                types.member("llist", single, 64),
                types.member("nulls", nulls, 128),
                types.member("plist", sorted, 256));
    }

    private static void openFiles(BtfBuilder types, Label number) {
        var file = types.struct("file", 8, types.member("f_flags", number, 0));
        var table = types.struct(
                "fdtable",
                16,
                types.member("max_fds", types.integer("unsigned int", 4, 0), 0),
                types.member("fd", types.pointer(types.pointer(file)), FDTABLE_FD * 8));
        var files = types.struct("files_struct", 8, types.member("fdt", types.pointer(table), 0));
        types.struct("task_struct", 8, types.member("files", types.pointer(files), 0));
    }

    private static void bits(BtfBuilder types, Label number, Label signed) {
        var words = types.array(number, signed, 2);
        types.struct("cpumask", 16, types.member("bits", words, 0));
        types.typedef("nodemask_t", types.struct("", 16, types.member("bits", words, 0)));
        var size = types.integer("unsigned int", 4, 0);
        var word =
                types.struct("sbitmap_word", 16, types.member("word", number, 0), types.member("cleared", number, 64));
        types.struct(
                "sbitmap",
                16,
                types.member("depth", size, 0),
                types.member("shift", size, 32),
                types.member("map", types.pointer(word), 64));
        types.struct(
                "percpu_counter",
                16,
                types.member("count", types.integer("long int", 8, 1), 0),
                types.member("counters", types.pointer(signed), 64));
    }

    private static void memory(BtfBuilder types, Label number, Label head) {
        var counter = types.typedef(
                "atomic_long_t", types.struct("", 8, types.member("counter", types.integer("long int", 8, 1), 0)));
        types.enumeration(
                "zone_stat_item", 4, types.enumerator("NR_FREE_PAGES", 0), types.enumerator("NR_PAGETABLE", 1));
        types.enumeration("node_stat_item", 4, types.enumerator("NR_FILE_PAGES", 0), types.enumerator("NR_SHMEM", 1));
        types.struct("zone", 16, types.member("vm_stat", types.array(counter, number, 2), 0));
        var cache = types.struct("address_space", 8, types.member("nrpages", number, 0));
        types.struct(
                "inode", 24, types.member("i_sb_list", head, 0), types.member("i_mapping", types.pointer(cache), 128));
        types.struct("super_block", 16, types.member("s_inodes", head, 0));
    }

    private static void mapleTree(BtfBuilder types, Label number) {
        var pointer = types.pointer(types.voidType());
        var meta = types.struct(
                "maple_metadata",
                2,
                types.member("end", types.integer("unsigned char", 1, 0), 0),
                types.member("gap", types.integer("unsigned char", 1, 0), 8));
        types.struct(
                "maple_range_64",
                256,
                types.member("parent", pointer, 0),
                types.member("pivot", types.array(number, number, 15), 64),
                types.member("slot", types.array(pointer, number, 16), 128 * 8),
                types.member("meta", meta, 248 * 8));
        types.struct(
                "maple_arange_64",
                256,
                types.member("parent", pointer, 0),
                types.member("pivot", types.array(number, number, 9), 64),
                types.member("slot", types.array(pointer, number, 10), 80 * 8),
                types.member("gap", types.array(number, number, 10), 160 * 8),
                types.member("meta", meta, 240 * 8));
        types.struct(
                "maple_node",
                256,
                types.member("parent", pointer, 0),
                types.member("slot", types.array(pointer, number, 31), 64));
        types.struct("maple_tree", 16, types.member("ma_flags", number, 0), types.member("ma_root", pointer, 64));
    }

    private static void ringBuffer(BtfBuilder types) {
        var number = types.integer("unsigned long", 8, 0);
        var size = types.integer("unsigned int", 4, 0);
        var small = types.integer("unsigned short", 2, 0);
        var octet = types.integer("__u8", 1, 0);
        var counter = types.struct("", 8, types.member("counter", number, 0));
        var place = types.struct(
                "prb_data_blk_lpos", 16, types.member("begin", number, 0), types.member("next", number, 64));
        var descriptor = types.struct(
                "prb_desc", 24, types.member("state_var", counter, 0), types.member("text_blk_lpos", place, 64));
        var info = types.structWithBitFields(
                "printk_info",
                24,
                types.bitField("seq", number, 0, 0),
                types.bitField("ts_nsec", number, 64, 0),
                types.bitField("text_len", small, 128, 0),
                types.bitField("facility", octet, 144, 0),
                types.bitField("flags", octet, 152, 5),
                types.bitField("level", octet, 157, 3));
        var descriptors = types.struct(
                "prb_desc_ring",
                40,
                types.member("count_bits", size, 0),
                types.member("descs", types.pointer(descriptor), 64),
                types.member("infos", types.pointer(info), 128),
                types.member("head_id", counter, 192),
                types.member("tail_id", counter, 256));
        var text = types.struct(
                "prb_data_ring",
                32,
                types.member("size_bits", size, 0),
                types.member("data", types.pointer(types.voidType()), 64),
                types.member("head_lpos", counter, 128),
                types.member("tail_lpos", counter, 192));
        types.struct(
                "printk_ringbuffer",
                72,
                types.member("desc_ring", descriptors, 0),
                types.member("text_data_ring", text, 320));
    }
}
