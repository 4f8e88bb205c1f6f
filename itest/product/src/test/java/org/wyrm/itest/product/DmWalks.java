package org.wyrm.itest.product;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.block.dm.DmTables;
import org.wyrm.block.dm.MappedDevices;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** What the helpers of {@code org.wyrm.block.dm} find in a dump, as lines that {@code itest/lab/dm.drgn.py} writes too. */
final class DmWalks {
    private final Program program;
    private final Map<String, String> lines = new LinkedHashMap<>();

    DmWalks(Program program) {
        this.program = program;
    }

    /** {@return words by the name of the device that they are of} */
    Map<String, String> lines() {
        MappedDevices.hashCells(program).forEach(this::device);
        return lines;
    }

    private void say(String name, Object... words) {
        lines.put(name, Stream.of(words).map(String::valueOf).collect(Collectors.joining(" ")));
    }

    private static String hex(Value object) {
        return "0x" + Long.toHexString(Walk.addressOf(object));
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
