package org.wyrm.block.internal;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the tests of this bundle need, as BTF: only the members that are used, each at its place. */
final class BlockTypes {
    /** What kernels differ in. */
    enum Era {
        /** As of 5.10: hd_struct, arrays of hardware queues, pointers to the bitmaps of tags. */
        HD_STRUCT,
        /** As of 6.1: block_device with members of its own, the class knows its devices. */
        BLOCK_DEVICE,
        /** As of 6.12: block_device with flags, the devices of a class are looked for. */
        FLAGS
    }

    private final Era era;
    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u8 = types.integer("unsigned char", 1, 0);
    private final Label s32 = types.integer("int", 4, 1);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label s64 = types.integer("long int", 8, 1);
    private final Label pointer = types.pointer(types.voidType());
    private final Label text = types.pointer(types.integer("char", 1, 1));
    private final Label counter = types.struct("atomic_t", 4, types.member("counter", s32, 0));
    private final Label list;

    private BlockTypes(Era era) {
        this.era = era;
        list = types.struct("list_head", 16, types.member("next", pointer, 0), types.member("prev", pointer, 64));
    }

    /** {@return a program with the types of a kernel} */
    static TestProgram program(Era era) {
        var made = new BlockTypes(era);
        var device = made.devices();
        var hardware = made.queues();
        made.requests(hardware);
        made.disks(device);
        made.rest();
        return new TestProgram(made.types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new BlockDeclarations())
                .contribute(Declarations.class, new Clock());
    }

    /** As the declarations of the kernel's bundle have it. */
    private static final class Clock implements Declarations {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public String text() {
            return "extern struct { unsigned long seq; struct timekeeper timekeeper; } tk_core;";
        }
    }

    /** In bytes. */
    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private Label devices() {
        types.struct("klist_node", 24, at(0, "n_klist", pointer), at(8, "n_node", list));
        var klist = types.struct("klist", 16, at(0, "k_list", list));
        var kobject = types.struct("kobject", 24, at(0, "name", text), at(8, "entry", list));
        var kset = types.struct("kset", 40, at(0, "list", list), at(16, "kobj", kobject));
        var node = types.struct("klist_node_of_class", 24, at(0, "n_klist", pointer), at(8, "n_node", list));
        var subsystem = types.struct(
                "subsys_private", 64, at(0, "subsys", kset), at(40, "klist_devices", klist), at(56, "class", pointer));
        if (era == Era.FLAGS) {
            types.struct("class", 8, at(0, "name", text));
        } else {
            types.struct("class", 16, at(0, "name", text), at(8, "p", types.pointer(subsystem)));
        }
        types.struct("device_type", 8, at(0, "name", text));
        var label = types.label();
        var devicePointer = types.pointer(label);
        types.at(label);
        var device = types.struct(
                "device",
                64,
                at(0, "kobj", kobject),
                at(24, "parent", devicePointer),
                at(32, "init_name", text),
                at(40, "type", pointer),
                at(48, "devt", u32));
        types.struct("device_private", 32, at(0, "knode_class", node), at(24, "device", types.pointer(device)));
        return device;
    }

    private Label queues() {
        var word = types.struct("sbitmap_word", 16, at(0, "word", u64), at(8, "cleared", u64));
        var sbitmap = types.struct(
                "sbitmap", 16, at(0, "depth", u32), at(4, "shift", u32), at(8, "map", types.pointer(word)));
        var bitmap = types.struct("sbitmap_queue", 16, at(0, "sb", sbitmap));
        var requests = types.pointer(types.pointer(types.forwardStruct("request")));
        var ofTags = era == Era.HD_STRUCT ? types.pointer(bitmap) : bitmap;
        var tags = types.struct(
                "blk_mq_tags",
                56,
                at(0, "nr_tags", u32),
                at(4, "nr_reserved_tags", u32),
                at(8, "bitmap_tags", ofTags),
                at(24, "breserved_tags", ofTags),
                at(40, "rqs", requests),
                at(48, "static_rqs", requests));
        return types.struct(
                "blk_mq_hw_ctx",
                24,
                at(0, "tags", types.pointer(tags)),
                at(8, "sched_tags", types.pointer(tags)),
                at(16, "queue_num", u32));
    }

    private void requests(Label hardware) {
        types.enumeration(
                era == Era.HD_STRUCT ? "req_opf" : "req_op",
                4,
                types.enumerator("REQ_OP_READ", 0),
                types.enumerator("REQ_OP_WRITE", 1),
                types.enumerator("REQ_OP_FLUSH", 2),
                types.enumerator("REQ_OP_LAST", 36));
        types.enumeration(
                "req_flag_bits",
                4,
                types.enumerator("__REQ_SYNC", 11),
                types.enumerator("__REQ_META", 12),
                types.enumerator("__REQ_NR_BITS", 29));
        var iterator = types.struct("bvec_iter", 12, at(0, "bi_sector", u64), at(8, "bi_size", u32));
        var bio = types.struct(
                "bio",
                48,
                at(0, "bi_next", pointer),
                at(8, "bi_iter", iterator),
                at(24, "bi_end_io", pointer),
                at(32, "bi_private", pointer));
        types.struct("bio_list", 16, at(0, "head", pointer), at(8, "tail", pointer));
        var references = era == Era.HD_STRUCT ? types.struct("refcount_struct", 4, at(0, "refs", counter)) : counter;
        types.struct(
                "request",
                128,
                at(0, "q", pointer),
                at(8, "mq_hctx", types.pointer(hardware)),
                at(16, "cmd_flags", u32),
                at(20, "tag", s32),
                at(24, "__data_len", u32),
                at(28, "state", u32),
                at(32, "__sector", u64),
                at(40, "bio", types.pointer(bio)),
                at(48, "queuelist", list),
                at(48, "rq_next", pointer),
                at(64, "part", pointer),
                at(72, "start_time_ns", u64),
                at(80, "io_start_time_ns", u64),
                at(88, "ref", references),
                at(96, "end_io_data", pointer));
        var lists = types.struct("rq_list", 16, at(0, "head", pointer), at(8, "tail", pointer));
        var plugged = switch (era) {
            case HD_STRUCT -> list;
            case BLOCK_DEVICE -> types.pointer(types.forwardStruct("request"));
            case FLAGS -> lists;
        };
        var plug = types.struct("blk_plug", 16, at(0, "mq_list", plugged));
        types.struct("task_struct", 16, at(0, "plug", types.pointer(plug)), at(8, "stack", pointer));
        var elevatorType = types.struct("elevator_type", 8, at(0, "elevator_name", text));
        var elevator = types.struct("elevator_queue", 8, at(0, "type", types.pointer(elevatorType)));
        types.struct(
                "request_queue",
                48,
                at(0, "elevator", types.pointer(elevator)),
                at(8, "mq_ops", pointer),
                at(16, "nr_hw_queues", u32),
                at(24, "nr_requests", u64),
                era == Era.HD_STRUCT
                        ? at(32, "queue_hw_ctx", types.pointer(types.pointer(hardware)))
                        : at(32, "hctx_table", types.struct("xarray", 8, at(0, "xa_head", pointer))));
    }

    private void disks(Label device) {
        var disk = types.label();
        var diskPointer = types.pointer(disk);
        var part = switch (era) {
            case HD_STRUCT ->
                types.struct(
                        "hd_struct",
                        96,
                        at(0, "start_sect", u64),
                        at(8, "nr_sects", u64),
                        at(16, "policy", s32),
                        at(20, "partno", s32),
                        at(24, "__dev", device));
            case BLOCK_DEVICE ->
                types.struct(
                        "block_device",
                        104,
                        at(0, "bd_start_sect", u64),
                        at(8, "bd_nr_sectors", u64),
                        at(16, "bd_read_only", u8),
                        at(17, "bd_partno", u8),
                        at(20, "bd_dev", u32),
                        at(24, "bd_device", device),
                        at(96, "bd_disk", diskPointer));
            case FLAGS ->
                types.struct(
                        "block_device",
                        104,
                        at(0, "bd_start_sect", u64),
                        at(8, "bd_nr_sectors", u64),
                        at(16, "__bd_flags", counter),
                        at(20, "bd_dev", u32),
                        at(24, "bd_device", device),
                        at(96, "bd_disk", diskPointer));
        };
        var name = types.array(types.integer("char", 1, 1), u32, 32);
        var part0 = era == Era.HD_STRUCT ? part : types.pointer(part);
        var queue = types.pointer(types.forwardStruct("request_queue"));
        types.at(disk);
        types.struct(
                "gendisk",
                192,
                at(0, "major", s32),
                at(4, "first_minor", s32),
                at(8, "disk_name", name),
                at(40, "fops", pointer),
                at(48, "queue", queue),
                at(56, "flags", s32),
                at(64, "state", u64),
                at(72, "private_data", pointer),
                at(80, "part0", part0));
    }

    private void rest() {
        types.struct(
                "xa_node",
                32,
                at(0, "shift", u8),
                at(1, "offset", u8),
                at(8, "parent", pointer),
                at(16, "slots", types.array(pointer, u32, 2)));
        var clock =
                types.struct("tk_read_base", 24, at(0, "base", s64), at(8, "xtime_nsec", u64), at(16, "shift", u32));
        types.struct("timekeeper", 24, at(0, "tkr_mono", clock));
        var mapping = types.struct("address_space", 8, at(0, "nrpages", u64));
        types.struct("inode", 24, at(0, "i_sb_list", list), at(16, "i_mapping", types.pointer(mapping)));
        types.struct("super_block", 16, at(0, "s_inodes", list));
    }
}
