package org.wyrm.bpf;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.bpf.internal.Labels;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.idr.Idrs.Identified;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** BPF programs: {@code struct bpf_prog}. */
@ProvidesHelpers(names = {"bpf_prog_by_id", "bpf_prog_for_each", "bpf_prog_used_maps"})
public final class BpfPrograms {
    /** {@code BPF_INSN_SIZE}. */
    private static final int INSTRUCTION_BYTES = 8;

    /** {@code BPF_OBJ_NAME_LEN} without the NUL: a name of so many characters may have been cut. */
    private static final int MAX_NAME_CHARACTERS = 15;

    /** More subprograms than the verifier takes, {@code BPF_MAX_SUBPROGS}; since v6.7 one more. */
    private static final long MAX_SUBPROGRAMS = 257;

    /** More maps than the verifier takes, {@code MAX_USED_MAPS}. */
    private static final long MAX_USED_MAPS = 64;

    private BpfPrograms() {}

    /**
     * {@return the programs that are loaded, {@code struct bpf_prog}, by their numbers}
     *
     * @kernel kernel/bpf/syscall.c
     */
    @KernelName("bpf_prog_for_each")
    public static Stream<Value> bpfProgForEach(Program program) {
        return Idrs.idrForEachEntry(program.variable("prog_idr"), program.type("struct bpf_prog"))
                .map(Identified::object);
    }

    /**
     * {@return the program of a number, {@code struct bpf_prog}; empty if there is none}
     *
     * @kernel kernel/bpf/syscall.c
     */
    @KernelName("bpf_prog_by_id")
    public static Optional<Value> bpfProgById(Program program, long id) {
        var address = Idrs.idrFind(program.variable("prog_idr"), id);
        return address == 0 ? Optional.empty() : Optional.of(program.object(program.type("struct bpf_prog"), address));
    }

    /**
     * {@return the maps that a program uses, {@code struct bpf_map}}
     *
     * @param prog {@code struct bpf_prog *}
     * @throws CorruptStructureException if there are more than a program may have
     * @kernel include/linux/bpf.h
     */
    @KernelName("bpf_prog_used_maps")
    public static Stream<Value> bpfProgUsedMaps(Value prog) {
        var aux = prog.member("aux");
        var count = bounded(aux, "used_map_cnt", MAX_USED_MAPS, "maps");
        var maps = aux.member("used_maps");
        return LongStream.range(0, count)
                .mapToObj(index -> maps.subscript(index).dereference());
    }

    /**
     * {@return the parts that a program of several functions was translated to, {@code struct bpf_prog}; none of a program
     * of one function}
     *
     * @param prog {@code struct bpf_prog *}
     * @throws CorruptStructureException if there are more than a program may have
     * @kernel include/linux/bpf.h
     */
    public static Stream<Value> functions(Value prog) {
        var aux = prog.member("aux");
        var functions = aux.member("func");
        if (functions.isNull()) {
            return Stream.empty();
        }
        return LongStream.range(0, bounded(aux, "func_cnt", MAX_SUBPROGRAMS, "functions"))
                .mapToObj(index -> functions.subscript(index).dereference());
    }

    private static long bounded(Value aux, String member, long most, String what) {
        var count = aux.member(member).longValue();
        if (count > most) {
            throw new CorruptStructureException(
                    "bpf_prog_aux", Walk.addressOf(aux), "it has " + count + " " + what + ", more than " + most);
        }
        return count;
    }

    /**
     * {@return the number of a program}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static long id(Value prog) {
        return prog.member("aux").member("id").longValue();
    }

    /**
     * {@return what kind of program it is, in the words of bpftool: {@code cgroup_skb}}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static String type(Value prog) {
        return Labels.of(prog.member("type"), "BPF_PROG_TYPE_");
    }

    /**
     * {@return the name of a program: where the kernel has cut it, that of its function in its BTF}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static String name(Value prog) {
        var aux = prog.member("aux");
        var name = aux.member("name").string();
        var infos = aux.member("func_info");
        if (name.length() < MAX_NAME_CHARACTERS
                || infos.isNull()
                || aux.member("btf").isNull()) {
            return name;
        }
        return BtfObjects.typeName(
                aux.member("btf"), infos.subscript(0).member("type_id").longValue());
    }

    /**
     * {@return the hash of a program's instructions, in hexadecimal}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static String tag(Value prog) {
        return HexFormat.of().formatHex(prog.member("tag").bytes());
    }

    /**
     * {@return how long after the boot a program was loaded}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static Duration loadTime(Value prog) {
        return Duration.ofNanos(prog.member("aux").member("load_time").longValue());
    }

    /**
     * {@return the size of a program's instructions as the verifier left them, in bytes}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static long xlatedByteSize(Value prog) {
        return prog.member("len").longValue() * INSTRUCTION_BYTES;
    }

    /**
     * {@return the size of the machine code of a program and its functions, in bytes; 0 if it is interpreted}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static long jitedByteSize(Value prog) {
        if (!prog.member("jited").booleanValue()) {
            return 0;
        }
        var functions = functions(prog).toList();
        return functions.isEmpty()
                ? prog.member("jited_len").longValue()
                : functions.stream()
                        .mapToLong(function -> function.member("jited_len").longValue())
                        .sum();
    }

    /**
     * {@return the memory that a program takes, in bytes: whole pages}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static long memlockByteSize(Value prog) {
        return prog.member("pages").longValue() * prog.program().pageByteSize();
    }

    /**
     * How often a program ran; zeros unless {@code kernel.bpf_stats_enabled} was set.
     *
     * @param runCount how often
     * @param runTime how long in all
     */
    public record Statistics(long runCount, Duration runTime) {}

    /**
     * {@return how often a program ran, on all CPUs}
     *
     * @param prog {@code struct bpf_prog *}
     */
    public static Statistics statistics(Value prog) {
        // Since Linux kernel commit 700d4796ef59 ("bpf: Optimize program stats") (in v5.12), they are a member of
        // bpf_prog. Before that, of bpf_prog_aux.
        var perCpu = prog.findMember("stats").orElseGet(() -> prog.member("aux").member("stats"));
        if (perCpu.isNull()) {
            return new Statistics(0, Duration.ZERO);
        }
        var all = Cpumasks.forEachPossibleCpu(prog.program())
                .mapToObj(cpu -> Percpu.perCpuPtr(perCpu, cpu))
                .toList();
        return new Statistics(sum(all, "cnt"), Duration.ofNanos(sum(all, "nsecs")));
    }

    /** The numbers are u64, or since commit 61a0abaee209 (in v5.17) structures of such a one: u64_stats_t. */
    private static long sum(List<Value> all, String member) {
        return all.stream()
                .map(each -> each.member(member))
                .mapToLong(counter -> counter.program().memory().u64(counter.address()))
                .sum();
    }
}
