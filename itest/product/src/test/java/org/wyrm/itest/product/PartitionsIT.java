package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.testkit.dump.LabKernel;

/** Partitions, which the guests of the lab's dumps have none of: in a running guest, beside its sysfs. */
class PartitionsIT {
    private static final int NOT_AVAILABLE = 3;

    @TempDir
    private Path folder;

    /** Two disks with tables of partitions, one of them read-only, and of the other a partition. */
    private static final String SCRIPT = """
            cd /run
            export HOME=/run NO_COLOR=1
            insmod %s max_part=8
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
            %s -k --format json disks --partitions >out/disks 2>out/err
            """;

    @Test
    void areAsSysfsHasThem() throws IOException, InterruptedException {
        Lab.vmlinux("6.1");
        var kernel = LabKernel.find("6.1").orElseThrow();
        var says = folder.resolve("says");
        var out = folder.resolve("out");
        var process = new ProcessBuilder(
                        Wyrm.root().resolve("itest/lab/live-guest.sh").toString(),
                        "out=" + out,
                        "--",
                        SCRIPT.formatted(loop(kernel.root()), Wyrm.built().program()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(says.toFile()))
                .start();
        process.getOutputStream().close();
        var code = process.waitFor();
        if (code == NOT_AVAILABLE) {
            Peer.skipped("NOT RUN: partitions of a guest: " + Files.readString(says));
        }
        assertThat(code).as(Files.readString(says)).isZero();

        var sysfs = Files.readAllLines(out.resolve("sysfs"));
        assertThat(Files.readString(out.resolve("err"))).isEmpty();
        assertThat(Json.rows(Files.readString(out.resolve("disks"))).stream().map(PartitionsIT::line))
                .containsExactlyInAnyOrderElementsOf(sysfs);
        assertThat(sysfs)
                .contains(
                        "loop0 7:0 null 32768 1",
                        "loop0p1 7:1 2048 8192 1",
                        "loop0p2 7:2 12288 4096 1",
                        "loop1 7:16 null 16384 0",
                        "loop1p1 7:17 64 1000 1");
        System.out.printf("PartitionsIT: %d disks and partitions%n", sysfs.size());
    }

    private static Path loop(Path kernel) throws IOException {
        try (var files = Files.walk(kernel.resolve("lib/modules"))) {
            return files.filter(file -> file.endsWith("loop.ko")).findFirst().orElseThrow();
        }
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
