package org.wyrm.itest.product;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.linux.bitops.Bitops;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.listnulls.ListNulls;
import org.wyrm.linux.llist.Llists;
import org.wyrm.linux.mapletree.MapleTrees;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.nodemask.Nodemasks;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.plist.Plists;
import org.wyrm.linux.radixtree.RadixTrees;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.rbtree.Rbtrees.Duplicates;
import org.wyrm.linux.vmstat.Vmstat;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.EnumType;

/** What the helpers find in data structures of a dump, as lines that {@code itest/lab/walks.drgn.py} writes too. */
final class KernelWalks extends Walks {
    /** {@code N_ONLINE}. */
    private static final int N_ONLINE = 1;

    KernelWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of the structure that they are of} */
    Map<String, String> lines() {
        var tasks = Pids.forEachTask(program).toList();
        addresses("all tasks", tasks.stream());
        lists();
        tasks.forEach(this::listsOf);
        hashTables();
        areas();
        Cpumasks.forEachPossibleCpu(program).forEach(this::ofCpu);
        tasks.stream().filter(task -> !task.member("mm").isNull()).forEach(this::addressSpace);
        arrays();
        Lists.listForEachEntry(program.type("struct super_block"), program.variable("super_blocks"), "s_list")
                .forEach(this::superBlock);
        masks(tasks);
        counters();
        memory();
        return lines;
    }

    /** Items of the counters of memory management; the command {@code meminfo} is compared by {@link DrgnWalksIT}. */
    private void memory() {
        items("zone_stat_item", item -> Vmstat.globalZonePageState(program, item));
        items("node_stat_item", item -> Vmstat.globalNodePageState(program, item));
        items("vm_event_item", item -> Vmstat.globalVmEventState(program, item));
        addresses("zones", Mm.forEachZone(program).map(Value::addressOf));
    }

    private void items(String kind, ToLongFunction<String> count) {
        if (program.type("enum " + kind).unaliased() instanceof EnumType enumeration) {
            enumeration.enumerators().stream()
                    .map(EnumType.Enumerator::name)
                    .filter(item -> !item.endsWith("_ITEMS"))
                    .forEach(item -> say(kind + " " + item, Stream.of(count.applyAsLong(item))));
        }
    }

    // ---- lines -------------------------------------------------------------------------------------------------

    private void entries(String name, Stream<XArrays.Entry> entries) {
        say(name, entries.map(entry -> entry.index() + "=" + hex(entry.value())));
    }

    private static String name(String kind, Value object) {
        return kind + "(" + hex(object) + ")";
    }

    private static int number(boolean truth) {
        return truth ? 1 : 0;
    }

    private Stream<Value> entry(String type, Value head, String member) {
        return Lists.listForEachEntry(program.type(type), head, member);
    }

    private static Stream<Value> of(Optional<Value> node) {
        return Stream.of(node.orElseThrow());
    }

    // ---- lists -------------------------------------------------------------------------------------------------

    private void lists() {
        for (var name : List.of(
                "modules",
                "super_blocks",
                "slab_caches",
                "vmap_area_list",
                "pernet_list",
                "net_namespace_list",
                "crypto_alg_list")) {
            program.findVariable(name).ifPresent(head -> {
                addresses(name, Lists.listForEach(head));
                addresses(name + " reverse", Lists.listForEachReverse(head));
                say(
                        name + " facts",
                        Stream.of(
                                Lists.listCountNodes(head),
                                number(Lists.listEmpty(head)),
                                number(Lists.listIsSingular(head))));
            });
        }
        var task = program.type("struct task_struct");
        var tasks = program.variable("init_task").member("tasks");
        addresses("tasks", Lists.listForEachEntry(task, tasks, "tasks"));
        addresses("tasks reverse", Lists.listForEachEntryReverse(task, tasks, "tasks"));
        addresses("tasks validated", Lists.validateListForEachEntry(task, tasks, "tasks"));
        addresses(
                "tasks ends",
                Stream.of(Lists.listFirstEntry(tasks, task, "tasks"), Lists.listLastEntry(tasks, task, "tasks")));
    }

    private void listsOf(Value task) {
        addresses(name("children", task), entry("struct task_struct", task.member("children"), "sibling"));
        addresses(
                name("threads", task),
                entry("struct task_struct", task.member("signal").member("thread_head"), "thread_node"));
        addresses(
                name("next task", task),
                Stream.of(Lists.listNextEntry(task, "tasks"), Lists.listPrevEntry(task, "tasks")));
        addresses(
                name("pids", task),
                task.member("thread_pid").member("tasks").elements().limit(4).flatMap(Lists::hlistForEach));
        addresses(name("futex", task), Lists.listForEach(task.member("pi_state_list")));
        addresses(
                name("cputimers", task),
                Rbtrees.rbtreeInorderForEach(task.member("signal")
                        .member("posix_cputimers")
                        .member("bases")
                        .subscript(0)
                        .member("tqhead")
                        .member("rb_root")
                        .member("rb_root")));
    }

    private void hashTables() {
        var inodes = program.variable("inode_hashtable");
        for (var i = 0; i < 1 << program.variable("i_hash_shift").intValue(); i++) {
            hashed("inode_hashtable[" + i + "]", "struct inode", inodes.subscript(i), "i_hash");
        }
        var mounts = program.variable("mount_hashtable");
        for (var i = 0; i <= program.variable("m_hash_mask").intValue(); i++) {
            hashed("mount_hashtable[" + i + "]", "struct mount", mounts.subscript(i), "mnt_hash");
        }
        var info = program.variable("tcp_hashinfo");
        for (var i = 0; i <= info.member("ehash_mask").intValue(); i++) {
            var chain = info.member("ehash").subscript(i).member("chain");
            say("ehash[" + i + "]", Stream.concat(Stream.of(number(ListNulls.hlistNullsEmpty(chain))), sockets(chain)));
        }
        var isInside = info.hasMember("listening_hash");
        var listening = info.member(isInside ? "listening_hash" : "lhash2");
        for (var i = 0; i < (isInside ? 32 : info.member("lhash2_mask").intValue() + 1); i++) {
            say("listening[" + i + "]", sockets(listening.subscript(i).member("nulls_head")));
        }
    }

    private void hashed(String name, String type, Value head, String member) {
        if (!Lists.hlistEmpty(head)) {
            addresses(name, Lists.hlistForEachEntry(program.type(type), head, member));
        }
    }

    private Stream<String> sockets(Value head) {
        return ListNulls.hlistNullsForEachEntry(program.type("struct sock"), head, "__sk_common.skc_nulls_node")
                .map(KernelWalks::hex);
    }

    // ---- red-black trees ---------------------------------------------------------------------------------------

    private void areas() {
        program.findVariable("vmap_area_root").ifPresent(root -> {
            var area = program.type("struct vmap_area");
            var order = Comparator.<Value, Long>comparing(
                    each -> each.member("va_start").longValue(), Long::compareUnsigned);
            addresses("vmap_area_root", Rbtrees.rbtreeInorderForEach(root));
            addresses("vmap areas", Rbtrees.rbtreeInorderForEachEntry(area, root, "rb_node"));
            addresses("vmap ends", Stream.concat(of(Rbtrees.rbFirst(root)), of(Rbtrees.rbLast(root))));
            addresses(
                    "vmap validated",
                    Rbtrees.validateRbtreeInorderForEachEntry(area, root, "rb_node", order, Duplicates.FORBIDDEN));
            Rbtrees.rbtreeInorderForEach(root)
                    .forEach(node -> say(
                            name("around", node),
                            Stream.of(Rbtrees.rbNext(node), Rbtrees.rbPrev(node), Rbtrees.rbParent(node))
                                    .map(near -> near.map(KernelWalks::hex).orElse("0x0"))));
            Rbtrees.rbtreeInorderForEachEntry(area, root, "rb_node").forEach(each -> {
                var start = each.member("va_start").longValue();
                addresses(
                        "find " + hex(start),
                        of(Rbtrees.rbFind(
                                area,
                                root,
                                "rb_node",
                                entry -> Long.compareUnsigned(
                                        start, entry.member("va_start").longValue()))));
            });
        });
        program.findVariable("vmap_nodes")
                .ifPresent(nodes -> IntStream.range(
                                0, program.variable("nr_vmap_nodes").intValue())
                        .forEach(i -> addresses(
                                "vmap_nodes[" + i + "]",
                                Rbtrees.rbtreeInorderForEach(
                                        nodes.subscript(i).member("busy").member("root")))));
    }

    private void ofCpu(int cpu) {
        var rq = Percpu.perCpu(program.variable("runqueues"), cpu);
        say(
                "rq[" + cpu + "]",
                Stream.of(
                        hex(rq), hex(rq.member("curr")), rq.member("nr_running").longValue()));
        addresses(
                "cfs[" + cpu + "]",
                Rbtrees.rbtreeInorderForEach(
                        rq.member("cfs").member("tasks_timeline").member("rb_root")));
        var clocks = Percpu.perCpu(program.variable("hrtimer_bases"), cpu).member("clock_base");
        for (var i = 0; i < 8; i++) {
            addresses(
                    "hrtimers[" + cpu + "][" + i + "]",
                    Rbtrees.rbtreeInorderForEachEntry(
                            program.type("struct hrtimer"),
                            clocks.subscript(i)
                                    .member("active")
                                    .member("rb_root")
                                    .member("rb_root"),
                            "node.node"));
        }
        var bases = Percpu.perCpu(program.variable("timer_bases"), cpu);
        for (var i = 0; i < 2; i++) {
            timers(cpu, i, bases.subscript(i));
        }
        var queue = Percpu.perCpu(program.variable("call_single_queue"), cpu);
        say(
                "call_single_queue[" + cpu + "]",
                Stream.concat(
                        Stream.of(number(Llists.llistEmpty(queue))),
                        Llists.llistForEach(queue.member("first")).map(KernelWalks::hex)));
    }

    private void timers(int cpu, int number, Value base) {
        var place = "[" + cpu + "][" + number + "]";
        var vectors = base.member("vectors").elements().toList();
        for (var i = 0; i < vectors.size(); i++) {
            hashed("timers" + place + "[" + i + "]", "struct timer_list", vectors.get(i), "entry");
        }
        say(
                "pending_map" + place,
                Bitops.forEachSetBit(base.member("pending_map"), 576).boxed());
        say(
                "clear map" + place,
                Bitops.forEachClearBit(base.member("pending_map"), 576).boxed());
    }

    // ---- maple trees, radix trees, XArrays -----------------------------------------------------------------------

    private void addressSpace(Value task) {
        var mm = task.member("mm");
        if (mm.hasMember("mm_mt")) {
            var tree = mm.member("mm_mt");
            var ranges = MapleTrees.mtForEach(tree).toList();
            say(
                    name("mm_mt", task),
                    ranges.stream()
                            .map(range -> hex(range.first()) + "-" + hex(range.last()) + "=" + hex(range.value())));
            say(
                    name("mt load", task),
                    ranges.stream()
                            .flatMap(range -> Stream.of(
                                    range.first() == 0 ? 0 : range.first() - 1,
                                    range.first(),
                                    range.last(),
                                    range.last() + 1))
                            .map(index -> hex(MapleTrees.mtreeLoad(tree, index))));
        } else {
            var area = program.type("struct vm_area_struct");
            addresses(name("mm_rb", task), Rbtrees.rbtreeInorderForEachEntry(area, mm.member("mm_rb"), "vm_rb"));
            addresses(
                    name("mmap", task),
                    Stream.iterate(mm.member("mmap"), vma -> !vma.isNull(), vma -> vma.member("vm_next")));
        }
        if (!mm.hasMember("rss_stat") || mm.member("rss_stat").type().unaliased() instanceof CompoundType) {
            return;
        }
        say(name("rss", task), mm.member("rss_stat").elements().limit(4).map(Percpu::percpuCounterSum));
    }

    private void arrays() {
        var pids = program.variable("init_pid_ns").member("idr");
        entries("pids", Idrs.idrForEach(pids));
        say("find pids", LongStream.range(0, 300).mapToObj(id -> hex(Idrs.idrFind(pids, id))));
        program.findVariable("irq_desc_tree")
                .ifPresent(tree -> entries("irq_desc_tree", RadixTrees.radixTreeForEach(tree)));
        program.findVariable("sparse_irqs")
                .ifPresent(tree -> say(
                        "sparse_irqs",
                        MapleTrees.mtForEach(tree)
                                .map(range -> range.first() + "-" + range.last() + "=" + hex(range.value()))));
        for (var name : List.of(
                "btf_idr", "prog_idr", "map_idr", "link_idr", "worker_pool_idr", "drm_minors_idr", "event_idr")) {
            program.findVariable(name).ifPresent(idr -> entries(name, Idrs.idrForEach(idr)));
        }
        entries("memory_blocks", program.findVariable("memory_blocks").stream().flatMap(XArrays::xaForEach));
    }

    private void superBlock(Value superBlock) {
        say(
                name("s_dentry_lru", superBlock),
                Stream.of(superBlock
                        .member("s_dentry_lru")
                        .member("node")
                        .subscript(0)
                        .member("lru")
                        .member("nr_items")
                        .longValue()));
        var inodes = entry("struct inode", superBlock.member("s_inodes"), "i_sb_list")
                .toList();
        addresses(name("inodes", superBlock), inodes.stream());
        inodes.forEach(this::inode);
    }

    private void inode(Value inode) {
        var pages = inode.member("i_data").member("i_pages");
        var found = XArrays.xaForEach(pages).toList();
        if (!found.isEmpty()) {
            entries(name("i_pages", inode), found.stream());
            say(
                    name("load", inode),
                    found.stream()
                            .flatMap(entry -> Stream.of(entry.index(), entry.index() + 1))
                            .map(index -> hex(XArrays.xaLoad(pages, index))));
        }
        var dentry = program.type("struct dentry");
        var dentries = new ArrayList<>(Lists.hlistForEachEntry(dentry, inode.member("i_dentry"), "d_u.d_alias")
                .toList());
        addresses(name("i_dentry", inode), dentries.stream());
        if (dentries.isEmpty()) {
            return;
        }
        var first = dentries.getFirst();
        if (first.hasMember("d_subdirs")) {
            addresses(name("d_subdirs", inode), Lists.listForEachEntry(dentry, first.member("d_subdirs"), "d_child"));
        } else {
            addresses(name("d_children", inode), Lists.hlistForEachEntry(dentry, first.member("d_children"), "d_sib"));
        }
    }

    // ---- CPUs, nodes, counters -----------------------------------------------------------------------------------

    private void masks(List<Value> tasks) {
        mask("cpu_online_mask", Cpumasks.cpuOnlineMask(program));
        mask("cpu_possible_mask", Cpumasks.cpuPossibleMask(program));
        mask("cpu_present_mask", Cpumasks.cpuPresentMask(program));
        say(
                "cpus",
                between(
                        Cpumasks.forEachOnlineCpu(program),
                        Cpumasks.forEachPossibleCpu(program),
                        Cpumasks.forEachPresentCpu(program)));
        for (var task : tasks) {
            say(name("cpus_mask", task), Stream.of(Cpumasks.cpumaskToCpulist(task.member("cpus_mask"))));
            say(
                    name("mems_allowed", task),
                    Nodemasks.forEachNodeMask(task.member("mems_allowed")).boxed());
        }
        say("nodes", between(Nodemasks.forEachNode(program), Nodemasks.forEachOnlineNode(program)));
        for (var state = 0; state < 5; state++) {
            say(
                    "node state " + state,
                    Nodemasks.forEachNodeState(program, state).boxed());
        }
        say(
                "node_state",
                Stream.of(
                        number(Nodemasks.nodeState(program, 0, N_ONLINE)),
                        number(Nodemasks.nodeState(program, 1, N_ONLINE))));
    }

    private void mask(String name, Value mask) {
        say(
                name,
                Stream.concat(
                        Stream.of(Cpumasks.cpumaskToCpulist(mask)),
                        Cpumasks.forEachCpu(mask).boxed()));
    }

    private static Stream<String> between(IntStream... groups) {
        return Stream.of(Stream.of(groups)
                .map(group -> group.mapToObj(String::valueOf).collect(Collectors.joining(" ")))
                .collect(Collectors.joining(" / ")));
    }

    private void counters() {
        for (var name : List.of("vm_committed_as", "tcp_orphan_count", "tcp_sockets_allocated")) {
            program.findVariable(name)
                    .filter(counter -> counter.type().unaliased() instanceof CompoundType)
                    .ifPresent(counter -> say(name, Stream.of(Percpu.percpuCounterSum(counter))));
        }
        program.findVariable("cpu_latency_constraints").ifPresent(requests -> {
            var list = requests.member("list");
            addresses("cpu_latency_constraints", Plists.plistForEach(list));
            say("cpu_latency_constraints empty", Stream.of(number(Plists.plistHeadEmpty(list))));
        });
    }
}
