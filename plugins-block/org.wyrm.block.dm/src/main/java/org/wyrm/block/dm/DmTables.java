package org.wyrm.block.dm;

import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** What a device of device-mapper is made of, {@code struct dm_table}: one {@code struct dm_target} after the other. */
@ProvidesHelpers(names = {"dm_table_find_target", "dm_table_get_target"})
public final class DmTables {
    private DmTables() {}

    /**
     * {@return the targets of a table, {@code struct dm_target}, in the order of their sectors}
     *
     * @param table {@code struct dm_table *}
     * @throws CorruptStructureException if it says that it has more than it has room for
     * @kernel drivers/md/dm-table.c
     */
    public static Stream<Value> targets(Value table) {
        var count = table.member("num_targets").longValue();
        var room = table.member("num_allocated").longValue();
        if (count > room) {
            throw new CorruptStructureException(
                    "dm_table", Walk.addressOf(table), "it has " + count + " targets, and room for " + room);
        }
        return LongStream.range(0, count).mapToObj(index -> dmTableGetTarget(table, index));
    }

    /**
     * {@return a target of a table, {@code struct dm_target}}
     *
     * @param table {@code struct dm_table *}
     * @param index from 0 on
     * @kernel drivers/md/dm-core.h
     */
    @KernelName("dm_table_get_target")
    public static Value dmTableGetTarget(Value table, long index) {
        return table.member("targets").subscript(index);
    }

    /**
     * {@return the target that a sector of the device is on, {@code struct dm_target}; empty if there is none}
     *
     * @param table {@code struct dm_table *}
     * @param sector of 512 bytes
     * @kernel drivers/md/dm-table.c
     */
    @KernelName("dm_table_find_target")
    public static Optional<Value> dmTableFindTarget(Value table, long sector) {
        return targets(table)
                .filter(target ->
                        Long.compareUnsigned(sector, target.member("begin").longValue()) >= 0
                                && Long.compareUnsigned(
                                                sector - target.member("begin").longValue(),
                                                target.member("len").longValue())
                                        < 0)
                .findFirst();
    }

    /**
     * {@return what kind of target one is: {@code linear}, {@code crypt} …}
     *
     * @param target {@code struct dm_target *}
     * @kernel include/linux/device-mapper.h
     */
    public static String typeName(Value target) {
        return target.member("type").member("name").string();
    }

    /**
     * {@return what the module of a target keeps of it}
     *
     * @param target {@code struct dm_target *}
     * @param type what that is, by the type of the target: {@code struct linear_c} of {@code linear}
     * @kernel include/linux/device-mapper.h
     */
    public static Value ownData(Value target, String type) {
        var program = target.program();
        return program.object(program.type(type), target.member("private").longValue());
    }

    /**
     * {@return the devices that a table's targets lie on, {@code struct dm_dev}, each once}
     *
     * @param table {@code struct dm_table *}
     * @throws CorruptStructureException if they come back to one of them
     * @kernel drivers/md/dm-table.c
     */
    public static Stream<Value> devices(Value table) {
        return Lists.listForEachEntry(table.program().type("struct dm_dev_internal"), table.member("devices"), "list")
                .map(entry -> entry.member("dm_dev").dereference());
    }
}
