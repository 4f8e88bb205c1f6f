package org.wyrm.net.netfilter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What {@code iptables} makes, the one that does not use nf_tables: {@code struct xt_table}. */
public final class XTables {
    private static final long MAX_ENTRIES = 1 << 22;

    /** The target of what stands before the rules of a chain of the user's, and of what ends a table. */
    private static final String ERROR = "ERROR";

    private XTables() {}

    /**
     * A chain.
     *
     * @param hook where packets come into it, a number; empty of one that others go to
     * @param policy {@code ACCEPT} or {@code DROP}, of what no rule decides; empty of one that others go to
     * @param rules how many
     * @param address of the first entry
     */
    public record Chain(String name, Optional<Integer> hook, Optional<String> policy, long rules, long address) {}

    /**
     * {@return the tables of a name space, {@code struct xt_table}}
     *
     * @param net {@code struct net *}
     * @kernel net/netfilter/x_tables.c
     */
    public static Stream<Value> forEachXtTable(Value net) {
        var program = net.program();
        // Since Linux kernel commit 1d610d4d31a8 ("netfilter: x_tables: move known table lists to net_generic infra")
        // (in
        // v5.13), the module keeps the lists. Before that, struct net has them.
        var lists = net.findMember("xt")
                .map(xt -> xt.member("tables"))
                .orElseGet(() -> Netfilter.netGeneric(
                                net, program.variable("xt_pernet_id").longValue())
                        .cast(program.type("struct xt_pernet *"))
                        .member("tables"));
        return IntStream.range(0, (int) lists.elementCount())
                .boxed()
                .flatMap(family ->
                        Lists.listForEachEntry(program.type("struct xt_table"), lists.subscript(family), "list"));
    }

    /**
     * {@return the chains of a table of IPv4, IPv6 or ARP, in their order; none of a table of other entries}
     *
     * @param table {@code struct xt_table *}
     * @kernel net/ipv4/netfilter/ip_tables.c
     */
    public static List<Chain> chains(Value table) {
        var program = table.program();
        return switch (Netfilter.family(table.member("af").intValue())) {
            case "ip" -> new Entries(program, "struct ipt_entry", table).chains();
            case "ip6" -> new Entries(program, "struct ip6t_entry", table).chains();
            case "arp" -> new Entries(program, "struct arpt_entry", table).chains();
            default -> List.of();
        };
    }

    /** The entries of a table: one piece of memory, where each tells how far it is to the next. */
    private static final class Entries {
        private static final int MAX_NAME_BYTES = 32;

        private final Program program;
        private final String type;
        private final Value table;
        private final Value info;
        private final long first;
        private final long byteSize;

        Entries(Program program, String type, Value table) {
            this.program = program;
            this.type = type;
            this.table = table;
            this.info = table.member("private");
            this.first = info.member("entries").address();
            this.byteSize = info.member("size").longValue();
        }

        List<Chain> chains() {
            var hooks = hooksByStart();
            var chains = new ArrayList<Chain>();
            var name = "";
            var hook = Optional.<Integer>empty();
            var start = 0L;
            var rules = 0L;
            var count = 0L;
            for (var at = 0L; at < byteSize; at += length(at)) {
                if (++count > MAX_ENTRIES) {
                    throw corrupt("it has more than %d entries".formatted(MAX_ENTRIES));
                }
                var target = target(at);
                var isHead = targetName(target).equals(ERROR);
                if (hooks.containsKey(at) || isHead) {
                    addTo(chains, name, hook, start, rules, at);
                    hook = Optional.ofNullable(hooks.get(at));
                    name = isHead
                            ? errorName(target)
                            : Netfilter.hook(family(), hook.orElseThrow()).toUpperCase(Locale.ROOT);
                    start = at;
                    rules = isHead ? 0 : 1;
                } else {
                    rules++;
                }
            }
            // What is begun now is the entry that ends the table.
            return chains;
        }

        /** The last entry of each chain is no rule: of those that packets come into, the policy; of others, the way back. */
        private void addTo(
                List<Chain> chains, String name, Optional<Integer> hook, long start, long entries, long end) {
            if (end == 0) {
                return;
            }
            chains.add(new Chain(name, hook, hook.map(this::policy), Math.max(0, entries - 1), first + start));
        }

        private Map<Long, Integer> hooksByStart() {
            var valid = table.member("valid_hooks").longValue();
            var starts = info.member("hook_entry");
            var hooks = new HashMap<Long, Integer>();
            for (var hook = 0; hook < starts.elementCount(); hook++) {
                if ((valid >> hook & 1) != 0) {
                    hooks.put(starts.subscript(hook).longValue(), hook);
                }
            }
            return hooks;
        }

        private String policy(int hook) {
            var at = info.member("underflow").subscript(hook).longValue();
            var verdict = program.object(
                            program.type("struct xt_standard_target"),
                            target(at).address())
                    .member("verdict")
                    .intValue();
            return switch (verdict) {
                case -1 -> "DROP";
                case -2 -> "ACCEPT";
                default -> Integer.toString(verdict);
            };
        }

        private long length(long at) {
            var next = entry(at).member("next_offset").longValue();
            if (next == 0 || at + next > byteSize) {
                throw corrupt("the entry at 0x%x has %d bytes of %d".formatted(first + at, next, byteSize - at));
            }
            return next;
        }

        private Value entry(long at) {
            return program.object(program.type(type), first + at);
        }

        private Value target(long at) {
            var target = first + at + entry(at).member("target_offset").longValue();
            return program.object(program.type("struct xt_entry_target"), target);
        }

        private static String targetName(Value target) {
            return target.member("u")
                    .member("kernel")
                    .member("target")
                    .member("name")
                    .string();
        }

        private String errorName(Value target) {
            var bytes = program.bytes(
                    program.object(program.type("struct xt_error_target"), target.address())
                            .member("errorname")
                            .address(),
                    MAX_NAME_BYTES - 2);
            var text = new String(bytes, StandardCharsets.UTF_8);
            return text.substring(0, (text + '\0').indexOf('\0'));
        }

        private String family() {
            return Netfilter.family(table.member("af").intValue());
        }

        private CorruptStructureException corrupt(String why) {
            return new CorruptStructureException("xt_table_info", info.longValue(), why);
        }
    }
}
