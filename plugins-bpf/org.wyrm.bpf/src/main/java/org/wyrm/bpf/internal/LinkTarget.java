package org.wyrm.bpf.internal;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.bpf.BpfLinks;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TargetType.EnumType;

/** What a link attaches its program to: each kind of link is the first member of a structure of its own. */
final class LinkTarget {
    private static final String ATTACH_PREFIX = "BPF_";

    /** More functions than a link of kprobes takes, {@code MAX_KPROBE_MULTI_CNT}. */
    private static final long MAX_FUNCTIONS = 1 << 20;

    /** So many functions of a link are named. */
    private static final int SHOWN_FUNCTIONS = 8;

    private final Program program;
    private final Value link;
    private final String type;

    /** @param link {@code struct bpf_link *} */
    LinkTarget(Value link) {
        this.program = link.program();
        this.link = link;
        this.type = BpfLinks.type(link);
    }

    private Value container(String structure) {
        return link.containerOf(program.type(structure), "link");
    }

    /** {@return how the program is attached, in the words of bpftool; empty where the kind of link says it already} */
    Optional<String> attachType() {
        return switch (type) {
            case "cgroup" ->
                Optional.of(label(container("struct bpf_cgroup_link").member("type")));
            case "netns" -> Optional.of(label(container("struct bpf_netns_link").member("type")));
            case "tracing" -> Optional.of(label(link.member("prog").member("expected_attach_type")));
            case "tcx", "netkit" ->
                Optional.of(Labels.of(
                        (EnumType) program.type("enum bpf_attach_type").unaliased(),
                        container(type.equals("tcx") ? "struct tcx_link" : "struct netkit_link")
                                .member("location")
                                .longValue(),
                        ATTACH_PREFIX));
            default -> Optional.empty();
        };
    }

    private static String label(Value attachType) {
        return Labels.of(attachType, ATTACH_PREFIX);
    }

    /** {@return what the program is attached to; empty where it is no more, or the kind of link is not known here} */
    Optional<String> target() {
        return switch (type) {
            case "cgroup" ->
                object(container("struct bpf_cgroup_link").member("cgroup")).map(Cgroups::path);
            case "raw_tracepoint" ->
                object(container("struct bpf_raw_tp_link").member("btp"))
                        .map(event -> event.member("tp").member("name").string());
            case "tracing" -> function();
            case "netns" ->
                object(container("struct bpf_netns_link").member("net"))
                        .map(net -> "net:[" + net.member("ns").member("inum").longValue() + "]");
            case "xdp" -> device("struct bpf_xdp_link");
            case "tcx" -> device("struct tcx_link");
            case "netkit" -> device("struct netkit_link");
            case "iter" ->
                Optional.of(container("struct bpf_iter_link")
                        .member("tinfo")
                        .member("reg_info")
                        .member("target")
                        .string());
            case "perf_event" -> Optional.of(event());
            case "kprobe_multi" -> Optional.of(functions());
            default -> Optional.empty();
        };
    }

    private static Optional<Value> object(Value pointer) {
        return pointer.isNull() ? Optional.empty() : Optional.of(pointer);
    }

    private Optional<String> device(String structure) {
        return object(container(structure).member("dev"))
                .map(device -> device.member("name").string());
    }

    private Optional<String> function() {
        return object(link.member("prog").member("aux").member("attach_func_name"))
                .map(Value::string);
    }

    /** {@return a tracepoint or probe as {@code tracepoint NAME}, any other event by its type and configuration} */
    private String event() {
        var file = container("struct bpf_perf_link").member("perf_file");
        var event = program.object(
                program.type("struct perf_event"), file.member("private_data").longValue());
        var call = event.member("tp_event");
        if (call.isNull()) {
            var attributes = event.member("attr");
            return "event %d:0x%x"
                    .formatted(
                            attributes.member("type").longValue(),
                            attributes.member("config").longValue());
        }
        var flags = call.member("flags").longValue();
        if (has(flags, "TRACE_EVENT_FL_TRACEPOINT")) {
            return "tracepoint " + call.member("tp").member("name").string();
        }
        var kind = has(flags, "TRACE_EVENT_FL_KPROBE")
                ? "kprobe"
                : has(flags, "TRACE_EVENT_FL_UPROBE") ? "uprobe" : "event";
        return kind + " " + call.member("name").string();
    }

    private boolean has(long flags, String name) {
        return program.findVariable(name)
                .filter(flag -> (flags & flag.longValue()) != 0)
                .isPresent();
    }

    private String functions() {
        var multi = container("struct bpf_kprobe_multi_link");
        var count = multi.member("cnt").longValue();
        if (count > MAX_FUNCTIONS) {
            throw new CorruptStructureException(
                    "bpf_kprobe_multi_link", Walk.addressOf(link), "it has " + count + " functions, more than any");
        }
        var addresses = multi.member("addrs");
        var names = LongStream.range(0, Math.min(count, SHOWN_FUNCTIONS))
                .mapToObj(index -> name(addresses.subscript(index).longValue()))
                .collect(Collectors.joining(" "));
        return count > SHOWN_FUNCTIONS ? names + " and " + (count - SHOWN_FUNCTIONS) + " more" : names;
    }

    private String name(long address) {
        return program.symbolsAt(address).stream()
                .map(Symbol::name)
                .findFirst()
                .orElseGet(() -> "0x" + Long.toHexString(address));
    }
}
