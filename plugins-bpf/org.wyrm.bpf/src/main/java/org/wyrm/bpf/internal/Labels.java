package org.wyrm.bpf.internal;

import java.util.Locale;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.Enumerator;

/** Enumerators of the kernel in the words of bpftool: {@code BPF_PROG_TYPE_CGROUP_SKB} is {@code cgroup_skb}. */
public final class Labels {
    private static final String OLD_NAME = "_DEPRECATED";

    private Labels() {}

    /** {@return the name of a value without a prefix; its number where it has no name} */
    public static String of(Value value, String prefix) {
        var number = value.longValue();
        return value.type().unaliased() instanceof EnumType type ? of(type, number, prefix) : Long.toString(number);
    }

    /** {@return the name of a number without a prefix; the number where it has no name} */
    public static String of(EnumType type, long number, String prefix) {
        return type.enumerators().stream()
                .filter(each -> each.value() == number)
                .map(Enumerator::name)
                .filter(name -> !name.endsWith(OLD_NAME))
                .findFirst()
                .map(name ->
                        (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT))
                .orElseGet(() -> Long.toString(number));
    }
}
