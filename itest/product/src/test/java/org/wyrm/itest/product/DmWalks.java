package org.wyrm.itest.product;

import java.util.Map;
import org.wyrm.block.dm.DmTables;
import org.wyrm.block.dm.MappedDevices;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers of {@code org.wyrm.block.dm} find in a dump, as lines that {@code itest/lab/dm.drgn.py} writes too. */
final class DmWalks extends Walks {

    DmWalks(Program program) {
        super(program);
    }

    /** {@return words by the name of the device that they are of} */
    Map<String, String> lines() {
        MappedDevices.hashCells(program).forEach(this::device);
        return lines;
    }

    private static String text(Value pointer) {
        return pointer.isNull() ? "-" : pointer.string();
    }

    private void device(Value cell) {
        var md = cell.member("md").dereference();
        var key = "(" + text(cell.member("name")) + ")";
        say(
                "device" + key,
                hex(cell),
                hex(md),
                text(cell.member("uuid")),
                MappedDevices.dmDeviceName(md),
                hex(MappedDevices.dmDisk(md)),
                "0x" + Long.toHexString(md.member("flags").longValue()),
                md.member("open_count").member("counter").longValue(),
                MappedDevices.mdInFlight(md));
        say("deferred" + key, MappedDevices.deferred(md).map(DmWalks::hex).toArray());
        MappedDevices.dmGetLiveTable(md).ifPresent(table -> table(key, cell, table));
    }

    private void table(String key, Value cell, Value table) {
        say("table" + key, hex(table), hex(cell.member("new_map")));
        var targets = DmTables.targets(table).toList();
        for (var index = 0; index < targets.size(); index++) {
            var target = targets.get(index);
            say(
                    "target" + index + key,
                    target.member("begin").longValue(),
                    target.member("len").longValue(),
                    DmTables.typeName(target));
        }
        say(
                "devices" + key,
                DmTables.devices(table)
                        .map(device -> device.member("name").string())
                        .toArray());
    }
}
