package org.wyrm.block.dm.internal;

import java.util.Optional;
import java.util.stream.Collectors;
import org.wyrm.block.blkdev.Partitions;
import org.wyrm.block.dm.DmTables;
import org.wyrm.program.Value;

/** How targets fare, as {@code dmsetup status} writes it. */
final class TargetStatus {
    /** {@code NUM_SNAPSHOT_HDR_CHUNKS}. */
    private static final long HEADER_CHUNKS = 1;

    private TargetStatus() {}

    /** {@return that of a target; empty if it cannot be told from memory alone, or by this} */
    static Optional<String> of(Value target) {
        return switch (DmTables.typeName(target)) {
            case "crypt", "error", "linear", "snapshot-origin", "zero" -> Optional.of("");
            case "striped" -> Optional.of(striped(Stripes.of(target)));
            case "snapshot" -> Optional.of(snapshot(DmTables.ownData(target, "struct dm_snapshot")));
            default -> Optional.empty();
        };
    }

    private static String striped(Stripes stripes) {
        var names = stripes.each().stream().map(Stripes::device).collect(Collectors.joining(" "));
        // Alive or dead.
        var states = stripes.each().stream()
                .map(stripe -> stripe.member("error_count").member("counter").longValue() == 0 ? "A" : "D")
                .collect(Collectors.joining());
        return stripes.each().size() + " " + names + " 1 " + states;
    }

    private static String snapshot(Value snapshot) {
        if (!snapshot.member("valid").booleanValue()) {
            return "Invalid";
        }
        if (snapshot.member("merge_failed").booleanValue()) {
            return "Merge failed";
        }
        if (snapshot.member("snapshot_overflowed").booleanValue()) {
            return "Overflow";
        }
        var total = Partitions.bdevNrSectors(snapshot.member("cow").member("bdev"));
        var store = snapshot.member("store");
        return switch (store.member("type").member("name").string()) {
            case "P" -> persistent(store, total);
            case "N" -> context(store, "struct transient_c").member("next_free").longValue() + "/" + total + " 0";
            default -> "Unknown";
        };
    }

    private static String persistent(Value store, long total) {
        var chunk = store.member("chunk_size").longValue();
        var kept = context(store, "struct pstore");
        return "%d/%d %d"
                .formatted(
                        kept.member("next_free").longValue() * chunk,
                        total,
                        (kept.member("current_area").longValue() + 1 + HEADER_CHUNKS) * chunk);
    }

    private static Value context(Value store, String type) {
        var program = store.program();
        return program.object(program.type(type), store.member("context").longValue());
    }
}
