package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.testkit.dump.LabKernel;

/**
 * Partitions, which the guests of the lab's dumps have none of, and disks of zram, of which those guests tell nothing, and XFS
 * and btrfs: in a running guest, beside its sysfs and statfs.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("alone")
class LiveDisksIT {
    private static final int NOT_AVAILABLE = 3;

    /** The files below /sys/fs/btrfs that wyrm has the contents of; {@code mounted}, {@code used}, {@code shown} are the script's. */
    private static final Pattern BTRFS = Pattern.compile("[^/]*/(mounted|label|used|generation|exclusive_operation"
            + "|allocation/(global_rsv_\\w+|\\w+/(bytes_\\w+|disk_\\w+|(\\w+/)?total_bytes))"
            + "|devinfo/\\d+/(writeable|in_fs_metadata|missing|replace_target|shown|error_stats/\\w+))");

    @TempDir
    private static Path folder;

    /**
     * Two disks with tables of partitions, one of them read-only, and of the other a partition. Disks of zram: one with
     * pages of each kind, one that has written some back and may take a MiB, one without a size.
     */
    private static final String SCRIPT = """
            cd /run
            export HOME=/run NO_COLOR=1
            K=%s
            modprobe -d $K loop max_part=8
            modprobe -d $K lzo-rle
            modprobe -d $K zram num_devices=3
            python3 - <<'END'
            import struct
            def disk(name, size, partitions):
                table = bytearray(512)
                for i, (start, count) in enumerate(partitions):
                    table[446 + 16 * i:462 + 16 * i] = struct.pack('<B3sB3sII', 0, b'', 0x83, b'', start, count)
                table[510:] = b'\\x55\\xaa'
                with open(name, 'wb') as file:
                    file.truncate(size)
                    file.write(table)
            disk('first', 16 << 20, [(2048, 8192), (12288, 4096)])
            disk('second', 8 << 20, [(64, 1000)])
            END
            losetup -r -P /dev/loop0 first
            losetup -P /dev/loop1 second
            sleep 1
            blockdev --setro /dev/loop1p1

            cd /sys/block
            python3 -c 'print("words and words " * 50000)' >/run/words
            echo 16M >zram0/disksize
            dd if=/run/words of=/dev/zram0 bs=64k conv=fsync
            dd if=/dev/zero of=/dev/zram0 bs=64k seek=16 count=4 conv=fsync
            dd if=/dev/urandom of=/dev/zram0 bs=64k seek=32 count=5 conv=fsync
            truncate -s 8M /run/third && losetup /dev/loop2 /run/third
            echo /dev/loop2 >zram1/backing_dev
            echo 4M >zram1/disksize
            echo 1M >zram1/mem_limit
            dd if=/run/words of=/dev/zram1 bs=64k count=2 conv=fsync
            echo all >zram1/idle && echo idle >zram1/writeback
            dd if=/dev/urandom of=/dev/zram1 bs=64k seek=20 count=40 conv=fsync

            cd /run
            if command -v mkfs.xfs >/dev/null; then
                modprobe -d $K xfs
                for name in used frozen; do
                    truncate -s 320M $name.img && mkfs.xfs -q $name.img && mkdir $name && mount -o loop $name.img $name
                    for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=$name/$i bs=100k count=$i 2>/dev/null; done
                    rm $name/5
                    sync -f $name
                    xfs_freeze -f $name
                done
                xfs_freeze -u used
                X=xfs
            fi
            xfs_says() {
                [ -n "$X" ] || return
                for name in used frozen; do
                    disk=$(losetup -n -O NAME -j $name.img | sed 's,/dev/,,')
                    echo "$disk /run/$name $(stat -f -c '%%s %%b %%f %%c %%d' $name)" \
                        "$(cat /sys/fs/xfs/$disk/log/log_head_lsn /sys/fs/xfs/$disk/log/log_tail_lsn | tr '\\n' ' ')"
                done
            }

            if command -v mkfs.btrfs >/dev/null; then
                modprobe -d $K btrfs
                mkdir small single mirror degraded seeded
                mount -t tmpfs -o size=30M none small
                truncate -s 160M small/one && mkfs.btrfs -q -L one small/one
                truncate -s 192M a b c d e f
                mkfs.btrfs -q -L 'two disks' -d raid1 -m raid1 a b
                mkfs.btrfs -q -d raid1 -m raid1 c d
                mkfs.btrfs -q -L seed e && btrfstune -S 1 e
                for name in single=small/one mirror=a b degraded=c seed=e sprout=f; do
                    eval "${name%%%%=*}=$(losetup -f --show ${name#*=})"
                done
                btrfs device scan
                mount -o commit=300 $single single
                mount -o commit=300 $mirror mirror
                mount -o degraded,ro $degraded degraded
                mount $seed seeded
                btrfs device add $sprout seeded
                for name in single mirror; do
                    dd if=/dev/urandom of=$name/x bs=100k count=30
                    dd if=/dev/urandom of=$name/y bs=100k count=40
                done
                sync -f single mirror
                truncate -s 43M b
                btrfs scrub start -B mirror
                rm single/y
                dd if=/dev/urandom of=single/z bs=100k count=5
                fsfreeze -f mirror
                B="btrfs btrfsspace btrfsdevices"
            fi
            btrfs_says() {
                [ -n "$B" ] || return
                for name in single mirror degraded seeded; do
                    echo "$(findmnt -n -o UUID $name)/mounted:/run/$name"
                done
                btrfs filesystem show --raw -m | awk '/uuid:/ { id = $NF }
                    /bytes used/ { print id "/used:" $NF }
                    /devid/ && !/MISSING/ { print id "/devinfo/" $2 "/shown:" $4 " " $6 " " $8 }'
                (cd /sys/fs/btrfs && grep -r . *-*)
            }

            for disk in /sys/class/block/*; do
                echo "${disk##*/} $(cat $disk/dev) $(cat $disk/start 2>/dev/null || echo null)" \
                    "$(cat $disk/size) $(cat $disk/ro)" >>out/sysfs
            done
            for disk in /sys/block/zram*; do
                set -- $(cat $disk/mm_stat) $(cat $disk/io_stat) $(cat $disk/bd_stat)
                echo "${disk##*/} $(sed 's/.*\\[\\(.*\\)\\].*/\\1/' $disk/comp_algorithm) $(cat $disk/disksize)" \
                    "$1 $2 $3 $5 $4 $6 $8 $7 ${10} ${11} $(sed 's,/dev/,,' $disk/backing_dev) ${14}" >>out/stat
            done
            wyrm() { # SUFFIX COMMAND...: a process for all, and one CPU for it: else its code changes under QEMU's other CPU
                suffix=$1
                shift
                for command; do
                    echo "$command --format json > out/${command%%%% *}$suffix"
                done | taskset -c 1 %s -k 2>>out/err
            }
            btrfs_says >out/btrfs1
            xfs_says >out/xfs1
            wyrm "" $X $B zram "disks --partitions"
            btrfs_says >out/btrfs2
            xfs_says >out/xfs2

            if [ -n "$B" ]; then
                fsfreeze -u mirror
                for limit in /sys/fs/btrfs/*/devinfo/*/scrub_speed_max; do echo 100k >$limit; done
                btrfs scrub start mirror
                dd if=/dev/urandom of=single/big bs=1M count=40 conv=fsync
                sync -f single
            fi
            if [ -n "$X" ]; then
                xfs_freeze -u frozen
                xfs_io -x -c shutdown frozen
            fi
            btrfs_says >out/btrfs3
            wyrm -failed $X ${B:+btrfs btrfsdevices}
            [ -z "$B" ] || btrfs scrub cancel mirror
            """;

    private Path out;

    @BeforeAll
    void runTheGuest() throws IOException, InterruptedException {
        Lab.vmlinux("6.1");
        var kernel = LabKernel.find("6.1").orElseThrow();
        var says = folder.resolve("says");
        out = folder.resolve("out");
        var process = new ProcessBuilder(
                        Wyrm.root().resolve("itest/lab/live-guest.sh").toString(),
                        "wait=600",
                        "out=" + out,
                        "--",
                        SCRIPT.formatted(kernel.root(), Wyrm.built().program()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(says.toFile()))
                .start();
        process.getOutputStream().close();
        var code = process.waitFor();
        if (code == NOT_AVAILABLE) {
            Peer.skipped("NOT RUN: disks of a running guest: " + Files.readString(says));
        }
        assertThat(code).as(Files.readString(says)).isZero();
    }

    @Test
    void partitionsAreAsSysfsHasThem() throws IOException {
        var sysfs = Files.readAllLines(out.resolve("sysfs"));
        assertThat(Files.readString(out.resolve("err"))).isEmpty();
        assertThat(Json.rows(Files.readString(out.resolve("disks"))).stream().map(LiveDisksIT::line))
                .containsExactlyInAnyOrderElementsOf(sysfs);
        assertThat(sysfs)
                .contains(
                        "loop0 7:0 null 32768 1",
                        "loop0p1 7:1 2048 8192 1",
                        "loop0p2 7:2 12288 4096 1",
                        "loop1 7:16 null 16384 0",
                        "loop1p1 7:17 64 1000 1");
        System.out.printf("LiveDisksIT: %d disks and partitions%n", sysfs.size());
    }

    @Test
    void zramIsAsSysfsHasIt() throws IOException {
        var sysfs = Files.readAllLines(out.resolve("stat"));

        assertThat(Files.readString(out.resolve("err"))).isEmpty();
        assertThat(Json.rows(Files.readString(out.resolve("zram"))).stream().map(LiveDisksIT::zram))
                .containsExactlyInAnyOrderElementsOf(sysfs);
        assertThat(sysfs).hasSize(3);
        System.out.println("LiveDisksIT: " + sysfs);
        var full = sysfs.get(0).split(" ");
        var limited = sysfs.get(1).split(" ");
        // Each number is there, or the comparison would be of zeros.
        assertThat(List.of(full).subList(3, 7)).doesNotContain("0");
        assertThat(full[8]).as("same pages").isNotEqualTo("0");
        assertThat(full[9]).as("huge pages").isEqualTo("80");
        assertThat(limited[7]).as("limit").isEqualTo("1048576");
        assertThat(limited[12]).as("failed writes").isNotEqualTo("0");
        assertThat(limited[13]).isEqualTo("loop2");
        assertThat(limited[14]).as("written back").isNotEqualTo("0");
        assertThat(sysfs.get(2)).startsWith("zram2 ").contains(" 0 0 0 0 ");
    }

    @Test
    void xfsIsAsStatfsAndSysfsHaveIt() throws IOException {
        if (!Files.exists(out.resolve("xfs"))) {
            Peer.skipped("NOT RUN: XFS of a running guest: there is no mkfs.xfs (Debian's xfsprogs)");
        }
        var before = Files.readAllLines(out.resolve("xfs1"));
        var after = Files.readAllLines(out.resolve("xfs2"));
        var rows = Json.rows(Files.readString(out.resolve("xfs")));

        assertThat(Files.readString(out.resolve("err"))).isEmpty();
        assertThat(rows).hasSize(2);
        System.out.println("LiveDisksIT: " + before);
        for (var row : rows) {
            // The log of what is not frozen may go on between two looks at it.
            assertThat(xfs(row)).isIn(line(before, row), line(after, row));
            assertThat(row.required("free").asLong())
                    .isLessThan(row.required("blocks").asLong());
        }
        assertThat(rows).extracting(row -> row.required("state").toString()).containsExactly("[]", "[\"frozen\"]");
        assertThat(Json.rows(Files.readString(out.resolve("xfs-failed"))))
                .extracting(row -> row.required("state").toString())
                .containsExactly("[]", "[\"shutdown\"]");
    }

    @Test
    void btrfsIsAsSysfsHasIt() throws IOException {
        if (!Files.exists(out.resolve("btrfs"))) {
            Peer.skipped("NOT RUN: btrfs of a running guest: there is no mkfs.btrfs (Debian's btrfs-progs)");
        }
        assertThat(Files.readString(out.resolve("err"))).isEmpty();
        var before = sysfs("btrfs1");
        var after = sysfs("btrfs2");
        var found = new TreeMap<String, String>();
        var rows = btrfsRows("btrfs");
        rows.forEach(row -> fileSystem(row, found));
        var devices = btrfsRows("btrfsdevices");
        var seed = devices.stream()
                .filter(row -> row.required("seed").asBoolean())
                .findFirst()
                .orElseThrow();
        devices.stream().filter(row -> row.required("mounted").asBoolean()).forEach(row -> device(row, found));
        btrfsRows("btrfsspace").forEach(row -> space(row, found));

        assertThat(found.keySet()).isEqualTo(before.keySet());
        assertThat(found).allSatisfy((key, value) -> assertThat(value).as(key).isIn(before.get(key), after.get(key)));
        System.out.printf("LiveDisksIT: btrfs, %d values%n", found.size());
        assertThat(rows.stream().map(LiveDisksIT::state))
                .containsExactly(
                        "one [] 0",
                        "two disks [\"frozen\"] 0",
                        "null [\"read-only\",\"RO\"] 1",
                        "seed [\"read-only\",\"RO\"] 0");
        assertThat(rows.getFirst().required("transactions"))
                .singleElement()
                .returns("RUNNING", transaction -> transaction.required("state").asText())
                .returns(rows.getFirst().required("generation"), transaction -> transaction.required("id"));
        // A seed is a device of what grew from it, and of the file system that it was.
        assertThat(devices)
                .filteredOn(row -> row.required("seed").asBoolean()
                        || !row.required("mounted").asBoolean())
                .extracting(
                        row -> row.required("mounted").asBoolean(),
                        row -> row.required("errors").isNull(),
                        row -> row.required("uuid"))
                .containsExactlyInAnyOrder(
                        tuple(true, false, seed.required("uuid")), tuple(false, true, seed.required("uuid")));
        // Numbers are there, or the comparison would be of zeros.
        assertThat(notZero(found)).contains("corruption_errs", "bytes_may_use", "bytes_reserved", "bytes_readonly");
    }

    @Test
    void btrfsTellsOfAFailureAndAScrub() throws IOException {
        if (!Files.exists(out.resolve("btrfs-failed"))) {
            Peer.skipped("NOT RUN: btrfs of a running guest: there is no mkfs.btrfs (Debian's btrfs-progs)");
        }
        var sysfs = sysfs("btrfs3");
        var found = new TreeMap<String, String>();
        btrfsRows("btrfsdevices-failed").stream()
                .filter(row -> row.required("mounted").asBoolean())
                .forEach(row -> device(row, found));

        assertThat(btrfsRows("btrfs-failed"))
                .extracting(LiveDisksIT::state, row -> row.required("scrubs").asInt())
                .containsExactly(
                        tuple("one [\"read-only\",\"ERROR\",\"RO\",\"TRANS_ABORTED\"] 0", 0),
                        tuple("two disks [] 0", 2),
                        tuple("null [\"read-only\",\"RO\"] 1", 0),
                        tuple("seed [\"read-only\",\"RO\"] 0", 0));
        assertThat(sysfs).containsAllEntriesOf(found);
        assertThat(notZero(found)).contains("write_errs");
    }

    /** {@return the last names of the files that do not say 0} */
    private static Set<String> notZero(Map<String, String> files) {
        return files.entrySet().stream()
                .filter(file -> !file.getValue().equals("0"))
                .map(file -> file.getKey().substring(file.getKey().lastIndexOf('/') + 1))
                .collect(Collectors.toSet());
    }

    private List<JsonNode> btrfsRows(String name) throws IOException {
        return Json.rows(Files.readString(out.resolve(name)));
    }

    /** {@return what the guest's files said, by their names below /sys/fs/btrfs, of what wyrm has, too} */
    private Map<String, String> sysfs(String name) throws IOException {
        var said = new TreeMap<String, String>();
        for (var line : Files.readAllLines(out.resolve(name))) {
            var parts = line.replace("error_stats:", "error_stats/")
                    .replaceFirst("(error_stats/\\w+) ", "$1:")
                    .split(":", 2);
            if (BTRFS.matcher(parts[0]).matches()) {
                said.put(parts[0], parts[1]);
            }
        }
        return said;
    }

    private static void fileSystem(JsonNode row, Map<String, String> found) {
        var name = row.required("fsid").asText() + "/";
        if (!row.required("label").isNull()) {
            found.put(name + "label", row.required("label").asText());
        }
        // The script's root is a folder of the guest's.
        found.put(
                name + "mounted",
                row.required("mounted_on").required(0).asText().replaceFirst("^/newroot/", "/"));
        found.put(name + "used", row.required("used_bytes").asText());
        found.put(name + "generation", row.required("generation").asText());
        found.put(name + "exclusive_operation", row.required("exclusive").asText("none"));
        found.put(
                name + "allocation/global_rsv_size",
                row.required("reserve_bytes").asText());
        found.put(
                name + "allocation/global_rsv_reserved",
                row.required("reserve_left_bytes").asText());
    }

    private static void device(JsonNode row, Map<String, String> found) {
        var name =
                row.required("fsid").asText() + "/devinfo/" + row.required("id").asText() + "/";
        for (var state : List.of("WRITEABLE", "IN_FS_METADATA", "MISSING", "REPLACE_TGT")) {
            var file = state.replace("TGT", "TARGET").toLowerCase(Locale.ROOT);
            found.put(name + file, row.required("state").toString().contains(state) ? "1" : "0");
        }
        row.required("errors")
                .properties()
                .forEach(error -> found.put(
                        name + "error_stats/" + error.getKey() + "_errs",
                        error.getValue().asText()));
        var path = row.required("path");
        assertThat(row.required("disk").isNull()).isEqualTo(path.isNull());
        if (!path.isNull()) {
            assertThat(path.asText()).isEqualTo("/dev/" + row.required("disk").asText());
            found.put(
                    name + "shown",
                    "%s %s %s"
                            .formatted(
                                    row.required("size_bytes").asText(),
                                    row.required("allocated_bytes").asText(),
                                    path.asText()));
        }
    }

    private static void space(JsonNode row, Map<String, String> found) {
        var name = row.required("fsid").asText() + "/allocation/"
                + row.required("type").asText() + "/";
        Map.of(
                        "total_bytes", "size",
                        "bytes_used", "used",
                        "bytes_pinned", "pinned",
                        "bytes_reserved", "reserved",
                        "bytes_may_use", "may_use",
                        "bytes_readonly", "readonly",
                        "bytes_zone_unusable", "zone_unusable",
                        "disk_total", "disk_size",
                        "disk_used", "disk_used")
                .forEach((file, key) ->
                        found.put(name + file, row.required(key + "_bytes").asText()));
        var profiles = row.required("profiles");
        assertThat(profiles).hasSize(1);
        found.put(
                name + profiles.required(0).asText() + "/total_bytes",
                row.required("size_bytes").asText());
    }

    private static String state(JsonNode row) {
        return "%s %s %s"
                .formatted(
                        row.required("label").asText(),
                        row.required("state"),
                        row.required("missing").asText());
    }

    private static String line(List<String> said, JsonNode row) {
        return said.stream()
                .filter(line -> line.startsWith(row.required("disk").asText() + " "))
                .findFirst()
                .orElseThrow()
                .strip();
    }

    private static String xfs(JsonNode row) {
        var log = row.required("log");
        var words = new ArrayList<String>();
        for (var key : List.of("disk", "mounted_on", "block_size_bytes", "blocks", "free", "inodes", "free_inodes")) {
            words.add(row.required(key).asText());
        }
        words.add(log.required("head").asText());
        words.add(log.required("tail").asText());
        // The script's root is a folder of the guest's.
        return String.join(" ", words).replace(" /newroot/", " /");
    }

    private static String zram(JsonNode row) {
        var words = new ArrayList<String>();
        words.add(row.required("disk").asText());
        words.add(row.required("algorithms").required(0).asText());
        for (var key : List.of(
                "disk_size_bytes",
                "stored_bytes",
                "compressed_bytes",
                "memory_bytes",
                "most_memory_bytes",
                "limit_bytes",
                "same_pages",
                "huge_pages",
                "compacted",
                "failed_reads",
                "failed_writes",
                "backing",
                "written_back")) {
            var value = row.required(key);
            words.add(!value.isNull() ? value.asText() : key.equals("backing") ? "none" : "0");
        }
        return String.join(" ", words);
    }

    private static String line(JsonNode row) {
        return String.join(
                " ",
                row.required("name").asText(),
                row.required("device").asText(),
                row.required("start").asText(),
                Long.toString(row.required("size_bytes").asLong() / 512),
                row.required("ro").asBoolean() ? "1" : "0");
    }
}
