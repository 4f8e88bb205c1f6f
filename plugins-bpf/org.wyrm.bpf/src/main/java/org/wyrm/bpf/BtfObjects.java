package org.wyrm.bpf;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.idr.Idrs.Identified;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Type information that the kernel has for BPF: {@code struct btf}, its own, its modules' and what users loaded. */
@ProvidesHelpers(names = "bpf_btf_for_each")
public final class BtfObjects {
    private BtfObjects() {}

    /**
     * {@return the BTF objects that there are, {@code struct btf}, by their numbers}
     *
     * @kernel kernel/bpf/btf.c
     */
    @KernelName("bpf_btf_for_each")
    public static Stream<Value> bpfBtfForEach(Program program) {
        return Idrs.idrForEachEntry(program.variable("btf_idr"), program.type("struct btf"))
                .map(Identified::object);
    }

    /**
     * {@return the number of a BTF object}
     *
     * @param btf {@code struct btf *}
     */
    public static long id(Value btf) {
        return btf.member("id").longValue();
    }

    /**
     * {@return the number of the BTF object that a pointer points to; empty if it is null}
     *
     * @param btf {@code struct btf *}
     */
    public static Optional<Long> idOf(Value btf) {
        return btf.isNull() ? Optional.empty() : Optional.of(id(btf));
    }

    /**
     * {@return the name of a type of a BTF object; empty if it has none}
     *
     * @param btf {@code struct btf *}
     * @param typeId its number
     * @throws CorruptStructureException if there is no such type, or no such name
     */
    public static String typeName(Value btf, long typeId) {
        // Since Linux kernel commit 951bb64621b8 ("bpf: Add in-kernel split BTF support") (in v5.11), one goes on from
        // another: its own types and names start behind those of the other.
        var start = btf.findMember("start_id").map(Value::longValue).orElse(0L);
        if (typeId < start) {
            return typeName(base(btf), typeId);
        }
        var index = typeId - start;
        if (index >= btf.member("nr_types").longValue() + (start == 0 ? 1 : 0)) {
            throw new CorruptStructureException("btf", Walk.addressOf(btf), "it has no type " + typeId);
        }
        return name(btf, btf.member("types").subscript(index).member("name_off").longValue());
    }

    private static String name(Value btf, long offset) {
        var start = btf.findMember("start_str_off").map(Value::longValue).orElse(0L);
        if (offset < start) {
            return name(base(btf), offset);
        }
        var inside = offset - start;
        if (inside >= btf.member("hdr").member("str_len").longValue()) {
            throw new CorruptStructureException("btf", Walk.addressOf(btf), "it has no name at " + offset);
        }
        return btf.program().memory().cString(btf.member("strings").longValue() + inside, Value.MAX_STRING_BYTES);
    }

    private static Value base(Value btf) {
        var base = btf.member("base_btf");
        if (base.isNull() || base.longValue() == Walk.addressOf(btf)) {
            throw new CorruptStructureException("btf", Walk.addressOf(btf), "it goes on from nothing");
        }
        return base;
    }
}
