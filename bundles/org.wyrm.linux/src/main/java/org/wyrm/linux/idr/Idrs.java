package org.wyrm.linux.idr;

import java.util.stream.Stream;
import org.wyrm.linux.radixtree.RadixTrees;
import org.wyrm.linux.xarray.XArrays.Entry;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;

/** Maps from identifiers to pointers: {@code struct idr}, made of a radix tree. */
@ProvidesHelpers(names = {"idr_find", "idr_for_each", "idr_for_each_entry"})
public final class Idrs {
    private Idrs() {}

    /**
     * An identifier and what has it.
     *
     * @param id the identifier
     * @param object the object that the IDR points to
     */
    public record Identified(long id, Value object) {}

    /**
     * {@return the pointers in an IDR, in the order of their identifiers}
     *
     * @param idr {@code struct idr *}
     * @kernel include/linux/idr.h
     */
    @KernelName("idr_for_each")
    public static Stream<Entry> idrForEach(Value idr) {
        var base = base(idr);
        return RadixTrees.radixTreeForEach(idr.member("idr_rt"))
                .map(entry -> new Entry(entry.index() + base, entry.value()));
    }

    /**
     * {@return the objects in an IDR, in the order of their identifiers}
     *
     * @param idr {@code struct idr *}
     * @param type their type
     * @kernel include/linux/idr.h
     */
    @KernelName("idr_for_each_entry")
    public static Stream<Identified> idrForEachEntry(Value idr, TargetType type) {
        var program = idr.program();
        return idrForEach(idr).map(entry -> new Identified(entry.index(), program.object(type, entry.value())));
    }

    /**
     * {@return the pointer of an identifier in an IDR; 0 where there is none}
     *
     * @param idr {@code struct idr *}
     * @kernel include/linux/idr.h
     */
    @KernelName("idr_find")
    public static long idrFind(Value idr, long id) {
        return RadixTrees.radixTreeLookup(idr.member("idr_rt"), id - base(idr));
    }

    private static long base(Value idr) {
        // Since Linux kernel commit 6ce711f27500 ("idr: Make 1-based IDRs more efficient") (in v4.16).
        return idr.findMember("idr_base").map(Value::longValue).orElse(0L);
    }
}
