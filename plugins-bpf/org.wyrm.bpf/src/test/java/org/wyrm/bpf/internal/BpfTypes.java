package org.wyrm.bpf.internal;

import java.nio.ByteOrder;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** The kernel's types that the tests of this bundle need, as BTF: only the members that are used, each at its place. */
public final class BpfTypes {
    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u8 = types.integer("unsigned char", 1, 0);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label pointer = types.pointer(types.voidType());

    private BpfTypes() {}

    /** {@return a program with the types of a kernel of today} */
    public static TestProgram program() {
        var made = new BpfTypes();
        made.maps();
        made.programsAndGroups();
        return new TestProgram(made.types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new BpfDeclarations());
    }

    private void maps() {
        var kinds = types.enumeration(
                "bpf_map_type",
                4,
                types.enumerator("BPF_MAP_TYPE_HASH", 1),
                types.enumerator("BPF_MAP_TYPE_ARRAY", 2),
                types.enumerator("BPF_MAP_TYPE_LPM_TRIE", 11),
                types.enumerator("BPF_MAP_TYPE_CGROUP_STORAGE_DEPRECATED", 19),
                types.enumerator("BPF_MAP_TYPE_CGROUP_STORAGE", 19),
                types.enumerator("BPF_MAP_TYPE_QUEUE", 22));
        var header = types.struct("btf_header", 8, types.member("str_len", u32, 0));
        var type = types.struct("btf_type", 4, types.member("name_off", u32, 0));
        var btf = types.struct(
                "btf",
                64,
                types.member("data", pointer, 0),
                types.member("types", types.pointer(types.pointer(type)), 64),
                types.member("strings", pointer, 128),
                types.member("hdr", header, 192),
                types.member("nr_types", u32, 256),
                types.member("data_size", u32, 288),
                types.member("id", u32, 320));
        var map = types.struct(
                "bpf_map",
                64,
                types.member("map_type", kinds, 0),
                types.member("key_size", u32, 32),
                types.member("value_size", u32, 64),
                types.member("max_entries", u32, 96),
                types.member("btf_key_type_id", u32, 128),
                types.member("btf_value_type_id", u32, 160),
                types.member("btf", types.pointer(btf), 192),
                types.member("id", u32, 256),
                types.member("name", types.array(types.integer("char", 1, 0), u32, 16), 320));
        var node = types.struct("hlist_nulls_node", 16, types.member("next", pointer, 0));
        var head = types.struct("hlist_nulls_head", 8, types.member("first", pointer, 0));
        var bucket = types.struct("bucket", 16, types.member("head", head, 0));
        types.struct(
                "bpf_htab",
                80,
                types.member("map", map, 0),
                types.member("buckets", types.pointer(bucket), 512),
                types.member("n_buckets", u32, 576));
        types.struct(
                "htab_elem", 16, types.member("hash_node", node, 0), types.member("key", types.array(u8, u32, 0), 128));
        var trieNode = types.label();
        var triePointer = types.pointer(trieNode);
        types.at(trieNode);
        types.struct(
                "lpm_trie_node",
                24,
                types.member("child", types.array(triePointer, u32, 2), 0),
                types.member("prefixlen", u32, 128),
                types.member("flags", u32, 160),
                types.member("data", types.array(u8, u32, 0), 192));
        types.struct(
                "lpm_trie",
                80,
                types.member("map", map, 0),
                types.member("root", triePointer, 512),
                types.member("data_size", u32, 576));
    }

    private void programsAndGroups() {
        var prog = types.label();
        var progPointer = types.pointer(prog);
        var aux = types.struct(
                "bpf_prog_aux",
                32,
                types.member("used_map_cnt", u32, 0),
                types.member("func_cnt", u32, 32),
                types.member("used_maps", types.pointer(pointer), 64),
                types.member("func", types.pointer(progPointer), 128));
        types.at(prog);
        types.struct("bpf_prog", 8, types.member("aux", types.pointer(aux), 0));
        var item = types.struct("bpf_prog_array_item", 8, types.member("prog", progPointer, 0));
        var array = types.struct("bpf_prog_array", 16, types.member("items", types.array(item, u32, 0), 128));
        var listHead =
                types.struct("list_head", 16, types.member("next", pointer, 0), types.member("prev", pointer, 64));
        var bpf = types.struct(
                "cgroup_bpf",
                48,
                types.member("effective", types.array(types.pointer(array), u32, 2), 0),
                types.member("progs", types.array(listHead, u32, 2), 128));
        var css = types.struct(
                "cgroup_subsys_state",
                32,
                types.member("sibling", listHead, 0),
                types.member("children", listHead, 128));
        var group = types.struct("cgroup", 96, types.member("self", css, 0), types.member("bpf", bpf, 256));
        types.struct("cgroup_root", 96, types.member("cgrp", group, 0));
        types.struct("bpf_prog_list", 24, types.member("node", listHead, 0), types.member("prog", progPointer, 128));
    }
}
