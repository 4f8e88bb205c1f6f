package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * btrfs in dumps of the lab: its parts make up its whole, and where its disk was stuck, a transaction is on its way. What a
 * running kernel says of its file systems is in {@link LiveDisksIT}.
 */
@Timeout(300)
class BtrfsIT {
    @ParameterizedTest
    @CsvSource({
        "6.1,kaslr256,zero",
        "6.12,kaslr256,zero",
        "6.1,stuck256,zero",
        "6.1,stuck256,dwarf",
        "6.12,stuck256,zero",
        "5.10,kaslr256,dwarf",
        "5.10,stuck256,dwarf"
    })
    void partsMakeUpTheWhole(String series, String guest, String symbols) {
        var dump = GuestDump.of(series, guest);
        var options = new ArrayList<>(dump.symbols(symbols));
        if (!options.isEmpty()) {
            dump.kernel().moduleDebugFiles().stream()
                    .filter(file -> file.endsWith("btrfs.ko"))
                    .forEach(file -> options.addAll(List.of("-s", file.toString())));
        }

        var row = dump.rows(options, "btrfs", "LABBTRFS").getFirst();
        var spaces = dump.rows(options, "btrfsspace", "vdd");
        var devices = dump.rows(options, "btrfsdevices", row.required("fsid").asText());

        assertThat(row.required("mounted_on").toString()).isEqualTo("[\"/mnt/btrfs\"]");
        assertThat(row.required("state")).isEmpty();
        assertThat(row.required("flags").toString()).contains("\"OPEN\"");
        assertThat(row.required("size_bytes").asLong()).isEqualTo(128 << 20);
        assertThat(devices).singleElement().satisfies(device -> {
            assertThat(device.required("path").asText()).isEqualTo("/dev/vdd");
            assertThat(device.required("disk").asText()).isEqualTo("vdd");
            assertThat(device.required("size_bytes")).isEqualTo(row.required("size_bytes"));
            assertThat(device.required("allocated_bytes")).isEqualTo(row.required("allocated_bytes"));
            assertThat(device.required("errors")).hasSize(5).allMatch(errors -> errors.asLong() == 0);
        });
        assertThat(spaces)
                .extracting(space -> space.required("type").asText())
                .containsExactly("data", "metadata", "system");
        assertThat(spaces)
                .extracting(space -> space.required("profiles").toString())
                .containsExactly("[\"single\"]", "[\"dup\"]", "[\"dup\"]");
        assertThat(spaces.stream()
                        .mapToLong(space -> space.required("used_bytes").asLong())
                        .sum())
                .isEqualTo(row.required("used_bytes").asLong());
        assertThat(spaces.stream()
                        .mapToLong(space -> space.required("disk_size_bytes").asLong())
                        .sum())
                .isEqualTo(row.required("allocated_bytes").asLong())
                .isEqualTo(row.required("size_bytes").asLong()
                        - row.required("unallocated_bytes").asLong());
        assertThat(row.required("transactions")).singleElement().satisfies(transaction -> {
            var isStuck = guest.equals("stuck256");
            assertThat(transaction.required("id")).isEqualTo(row.required("generation"));
            assertThat(transaction.required("id").asLong())
                    .isEqualTo(row.required("committed").asLong() + 1);
            assertThat(transaction.required("state").asText()).isEqualTo(isStuck ? "UNBLOCKED" : "RUNNING");
            assertThat(transaction.required("age_seconds").asDouble()).isBetween(isStuck ? 30.0 : 0.0, 600.0);
        });
        System.out.printf("BtrfsIT %s %s %s: %s%n", series, guest, symbols, row.required("transactions"));
    }

    @Test
    void isRefusedWithoutTypes() {
        var dump = GuestDump.of("5.10", "kaslr256");

        assertThat(Wyrm.built().run("-c", dump.file(), "btrfs"))
                .returns(7, Wyrm.Run::code)
                .extracting(Wyrm.Run::err)
                .asString()
                .contains("needs member fs_devices of struct btrfs_fs_info, which this target has not");
    }
}
