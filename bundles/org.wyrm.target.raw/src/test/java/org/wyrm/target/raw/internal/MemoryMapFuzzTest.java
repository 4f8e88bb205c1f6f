package org.wyrm.target.raw.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/** See docs/help/fuzz.md. */
class MemoryMapFuzzTest {
    private static final int FILE_BYTES = 1 << 16;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "# a remark\n0 0x100000 0x1000\n0x2000\t4096   8192\n",
                        "00001000-00001fff : System RAM\n  00001000-000017ff : Kernel code\n",
                        "0 0xffffffffffff0000 0x10000")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void rangesLieInTheFile(byte[] map) {
        var file = ByteSlice.of("file", new byte[FILE_BYTES], ByteOrder.LITTLE_ENDIAN);
        try {
            for (var range : MemoryMap.parse(ByteSlice.of("map", map, ByteOrder.LITTLE_ENDIAN), file)) {
                assertThat(range.offset()).isBetween(0L, (long) FILE_BYTES);
                assertThat(range.byteSize()).isBetween(1L, FILE_BYTES - range.offset());
            }
        } catch (MalformedDataException refused) {
            assertThat(refused.offsetBytes()).isBetween(0L, (long) map.length);
        }
    }
}
