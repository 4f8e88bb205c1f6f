package org.wyrm.linux;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.linux.internal.KernelDeclarations;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;

/** The kernel's types that the helpers' tests need, as BTF. */
public final class KernelTypes {
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
                types.member("parent", types.pointer(types.voidType()), 64),
                types.member("slots", slots, 128));
        var xarray = types.struct("xarray", 8, types.member("xa_head", types.pointer(types.voidType()), 0));
        types.struct("idr", 16, types.member("idr_rt", xarray, 0), types.member("idr_base", signed, 64));
        ringBuffer(types);
        return new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new KernelDeclarations());
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
