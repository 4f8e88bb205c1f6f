package org.wyrm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.spi.MemorySource;

class TargetMemoryJoinTest {
    /** Memory whose every byte is its number. */
    private record Numbered(int number, long firstAddress, long lastAddress) implements MemorySource {
        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(address, MemorySegment.ofArray(new byte[] {(byte) number}));
        }
    }

    private static TargetMemory join(MemorySource... sources) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(sources));
    }

    @Test
    void theEarlierSourceCounts() {
        var memory = join(new Numbered(1, 20, 29), new Numbered(2, 10, 39), new Numbered(3, 0, 99));

        assertThat(memory.ranges())
                .containsExactly(
                        new AddressRange(0, 9),
                        new AddressRange(10, 19),
                        new AddressRange(20, 29),
                        new AddressRange(30, 39),
                        new AddressRange(40, 99));
        assertThat(List.of(memory.u8(9), memory.u8(10), memory.u8(20), memory.u8(39), memory.u8(40)))
                .containsExactly(3, 2, 1, 2, 3);
    }

    @Test
    void rangesReachTheLastAddress() {
        var memory = join(new Numbered(1, -16, -1), new Numbered(2, -32, -1), new Numbered(3, 0, -1));

        assertThat(List.of(memory.u8(-1), memory.u8(-17), memory.u8(0))).containsExactly(1, 2, 3);
        assertThat(memory.ranges()).hasSize(3);
    }

    @Test
    void oneSourceMayHaveAllAddresses() {
        assertThat(join(new Numbered(1, 0, -1)).ranges()).containsExactly(new AddressRange(0, -1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void eachAddressBelongsToTheFirstSourceThatHasIt(long seed) {
        var random = new Random(seed);
        var sources = new Numbered[40];
        for (var i = 0; i < sources.length; i++) {
            var first = random.nextInt(250);
            sources[i] = new Numbered(i, first, first + random.nextInt(256 - first));
        }

        var memory = join(sources);

        for (var address = 0; address < 256; address++) {
            var at = (long) address;
            var owner = Arrays.stream(sources)
                    .filter(source -> source.firstAddress() <= at && at <= source.lastAddress())
                    .findFirst();
            if (owner.isPresent()) {
                assertThat(memory.u8(at)).isEqualTo(owner.get().number());
            } else {
                assertThatThrownBy(() -> memory.u8(at)).isInstanceOf(FaultException.class);
            }
        }
    }

    @Test
    @Timeout(10)
    void aHundredThousandSourcesAreJoinedAtOnce() {
        var sources = new MemorySource[100_000];
        for (var i = 0; i < sources.length; i++) {
            sources[i] = i % 2 == 0 ? new Numbered(1, i * 16L, i * 16L + 20) : new Numbered(2, 0, i * 16L);
        }

        assertThat(join(sources).ranges()).hasSizeGreaterThan(50_000);
    }
}
