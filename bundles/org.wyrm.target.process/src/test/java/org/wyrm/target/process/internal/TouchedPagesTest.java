package org.wyrm.target.process.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cancellation.Cancellation;

/** Of a file of 10,000 pages, of which 3 is present, 9,000 is swapped out, and 5 has other bits only. */
class TouchedPagesTest {
    private static final int PAGES = 10_000;
    private static final long LAST = PAGES * 4096L - 1;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void aFileTells() throws IOException {
        var entries = ByteBuffer.allocate(PAGES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entries.putLong(3 * Long.BYTES, 1L << 63);
        entries.putLong(5 * Long.BYTES, 1L << 61 | 0xff);
        entries.putLong(9000 * Long.BYTES, 1L << 62);
        file = Files.write(folder.resolve("pagemap"), entries.array());
    }

    private long next(long first, long last) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new TouchedPages(channel).nextTouched(first, last, new Cancellation());
        }
    }

    @Test
    void theNextIsTheFirstOfItsPage() throws IOException {
        assertThat(next(0, LAST)).isEqualTo(3 * 4096);
        assertThat(next(4 * 4096, LAST)).isEqualTo(9000 * 4096);
    }

    @Test
    void anAddressInATouchedPageIsItself() throws IOException {
        assertThat(next(3 * 4096 + 7, LAST)).isEqualTo(3 * 4096 + 7);
    }

    @Test
    void withoutOneItIsBehindTheLast() throws IOException {
        assertThat(next(9001 * 4096, LAST)).isEqualTo(LAST + 1);
        assertThat(next(0, 3 * 4096 - 1)).isGreaterThan(3 * 4096 - 1);
    }

    @Test
    void ofAProcessThatHasEndedThereIsNone() throws IOException {
        assertThat(next(LAST + 1, LAST + 4096)).isEqualTo(LAST + 4097);
    }
}
