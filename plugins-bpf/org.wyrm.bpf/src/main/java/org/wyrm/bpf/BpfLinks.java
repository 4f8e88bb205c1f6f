package org.wyrm.bpf;

import java.util.stream.Stream;
import org.wyrm.bpf.internal.Labels;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.idr.Idrs.Identified;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** BPF links, by which a program is attached to something: {@code struct bpf_link}. */
@ProvidesHelpers(names = "bpf_link_for_each")
public final class BpfLinks {
    private BpfLinks() {}

    /**
     * {@return the links that there are, {@code struct bpf_link}, by their numbers}
     *
     * @kernel kernel/bpf/syscall.c
     */
    @KernelName("bpf_link_for_each")
    public static Stream<Value> bpfLinkForEach(Program program) {
        return Idrs.idrForEachEntry(program.variable("link_idr"), program.type("struct bpf_link"))
                .map(Identified::object);
    }

    /**
     * {@return the number of a link}
     *
     * @param link {@code struct bpf_link *}
     */
    public static long id(Value link) {
        return link.member("id").longValue();
    }

    /**
     * {@return what kind of link it is, in the words of bpftool: {@code perf_event}}
     *
     * @param link {@code struct bpf_link *}
     */
    public static String type(Value link) {
        return Labels.of(link.member("type"), "BPF_LINK_TYPE_");
    }
}
