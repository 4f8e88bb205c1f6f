package org.wyrm.block.dm.internal;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The types that the tests of this bundle need, as BTF, with few members. */
final class DmTypes {
    /** Where names of devices are. */
    enum Era {
        /** As of 5.10: in lists. */
        LISTS,
        /** As of 6.1: in a tree. */
        TREE
    }

    /** Offsets of members, in bytes. */
    static final int CELL_NAME = 24;

    static final int CELL_UUID = 32;
    static final int CELL_MD = 40;
    static final int CELL_NEW_MAP = 48;
    static final int MD_MAP = 16;
    static final int MD_FLAGS = 24;
    static final int MD_DEFERRED = 32;
    static final int TABLE_ALLOCATED = 4;
    static final int TABLE_TARGETS = 8;
    static final int TABLE_DEVICES = 16;
    static final int TARGET_TYPE = 0;
    static final int TARGET_BEGIN = 8;
    static final int TARGET_LENGTH = 16;
    static final int TARGET_PRIVATE = 24;
    static final int TARGET_DISCARDS = 32;
    static final int TARGET_BYTES = 40;
    static final int DEVICE_NAME = 0;
    static final int DEVICE_ENTRY_DEVICE = 16;

    private final Era era;
    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label bool = types.integer("_Bool", 1, 4);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label character = types.integer("char", 1, 1);
    private final Label pointer = types.pointer(types.voidType());
    private final Label text = types.pointer(character);
    private final Label name = types.array(character, u32, 16);

    private DmTypes(Era era) {
        this.era = era;
    }

    static TestProgram program(Era era) {
        var made = new DmTypes(era);
        var list =
                made.types.struct("list_head", 16, made.at(0, "next", made.pointer), made.at(8, "prev", made.pointer));
        made.devices(list);
        made.targets();
        return new TestProgram(made.types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new DmDeclarations());
    }

    private Item at(int offset, String member, Label type) {
        return types.member(member, type, offset * Byte.SIZE);
    }

    private void devices(Label list) {
        var bio = types.struct("bio", 8, at(0, "bi_next", pointer));
        var bios = types.struct("bio_list", 16, at(0, "head", types.pointer(bio)), at(8, "tail", pointer));
        var md = types.struct(
                "mapped_device",
                48,
                at(0, "name", name),
                at(MD_MAP, "map", pointer),
                at(MD_FLAGS, "flags", u64),
                at(MD_DEFERRED, "deferred", bios));
        var node = types.struct(
                "rb_node", 24, at(0, "__rb_parent_color", u64), at(8, "rb_right", pointer), at(16, "rb_left", pointer));
        types.struct("rb_root", 8, at(0, "rb_node", types.pointer(node)));
        types.struct(
                "hash_cell",
                56,
                era == Era.TREE ? at(0, "name_node", node) : at(0, "name_list", list),
                at(CELL_NAME, "name", text),
                at(CELL_UUID, "uuid", text),
                at(CELL_MD, "md", types.pointer(md)),
                at(CELL_NEW_MAP, "new_map", pointer));
        var type = types.struct("target_type", 8, at(0, "name", text));
        var target = types.struct(
                "dm_target",
                TARGET_BYTES,
                at(TARGET_TYPE, "type", types.pointer(type)),
                at(TARGET_BEGIN, "begin", u64),
                at(TARGET_LENGTH, "len", u64),
                at(TARGET_PRIVATE, "private", pointer),
                at(TARGET_DISCARDS, "num_discard_bios", u32));
        types.struct(
                "dm_table",
                32,
                at(0, "num_targets", u32),
                at(TABLE_ALLOCATED, "num_allocated", u32),
                at(TABLE_TARGETS, "targets", types.pointer(target)),
                at(TABLE_DEVICES, "devices", list));
    }

    private void targets() {
        var device = types.pointer(types.struct(
                "dm_dev",
                24,
                at(DEVICE_NAME, "name", name),
                at(16, "bdev", types.pointer(types.struct("block_device", 8, at(0, "bd_nr_sectors", u64))))));
        var list = types.struct("list_head_of_devices", 16, at(0, "next", pointer), at(8, "prev", pointer));
        types.struct("dm_dev_internal", 24, at(0, "list", list), at(DEVICE_ENTRY_DEVICE, "dm_dev", device));
        types.struct(
                "crypt_config",
                64,
                at(0, "dev", device),
                at(8, "start", u64),
                at(16, "cipher_string", text),
                at(24, "cipher_auth", text),
                at(32, "iv_offset", u64),
                at(40, "sector_size", u32),
                at(44, "on_disk_tag_size", u32),
                at(48, "cipher_flags", u64),
                at(56, "flags", u64));
        var kind = types.struct("dm_exception_store_type", 8, at(0, "name", text));
        var store = types.struct(
                "dm_exception_store",
                24,
                at(0, "type", types.pointer(kind)),
                at(8, "chunk_size", u32),
                at(12, "userspace_supports_overflow", bool),
                at(16, "context", pointer));
        types.struct("pstore", 16, at(0, "next_free", u64), at(8, "current_area", u64));
        types.struct("transient_c", 8, at(0, "next_free", u64));
        var stripe = types.struct(
                "stripe",
                24,
                at(0, "dev", device),
                at(8, "physical_start", u64),
                at(16, "error_count", types.struct("atomic_t", 4, at(0, "counter", u32))));
        types.struct(
                "stripe_c",
                8,
                at(0, "stripes", u32),
                at(4, "chunk_size", u32),
                at(8, "stripe", types.array(stripe, u32, 0)));
        types.struct(
                "dm_snapshot",
                32,
                at(0, "origin", device),
                at(8, "cow", device),
                at(16, "store", types.pointer(store)),
                at(24, "discard_zeroes_cow", bool),
                at(25, "discard_passdown_origin", bool),
                at(26, "merge_failed", bool),
                at(27, "snapshot_overflowed", bool),
                at(28, "valid", u32));
        var features = types.struct(
                "pool_features",
                8,
                at(0, "mode", u32),
                at(4, "zero_new_blocks", bool),
                at(5, "discard_enabled", bool),
                at(6, "discard_passdown", bool),
                at(7, "error_if_no_space", bool));
        var pool = types.struct("pool", 8, at(0, "sectors_per_block", u32));
        types.struct(
                "pool_c",
                40,
                at(0, "pool", types.pointer(pool)),
                at(8, "data_dev", device),
                at(16, "metadata_dev", device),
                at(24, "low_water_blocks", u64),
                at(32, "requested_pf", features));
        types.struct("thin_c", 24, at(0, "pool_dev", device), at(8, "origin_dev", device), at(16, "dev_id", u64));
    }
}
