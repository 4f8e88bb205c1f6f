package org.wyrm.block.blkdev;

import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** The class of devices that disks and partitions are in. */
final class BlockClass {
    /** {@code KNODE_DEAD}: of a node that is in the list still because somebody uses it. */
    private static final long DEAD = 1;

    private BlockClass() {}

    /**
     * {@return the devices of disks and partitions, {@code struct device}}
     *
     * @kernel drivers/base/class.c
     */
    static Stream<Value> devices(Program program) {
        var owner = program.type("struct device_private");
        return Lists.listForEachEntry(
                        program.type("struct klist_node"),
                        subsystem(program).member("klist_devices").member("k_list"),
                        "n_node")
                .filter(node -> (node.member("n_klist").longValue() & DEAD) == 0)
                .map(node ->
                        node.containerOf(owner, "knode_class").member("device").dereference());
    }

    private static Value subsystem(Program program) {
        var blockClass = program.variable("block_class");
        // Since Linux kernel commit 2df418cf4b72 ("driver core: class: remove subsystem private pointer from struct
        // class") (in v6.4), that which belongs to a class is looked for. Before that, the class points to it.
        return blockClass
                .findMember("p")
                .map(Value::dereference)
                .orElseGet(() -> subsystem(program, blockClass.address()));
    }

    private static Value subsystem(Program program, long classAddress) {
        var type = program.type("struct subsys_private");
        return Lists.listForEachEntry(
                        program.type("struct kobject"),
                        program.variable("class_kset").member("list"),
                        "entry")
                .map(kobject -> kobject.containerOf(type, "subsys.kobj"))
                .filter(subsystem -> subsystem.member("class").longValue() == classAddress)
                .findFirst()
                .orElseThrow(() -> new LookupFailedException("device class", "block"));
    }
}
