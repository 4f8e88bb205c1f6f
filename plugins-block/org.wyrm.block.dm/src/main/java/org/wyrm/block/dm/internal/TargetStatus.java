package org.wyrm.block.dm.internal;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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
            case "striped" -> Optional.of(striped(DmTables.ownData(target, "struct stripe_c")));
            case "snapshot" -> Optional.of(snapshot(DmTables.ownData(target, "struct dm_snapshot")));
            default -> Optional.empty();
        };
    }

    private static String striped(Value striped) {
        var count = striped.member("stripes").longValue();
        var each = striped.member("stripe");
        var names = LongStream.range(0, count)
                .mapToObj(index ->
                        each.subscript(index).member("dev").member("name").string())
                .collect(Collectors.joining(" "));
        // Alive or dead.
        var states = LongStream.range(0, count)
                .mapToObj(each::subscript)
                .map(stripe -> stripe.member("error_count").member("counter").longValue() == 0 ? "A" : "D")
                .collect(Collectors.joining());
        return count + " " + names + " 1 " + states;
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
