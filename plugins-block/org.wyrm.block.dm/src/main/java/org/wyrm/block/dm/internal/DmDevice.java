package org.wyrm.block.dm.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.wyrm.block.dm.DmTables;
import org.wyrm.block.dm.MappedDevices;
import org.wyrm.program.Value;

/**
 * A device of device-mapper.
 *
 * @param cell by which it is known, {@code struct hash_cell}
 * @param md what it is, {@code struct mapped_device}
 */
record DmDevice(Value cell, Value md) {
    static DmDevice of(Value cell) {
        return new DmDevice(cell, cell.member("md").dereference());
    }

    String name() {
        return cell.member("name").string();
    }

    Optional<String> uuid() {
        return Optional.of(cell.member("uuid"))
                .filter(uuid -> !uuid.isNull())
                .map(Value::string)
                .filter(uuid -> !uuid.isEmpty());
    }

    /** {@return its number, as {@code 252:3}} */
    String number() {
        return MappedDevices.dmDeviceName(md);
    }

    /** {@return whether it works, and what else is to be said of that} */
    List<String> state() {
        var words = new ArrayList<String>();
        words.add(
                MappedDevices.dmSuspendedMd(md) || MappedDevices.dmSuspendedInternallyMd(md) ? "suspended" : "active");
        var flags = MappedDevices.flags(md);
        add(words, flags.contains("SUSPENDED_INTERNALLY"), "internally");
        add(words, flags.contains("FROZEN"), "frozen");
        add(words, flags.contains("DEFERRED_REMOVE"), "deferred-remove");
        add(words, flags.contains("DELETING"), "deleting");
        add(words, flags.contains("FREEING"), "freeing");
        return words;
    }

    private static void add(List<String> words, boolean isSo, String word) {
        if (isSo) {
            words.add(word);
        }
    }

    /** {@return which tables it has: {@code live}, {@code inactive}: one that is loaded and not yet in use} */
    List<String> tables() {
        var words = new ArrayList<String>();
        add(words, MappedDevices.dmGetLiveTable(md).isPresent(), "live");
        add(words, !cell.member("new_map").isNull(), "inactive");
        return words;
    }

    /** {@return the targets of its table, {@code struct dm_target}; none without a table} */
    List<Value> targets() {
        return MappedDevices.dmGetLiveTable(md)
                .map(table -> DmTables.targets(table).toList())
                .orElse(List.of());
    }

    /** {@return the numbers of the devices that it lies on, as {@code 252:3}} */
    List<String> liesOn() {
        return MappedDevices.dmGetLiveTable(md)
                .map(table -> DmTables.devices(table)
                        .map(device -> device.member("name").string())
                        .toList())
                .orElse(List.of());
    }
}
