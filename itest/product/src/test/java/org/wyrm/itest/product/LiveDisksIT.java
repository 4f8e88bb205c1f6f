package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.testkit.dump.LabKernel;

/**
 * Partitions, which the guests of the lab's dumps have none of, and disks of zram, of which those guests tell nothing, and XFS: in
 * a running guest, beside its sysfs and statfs.
 */
@TestInstance(Lifecycle.PER_CLASS)
class LiveDisksIT {
    private static final int NOT_AVAILABLE = 3;

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
            for disk in /sys/class/block/*; do
                echo "${disk##*/} $(cat $disk/dev) $(cat $disk/start 2>/dev/null || echo null)" \\
                    "$(cat $disk/size) $(cat $disk/ro)" >>out/sysfs
            done
            W=%s
            $W -k --format json disks --partitions >out/disks 2>out/err

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
            for disk in zram*; do
                set -- $(cat $disk/mm_stat) $(cat $disk/io_stat) $(cat $disk/bd_stat)
                echo "$disk $(sed 's/.*\\[\\(.*\\)\\].*/\\1/' $disk/comp_algorithm) $(cat $disk/disksize)" \
                    "$1 $2 $3 $5 $4 $6 $8 $7 ${10} ${11} $(sed 's,/dev/,,' $disk/backing_dev) ${14}" >>/run/out/stat
            done
            $W -k --format json zram >/run/out/zram 2>/run/out/zram.err

            command -v mkfs.xfs >/dev/null || exit 0
            modprobe -d $K xfs
            cd /run
            for name in used frozen; do
                truncate -s 320M $name.img && mkfs.xfs -q $name.img && mkdir $name && mount -o loop $name.img $name
                for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=$name/$i bs=100k count=$i 2>/dev/null; done
                rm $name/5
                sync
            done
            xfs_freeze -f frozen
            xfs() {
                for name in used frozen; do
                    disk=$(losetup -n -O NAME -j $name.img | sed 's,/dev/,,')
                    echo "$disk /run/$name $(stat -f -c '%%s %%b %%f %%c %%d' $name)" \
                        "$(cat /sys/fs/xfs/$disk/log/log_head_lsn /sys/fs/xfs/$disk/log/log_tail_lsn | tr '\\n' ' ')"
                done
            }
            xfs >out/xfs1
            $W -k --format json xfs >out/xfs 2>out/xfs.err
            xfs >out/xfs2
            xfs_freeze -u frozen
            xfs_io -x -c shutdown frozen
            $W -k --format json xfs >out/shutdown 2>>out/xfs.err
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

        assertThat(Files.readString(out.resolve("zram.err"))).isEmpty();
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

        assertThat(Files.readString(out.resolve("xfs.err"))).isEmpty();
        assertThat(rows).hasSize(2);
        System.out.println("LiveDisksIT: " + before);
        for (var row : rows) {
            // The log of what is not frozen may go on between two looks at it.
            assertThat(xfs(row)).isIn(line(before, row), line(after, row));
            assertThat(row.required("free").asLong())
                    .isLessThan(row.required("blocks").asLong());
        }
        assertThat(rows).extracting(row -> row.required("state").toString()).containsExactly("[]", "[\"frozen\"]");
        assertThat(Json.rows(Files.readString(out.resolve("shutdown"))))
                .extracting(row -> row.required("state").toString())
                .containsExactly("[]", "[\"shutdown\"]");
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
