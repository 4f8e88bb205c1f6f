package org.wyrm.bpf.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.bpf.BpfLinks;
import org.wyrm.bpf.CgroupBpf;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.ArrayType;
import org.wyrm.symbols.TargetType.EnumType;

/** What programs are attached to: by links, and in control groups without one. */
final class Attachments {
    private static final String GROUP_PREFIX = "CGROUP_";
    private static final String LSM = "lsm_";

    private final Consumer<String> warnings;
    private final Map<Long, List<String>> byProgram = new HashMap<>();

    private Attachments(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** {@return the attachments of all programs; what cannot be read is told, and the rest goes on} */
    static Attachments of(Program program, Consumer<String> warnings) {
        var found = new Attachments(warnings);
        found.tolerant(
                "links",
                () -> BpfLinks.bpfLinkForEach(program)
                        .forEach(link -> found.tolerant(
                                "link at 0x" + Long.toHexString(link.address()), () -> found.add(link))));
        found.tolerant(
                "control groups",
                () -> Cgroups.all(program)
                        .forEach(cgroup -> found.tolerant(
                                "control group at 0x" + Long.toHexString(cgroup.address()),
                                () -> found.addGroup(cgroup))));
        return found;
    }

    /**
     * {@return what a program is attached to}
     *
     * @param prog the address of {@code struct bpf_prog}
     */
    List<String> of(long prog) {
        return List.copyOf(byProgram.getOrDefault(prog, List.of()));
    }

    private void tolerant(String what, Runnable walk) {
        Attempt.orTell(warnings, () -> what, walk);
    }

    private void add(Value link) {
        var target = new LinkTarget(link);
        var words = Stream.of(
                        Stream.of("link " + BpfLinks.id(link) + ":"),
                        target.attachType().stream(),
                        target.target().stream())
                .flatMap(each -> each)
                .toList();
        put(link.member("prog").longValue(), String.join(" ", words));
    }

    private void addGroup(Value cgroup) {
        inGroup(cgroup)
                .filter(attached -> !attached.byLink)
                .forEach(attached ->
                        put(attached.prog.address(), "cgroup " + Cgroups.path(cgroup) + " " + attached.attachType));
    }

    private void put(long prog, String text) {
        byProgram.computeIfAbsent(prog, none -> new ArrayList<>()).add(text);
    }

    /**
     * A program of a control group.
     *
     * @param prog {@code struct bpf_prog}
     * @param byLink whether a link has attached it
     * @param flags of all programs of this type there
     */
    record Attached(Value prog, String attachType, boolean byLink, long flags) {}

    /** {@return the programs that are attached to a control group itself} */
    static Stream<Attached> inGroup(Value cgroup) {
        return types(cgroup)
                .boxed()
                .flatMap(type -> CgroupBpf.cgroupBpfListForEach(cgroup, type)
                        .map(each -> new Attached(
                                CgroupBpf.program(each),
                                label(cgroup, type),
                                each.member("prog").isNull(),
                                cgroup.member("bpf")
                                        .member("flags")
                                        .subscript(type)
                                        .longValue())));
    }

    /** {@return the programs that run for a control group, also those of the groups above it} */
    static Stream<Attached> effective(Value cgroup) {
        return types(cgroup)
                .boxed()
                .flatMap(type -> CgroupBpf.cgroupBpfProgForEachEffective(cgroup, type)
                        .map(prog -> new Attached(prog, label(cgroup, type), false, 0)));
    }

    private static IntStream types(Value cgroup) {
        var heads = cgroup.findMember("bpf").flatMap(bpf -> bpf.findMember("progs"));
        var count = heads.map(
                of -> ((ArrayType) of.type().unaliased()).elementCount().orElse(0L));
        return IntStream.range(0, Math.toIntExact(count.orElse(0L)));
    }

    private static String label(Value cgroup, int type) {
        // Since Linux kernel commit 6fc88c354f3a ("bpf: Migrate cgroup_bpf to internal cgroup_bpf_attach_type enum")
        // (in
        // v5.15), groups have numbers of their own. Before that, those of all attach types.
        var program = cgroup.program();
        var own = program.findType("enum cgroup_bpf_attach_type");
        var enumeration = (EnumType)
                own.orElseGet(() -> program.type("enum bpf_attach_type")).unaliased();
        var label = Labels.of(enumeration, type, own.isPresent() ? "" : "BPF_");
        return isLsm(enumeration, type) ? LSM + "cgroup" : label;
    }

    /** {@return whether a type is one of those that are handed out to hooks of security modules, which have no names} */
    private static boolean isLsm(EnumType types, long type) {
        var start = number(types, GROUP_PREFIX + "LSM_START");
        var end = number(types, GROUP_PREFIX + "LSM_END");
        return start >= 0 && type >= start && type <= end;
    }

    private static long number(EnumType types, String name) {
        return types.enumerators().stream()
                .filter(each -> each.name().equals(name))
                .mapToLong(each -> each.value())
                .findFirst()
                .orElse(-1);
    }
}
