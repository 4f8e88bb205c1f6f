package org.wyrm.block.dm.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.wyrm.block.dm.DmTables;
import org.wyrm.program.Value;

/** What targets are made with, as {@code dmsetup table} writes it; never a key. */
final class TargetParameters {
    /** In place of a key. */
    private static final String NO_KEY = "-";

    private static final long SECTOR_BYTES = 512;

    /** {@code PM_READ_ONLY}, of {@code enum pool_mode}. */
    private static final long PM_READ_ONLY = 3;

    /** {@code enum flags} of dm-crypt: the bits of {@code crypt_config.flags} from the third on that are options. */
    private static final List<String> CRYPT_FLAGS =
            List.of("same_cpu_crypt", "submit_from_crypt_cpus", "no_read_workqueue", "no_write_workqueue");

    private static final int FIRST_CRYPT_FLAG = 2;

    /** {@code CRYPT_IV_LARGE_SECTORS}, a bit of {@code crypt_config.cipher_flags}. */
    private static final long CRYPT_IV_LARGE_SECTORS = 1 << 1;

    private TargetParameters() {}

    /** {@return those of a target; empty if it is of a kind that is not known of here} */
    static Optional<String> of(Value target) {
        return switch (DmTables.typeName(target)) {
            case "error", "zero" -> Optional.of("");
            case "linear" -> Optional.of(linear(DmTables.ownData(target, "struct linear_c")));
            case "striped" -> Optional.of(striped(Stripes.of(target)));
            case "crypt" -> Optional.of(crypt(target, DmTables.ownData(target, "struct crypt_config")));
            case "snapshot" -> Optional.of(snapshot(DmTables.ownData(target, "struct dm_snapshot")));
            case "snapshot-origin" -> Optional.of(name(DmTables.ownData(target, "struct dm_origin"), "dev"));
            case "thin" -> Optional.of(thin(DmTables.ownData(target, "struct thin_c")));
            case "thin-pool" -> Optional.of(pool(DmTables.ownData(target, "struct pool_c")));
            default -> Optional.empty();
        };
    }

    /** {@return the number of a device, as {@code 252:3}} */
    private static String name(Value of, String member) {
        return of.member(member).member("name").string();
    }

    private static long number(Value of, String member) {
        return of.member(member).longValue();
    }

    private static String linear(Value linear) {
        return name(linear, "dev") + " " + number(linear, "start");
    }

    private static String striped(Stripes stripes) {
        return stripes.each().stream()
                .map(stripe -> " " + Stripes.device(stripe) + " " + number(stripe, "physical_start"))
                .collect(Collectors.joining("", stripes.each().size() + " " + stripes.chunkSectors(), ""));
    }

    private static String crypt(Value target, Value crypt) {
        var words = new ArrayList<String>();
        words.add(crypt.member("cipher_string").string());
        words.add(NO_KEY);
        words.add(Long.toString(number(crypt, "iv_offset")));
        words.add(name(crypt, "dev"));
        words.add(Long.toString(number(crypt, "start")));
        return withCount(words, cryptOptions(target, crypt));
    }

    private static List<String> cryptOptions(Value target, Value crypt) {
        var options = new ArrayList<String>();
        if (number(target, "num_discard_bios") != 0) {
            options.add("allow_discards");
        }
        var flags = number(crypt, "flags") >>> FIRST_CRYPT_FLAG;
        for (var bit = 0; bit < CRYPT_FLAGS.size(); bit++) {
            if ((flags >>> bit & 1) != 0) {
                options.add(CRYPT_FLAGS.get(bit));
            }
        }
        // 6.1 has on_disk_tag_size, 6.12 used_tag_size.
        var tagBytes = crypt.findMember("used_tag_size")
                .orElseGet(() -> crypt.member("on_disk_tag_size"))
                .longValue();
        if (tagBytes != 0) {
            options.add(
                    "integrity:" + tagBytes + ":" + crypt.member("cipher_auth").string());
        }
        if (number(crypt, "sector_size") != SECTOR_BYTES) {
            options.add("sector_size:" + number(crypt, "sector_size"));
        }
        if ((number(crypt, "cipher_flags") & CRYPT_IV_LARGE_SECTORS) != 0) {
            options.add("iv_large_sectors");
        }
        return options;
    }

    private static String snapshot(Value snapshot) {
        var store = snapshot.member("store");
        var kind = store.member("type").member("name").string();
        // Only one that is kept can be said to overflow.
        var overflow =
                kind.equals("P") && store.member("userspace_supports_overflow").booleanValue() ? "O" : "";
        var words = new ArrayList<>(List.of(
                name(snapshot, "origin"),
                name(snapshot, "cow"),
                kind + overflow,
                Long.toString(number(store, "chunk_size"))));
        var options = new ArrayList<String>();
        addIf(options, snapshot, "discard_zeroes_cow", "discard_zeroes_cow");
        addIf(options, snapshot, "discard_passdown_origin", "discard_passdown_origin");
        return withCount(words, options);
    }

    private static void addIf(List<String> options, Value of, String member, String name) {
        if (of.member(member).booleanValue()) {
            options.add(name);
        }
    }

    private static String thin(Value thin) {
        var words = name(thin, "pool_dev") + " " + number(thin, "dev_id");
        return thin.member("origin_dev").isNull() ? words : words + " " + name(thin, "origin_dev");
    }

    private static String pool(Value pool) {
        var shared = pool.member("pool");
        var features = pool.member("requested_pf");
        var words = new ArrayList<>(List.of(
                name(pool, "metadata_dev"),
                name(pool, "data_dev"),
                Long.toString(number(shared, "sectors_per_block")),
                Long.toString(number(pool, "low_water_blocks"))));
        var options = new ArrayList<String>();
        addUnless(options, features, "zero_new_blocks", "skip_block_zeroing");
        addUnless(options, features, "discard_enabled", "ignore_discard");
        addUnless(options, features, "discard_passdown", "no_discard_passdown");
        if (number(features, "mode") == PM_READ_ONLY) {
            options.add("read_only");
        }
        addIf(options, features, "error_if_no_space", "error_if_no_space");
        words.add(Integer.toString(options.size()));
        words.addAll(options);
        return String.join(" ", words);
    }

    private static void addUnless(List<String> options, Value of, String member, String name) {
        if (!of.member(member).booleanValue()) {
            options.add(name);
        }
    }

    /** {@return words, and after them how many options there are and which, if there are some} */
    private static String withCount(List<String> words, List<String> options) {
        var all = new ArrayList<>(words);
        if (!options.isEmpty()) {
            all.add(Integer.toString(options.size()));
            all.addAll(options);
        }
        return String.join(" ", all);
    }
}
