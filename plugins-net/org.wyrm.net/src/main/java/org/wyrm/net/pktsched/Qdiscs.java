package org.wyrm.net.pktsched;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Queueing disciplines: {@code struct Qdisc}. */
@ProvidesHelpers(names = "qdisc_lookup")
public final class Qdiscs {
    private Qdiscs() {}

    /**
     * {@return the queueing disciplines of a device, {@code struct Qdisc}: the root, those below it, that of what comes
     * in}
     *
     * @param device {@code struct net_device *}
     * @kernel net/sched/sch_api.c
     */
    public static Stream<Value> forEachQdisc(Value device) {
        var type = device.program().type("struct Qdisc");
        var roots = Stream.of(device.findMember("qdisc"), ingress(device))
                .flatMap(Optional::stream)
                .filter(qdisc -> !qdisc.isNull())
                .map(Value::dereference);
        // Since Linux kernel commit 59cc1f61f09c ("net: sched: convert qdisc linked list to hashtable") (in v4.7),
        // they are in a hash table of the device. Before that, they are in a list.
        return Stream.concat(
                roots,
                device.findMember("qdisc_hash").stream()
                        .flatMap(Value::elements)
                        .flatMap(head -> Lists.hlistForEachEntry(type, head, "hash")));
    }

    private static Optional<Value> ingress(Value device) {
        return device.findMember("ingress_queue")
                .filter(queue -> !queue.isNull())
                .map(queue -> queue.member("qdisc_sleeping"));
    }

    /**
     * {@return the queueing discipline of a device that has a number, {@code struct Qdisc}}
     *
     * @param device {@code struct net_device *}
     * @param major the upper half of its handle: of {@code 8001:} it is 0x8001
     * @kernel net/sched/sch_api.c
     */
    @KernelName("qdisc_lookup")
    public static Optional<Value> qdiscLookup(Value device, int major) {
        return forEachQdisc(device)
                .filter(qdisc -> qdisc.member("handle").intValue() == major << 16)
                .findFirst();
    }
}
