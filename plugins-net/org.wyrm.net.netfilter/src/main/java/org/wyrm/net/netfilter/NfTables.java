package org.wyrm.net.netfilter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.cpumask.Cpumasks;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.percpu.Percpu;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** What {@code nft} makes: {@code struct nft_table} with chains, rules and sets. */
@ProvidesHelpers(names = {"nft_base_chain", "nft_is_active", "nft_is_base_chain", "nft_rule_for_each_expr"})
public final class NfTables {
    private static final long NFT_CHAIN_BASE = 1;

    /** The register of verdicts. */
    private static final long NFT_REG_VERDICT = 0;

    /** What user space keeps with a rule: of each text its kind and its size, this kind being the comment. */
    private static final int NFTNL_UDATA_RULE_COMMENT = 0;

    private NfTables() {}

    /** What {@code counter} has counted. */
    public record Counter(long packets, long bytes) {}

    /**
     * {@return the tables of a name space, {@code struct nft_table}}
     *
     * @param net {@code struct net *}
     * @kernel include/net/netfilter/nf_tables.h
     */
    public static Stream<Value> forEachNftTable(Value net) {
        var program = net.program();
        // Since Linux kernel commit 0854db2aaef3 ("netfilter: nf_tables: use net_generic infra for transaction data")
        // (in
        // v5.13, and in later versions of older series), the module keeps the list. Before that, struct net has it.
        var tables = net.member("nft")
                .findMember("tables")
                .orElseGet(() -> Netfilter.netGeneric(
                                net, program.variable("nf_tables_net_id").longValue())
                        .cast(program.type("struct nftables_pernet *"))
                        .member("tables"));
        return Lists.listForEachEntry(program.type("struct nft_table"), tables, "list");
    }

    /**
     * {@return the chains of a table, {@code struct nft_chain}}
     *
     * @param table {@code struct nft_table *}
     */
    public static Stream<Value> chains(Value table) {
        return Lists.listForEachEntry(table.program().type("struct nft_chain"), table.member("chains"), "list");
    }

    /**
     * {@return the sets and maps of a table, {@code struct nft_set}, those without a name of the user's too}
     *
     * @param table {@code struct nft_table *}
     */
    public static Stream<Value> sets(Value table) {
        return Lists.listForEachEntry(table.program().type("struct nft_set"), table.member("sets"), "list");
    }

    /**
     * {@return the rules of a chain, {@code struct nft_rule}}
     *
     * @param chain {@code struct nft_chain *}
     */
    public static Stream<Value> rules(Value chain) {
        return Lists.listForEachEntry(chain.program().type("struct nft_rule"), chain.member("rules"), "list");
    }

    /**
     * {@return whether packets come into a chain from outside}
     *
     * @param chain {@code struct nft_chain *}
     * @kernel include/net/netfilter/nf_tables.h
     */
    @KernelName("nft_is_base_chain")
    public static boolean nftIsBaseChain(Value chain) {
        return (chain.member("flags").longValue() & NFT_CHAIN_BASE) != 0;
    }

    /**
     * {@return what a chain is part of, {@code struct nft_base_chain}}
     *
     * @param chain {@code struct nft_chain *}, of those into which packets come from outside
     * @kernel include/net/netfilter/nf_tables.h
     */
    @KernelName("nft_base_chain")
    public static Value nftBaseChain(Value chain) {
        var program = chain.program();
        var object = program.object(program.type("struct nft_chain"), Walk.addressOf(chain));
        return object.containerOf(program.type("struct nft_base_chain"), "chain");
    }

    /**
     * {@return the names of the devices whose packets come into a chain; none of a chain that is of no device}
     *
     * @param base {@code struct nft_base_chain *}
     */
    public static List<String> devices(Value base) {
        return Lists.listForEachEntry(base.program().type("struct nft_hook"), base.member("hook_list"), "list")
                .map(hook -> hook.member("ops").member("dev"))
                .filter(device -> !device.isNull())
                .map(NetDevices::netdevName)
                .toList();
    }

    /**
     * {@return whether a table, chain, rule or set is in use; false of one that a transaction under way has added, or an
     * ended one has taken away}
     *
     * @param net {@code struct net *}
     * @param object has a {@code genmask}
     * @kernel include/net/netfilter/nf_tables.h
     */
    @KernelName("nft_is_active")
    public static boolean nftIsActive(Value net, Value object) {
        var current = 1L << net.member("nft").member("gencursor").longValue();
        return (object.member("genmask").longValue() & current) == 0;
    }

    /**
     * {@return what a rule does, one step after the other, {@code struct nft_expr}}
     *
     * @param rule {@code struct nft_rule *}
     * @kernel include/net/netfilter/nf_tables.h
     */
    @KernelName("nft_rule_for_each_expr")
    public static List<Value> nftRuleForEachExpr(Value rule) {
        var program = rule.program();
        var type = program.type("struct nft_expr");
        var left = rule.member("dlen").longValue();
        var at = rule.member("data").address();
        var found = new ArrayList<Value>();
        while (left > 0) {
            var expression = program.object(type, at);
            var byteSize = expression.member("ops").member("size").longValue();
            if (byteSize <= 0 || byteSize > left) {
                throw new CorruptStructureException(
                        "nft_rule",
                        Walk.addressOf(rule),
                        "the expression at 0x%x has %d bytes of %d".formatted(at, byteSize, left));
            }
            found.add(expression);
            at += byteSize;
            left -= byteSize;
        }
        return found;
    }

    /**
     * {@return the kind of an expression: {@code payload}, {@code cmp}}
     *
     * @param expression {@code struct nft_expr *}
     */
    public static String name(Value expression) {
        return expression.member("ops").member("type").member("name").string();
    }

    /**
     * {@return what an expression {@code counter} has counted}
     *
     * @param expression {@code struct nft_expr *}
     */
    public static Counter counter(Value expression) {
        var counter = privateData(expression, "struct nft_counter_percpu_priv").member("counter");
        var each = Cpumasks.forEachPossibleCpu(counter.program())
                .mapToObj(cpu -> Percpu.perCpuPtr(counter, cpu))
                .toList();
        return new Counter(sum(each, "packets"), sum(each, "bytes"));
    }

    private static long sum(List<Value> counters, String member) {
        return counters.stream()
                .mapToLong(counter -> number(counter.member(member)))
                .sum();
    }

    /** In newer kernels these are {@code u64_stats_t}, the same number in a structure. */
    private static long number(Value counter) {
        return counter.reinterpret(counter.program().type("unsigned long")).longValue();
    }

    /**
     * {@return what an expression {@code immediate} says of a packet, {@code drop} or {@code jump other}; empty of one that
     * loads data}
     *
     * @param expression {@code struct nft_expr *}
     */
    public static Optional<String> verdict(Value expression) {
        var immediate = privateData(expression, "struct nft_immediate_expr");
        if (immediate.member("dreg").longValue() != NFT_REG_VERDICT) {
            return Optional.empty();
        }
        var verdict = immediate.member("data").member("verdict");
        var code = verdict.member("code").intValue();
        return Optional.of(
                switch (code) {
                    case 0 -> "drop";
                    case 1 -> "accept";
                    case -1 -> "continue";
                    case -2 -> "break";
                    case -3 -> "jump " + verdict.member("chain").member("name").string();
                    case -4 -> "goto " + verdict.member("chain").member("name").string();
                    case -5 -> "return";
                    default -> Integer.toString(code);
                });
    }

    /**
     * {@return the comment of a rule}
     *
     * @param rule {@code struct nft_rule *}
     */
    public static Optional<String> comment(Value rule) {
        if (rule.member("udata").longValue() == 0) {
            return Optional.empty();
        }
        var data = rule.member("data").address() + rule.member("dlen").longValue();
        var memory = rule.program().memory();
        // struct nft_userdata: the size less one, and that many bytes.
        var end = data + 2 + memory.u8(data);
        for (var at = data + 1; at + 1 < end; at += 2 + memory.u8(at + 1)) {
            if (memory.u8(at) == NFTNL_UDATA_RULE_COMMENT) {
                var text = rule.program().bytes(at + 2, (int) Math.min(memory.u8(at + 1), end - at - 2));
                return Optional.of(new String(text, StandardCharsets.UTF_8).replace("\0", ""));
            }
        }
        return Optional.empty();
    }

    private static Value privateData(Value expression, String type) {
        var program = expression.program();
        return program.object(program.type(type), expression.member("data").address());
    }
}
