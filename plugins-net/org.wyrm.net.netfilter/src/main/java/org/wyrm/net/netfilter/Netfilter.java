package org.wyrm.net.netfilter;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.net.netdevice.NetDevices;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** What looks at packets on their way: {@code struct nf_hook_ops}, by name space, family and place. */
@ProvidesHelpers(names = {"net_generic", "nf_hook_entries_get_hook_ops"})
public final class Netfilter {
    /** {@code MAX_HOOK_COUNT}. */
    private static final long MAX_HOOKS = 1024;

    private static final List<String> IP_HOOKS =
            List.of("prerouting", "input", "forward", "output", "postrouting", "ingress");
    private static final List<String> ARP_HOOKS = List.of("input", "output", "forward");
    private static final List<String> DEVICE_HOOKS = List.of("ingress", "egress");

    private Netfilter() {}

    /**
     * One that looks at packets.
     *
     * @param family whose packets: {@code ip}, {@code ip6}, {@code arp}, {@code bridge}, {@code netdev}
     * @param hook where on their way: {@code prerouting}
     * @param device of {@code netdev}, whose packets, {@code struct net_device}
     * @param function what is called, an address
     * @param priv what it is called with, an address
     * @param ops {@code struct nf_hook_ops}
     */
    public record Hook(String family, String hook, Optional<Value> device, long function, long priv, Value ops) {}

    /** {@return a family's name: {@code inet} for 1; its number where it has none} */
    public static String family(int number) {
        return switch (number) {
            case 1 -> "inet";
            case 2 -> "ip";
            case 3 -> "arp";
            case 5 -> "netdev";
            case 7 -> "bridge";
            case 10 -> "ip6";
            default -> Integer.toString(number);
        };
    }

    /** {@return the name of a place on the way of a family's packets; its number where it has none} */
    public static String hook(String family, int number) {
        var names = switch (family) {
            case "arp" -> ARP_HOOKS;
            case "netdev" -> DEVICE_HOOKS;
            default -> IP_HOOKS;
        };
        return number >= 0 && number < names.size() ? names.get(number) : Integer.toString(number);
    }

    /**
     * {@return what a module keeps for a name space, {@code void *}}
     *
     * @param net {@code struct net *}
     * @param id the number that the module was given
     * @kernel include/net/netns/generic.h
     */
    @KernelName("net_generic")
    public static Value netGeneric(Value net, long id) {
        var generic = net.member("gen");
        // struct net_generic is a union of what it says of itself and the pointers that come with it.
        var length = generic.member("s").member("len").longValue();
        if (id < 0 || id >= length) {
            throw new CorruptStructureException(
                    "net_generic",
                    generic.longValue(),
                    "it has %d pointers, and none of number %d".formatted(length, id));
        }
        return generic.member("ptr").subscript(id);
    }

    /**
     * {@return those that look at packets of a name space, in the order in which they do, by family and place}
     *
     * @param net {@code struct net *}
     * @param damage is told what could not be walked
     */
    public static Stream<Hook> forEachHook(Value net, Consumer<DebuggerException> damage) {
        var nf = net.member("nf");
        var families = Stream.of("ip", "ip6", "arp", "bridge")
                .flatMap(family ->
                        nf
                                .findMember("hooks_"
                                        + (family.equals("ip") ? "ipv4" : family.equals("ip6") ? "ipv6" : family))
                                .stream()
                                .flatMap(hooks -> ofFamily(family, hooks, damage)));
        var devices =
                Walk.tolerant(() -> NetDevices.forEachNetdev(net), damage).flatMap(device -> ofDevice(device, damage));
        return Stream.concat(families, devices);
    }

    private static Stream<Hook> ofFamily(String family, Value hooks, Consumer<DebuggerException> damage) {
        return IntStream.range(0, (int) hooks.elementCount())
                .boxed()
                .flatMap(number ->
                        hooksOf(family, hook(family, number), Optional.empty(), hooks.subscript(number), damage));
    }

    private static Stream<Hook> ofDevice(Value device, Consumer<DebuggerException> damage) {
        // Since Linux kernel commit 42df6e1d221d ("netfilter: Introduce egress hook") (in v5.16), packets that leave
        // are
        // looked at, too.
        return DEVICE_HOOKS.stream()
                .flatMap(hook -> device.findMember("nf_hooks_" + hook).stream()
                        .flatMap(entries -> hooksOf("netdev", hook, Optional.of(device), entries, damage)));
    }

    private static Stream<Hook> hooksOf(
            String family, String hook, Optional<Value> device, Value entries, Consumer<DebuggerException> damage) {
        var found = Attempt.of(() -> entries.isNull()
                ? List.<Hook>of()
                : nfHookEntriesGetHookOps(entries)
                        .map(ops -> of(family, hook, device, ops))
                        .toList());
        if (found instanceof Attempt.Failure<List<Hook>> failure) {
            damage.accept(failure.error());
        }
        return found.orElse(List.of()).stream();
    }

    private static Hook of(String family, String hook, Optional<Value> device, Value ops) {
        return new Hook(
                family,
                hook,
                device,
                ops.member("hook").longValue(),
                ops.member("priv").longValue(),
                ops);
    }

    /**
     * {@return who looks at packets at one place, {@code struct nf_hook_ops}, in their order}
     *
     * @param entries {@code struct nf_hook_entries *}
     * @kernel include/linux/netfilter.h
     */
    @KernelName("nf_hook_entries_get_hook_ops")
    public static Stream<Value> nfHookEntriesGetHookOps(Value entries) {
        var program = entries.program();
        var count = entries.member("num_hook_entries").longValue();
        if (count > MAX_HOOKS) {
            throw new CorruptStructureException(
                    "nf_hook_entries", Walk.addressOf(entries), "it has %d entries".formatted(count));
        }
        // Behind the entries, which are what a packet needs, are pointers to the whole of each.
        var first = entries.member("hooks").subscript(count).address();
        return IntStream.range(0, (int) count).mapToObj(index -> ops(program, first, index));
    }

    private static Value ops(Program program, long first, int index) {
        var address = program.memory().u64(first + (long) index * Long.BYTES);
        return program.object(program.type("struct nf_hook_ops"), address);
    }
}
