package org.wyrm.target.process.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.wyrm.memory.Chunk;

class StackSnapshotsTest {
    private final StackSnapshots snapshots = new StackSnapshots();

    private static Chunk chunk(long first, int byteSize) {
        return new Chunk(first, MemorySegment.ofArray(new byte[byteSize]));
    }

    @Test
    void hasWhatWasKept() {
        var stack = chunk(0x1000, 0x100);
        snapshots.keep(stack);

        assertThat(snapshots.at(0x1000)).contains(stack);
        assertThat(snapshots.at(0x10ff)).contains(stack);
        assertThat(snapshots.at(0xfff)).isEmpty();
        assertThat(snapshots.at(0x1100)).isEmpty();
    }

    @Test
    void tellsHowFarTheNextIs() {
        snapshots.keep(chunk(0x1000, 0x100));

        assertThat(snapshots.distanceToNext(0xf80)).isEqualTo(0x80);
        assertThat(snapshots.distanceToNext(0x1100)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theLaterCounts() {
        var apart = chunk(0x3000, 0x100);
        var later = chunk(0x1080, 0x100);
        snapshots.keep(chunk(0x1000, 0x100));
        snapshots.keep(apart);

        snapshots.keep(later);

        assertThat(snapshots.at(0x1000)).isEmpty();
        assertThat(snapshots.at(0x1080)).contains(later);
        assertThat(snapshots.at(0x3000)).contains(apart);
    }
}
