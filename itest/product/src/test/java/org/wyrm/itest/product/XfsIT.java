package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.fs.xfs.XfsLog.Lsn;

/**
 * XFS in dumps of the lab: its log is as the kernel keeps it, whose tail is the oldest item that is not in its place. What
 * a running kernel says of its file systems is in {@link LiveDisksIT}.
 */
@Timeout(300)
class XfsIT {
    @ParameterizedTest
    @CsvSource({
        "6.1,kaslr256,zero,0",
        "6.12,kaslr256,zero,0",
        "6.1,stuck256,zero,5",
        "6.1,stuck256,dwarf,5",
        "6.12,stuck256,zero,5"
    })
    void theTailOfTheLogIsItsOldestItem(String series, String guest, String symbols, int atLeast) {
        var dump = GuestDump.of(series, guest);
        var row = dump.rows(dump.symbols(symbols), "xfs").getFirst();
        var log = row.required("log");
        var items = dump.rows(dump.symbols(symbols), "xfsail");

        assertThat(row.required("mounted_on").asText()).isEqualTo("/mnt/xfs");
        assertThat(row.required("blocks").asLong()
                        * row.required("block_size_bytes").asLong())
                .isBetween(100L << 20, 320L << 20);
        assertThat(row.required("free").asLong())
                .isBetween(1L, row.required("blocks").asLong());
        assertThat(log.required("items").asInt()).isEqualTo(items.size());
        assertThat(items).hasSizeGreaterThanOrEqualTo(atLeast).allSatisfy(item -> {
            assertThat(item.required("flags").toString()).contains("\"IN_AIL\"");
            assertThat(item.required("type").asText()).doesNotStartWith("0x");
            assertThat(item.required("inode").isNull())
                    .isEqualTo(!item.required("type").asText().equals("INODE"));
        });
        var places = new ArrayList<>(
                items.stream().map(item -> lsn(item.required("lsn"))).toList());
        places.add(lsn(log.required("head")));
        assertThat(places).isSorted();
        if (!items.isEmpty()) {
            assertThat(lsn(log.required("tail"))).isEqualTo(places.getFirst());
        }
        System.out.printf("XfsIT %s %s %s: log %s, %d items%n", series, guest, symbols, log, items.size());
    }

    private static Lsn lsn(JsonNode text) {
        var parts = text.asText().split(":");
        return new Lsn(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    @Test
    void isRefusedWithoutTypes() {
        var dump = GuestDump.of("5.10", "kaslr256");

        assertThat(Wyrm.built().run("-c", dump.file(), "xfs"))
                .returns(7, Wyrm.Run::code)
                .extracting(Wyrm.Run::err)
                .asString()
                .contains("needs member m_fdblocks of struct xfs_mount, which this target has not");
    }
}
