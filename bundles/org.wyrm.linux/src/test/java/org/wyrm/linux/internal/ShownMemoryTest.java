package org.wyrm.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;

class ShownMemoryTest {
    private static final long BASE = 0xffff_8880_0000_0000L;
    private static final int PAGE = 4096;

    private final byte[] bytes = new byte[4 * PAGE];
    private final Set<Long> mapped = new HashSet<>();
    private int walks;

    private final class Shown implements MemorySource {
        @Override
        public long firstAddress() {
            return BASE;
        }

        @Override
        public long lastAddress() {
            return BASE + bytes.length - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            var count = Math.min(wantedByteSize, lastAddress() - address + 1);
            return new Chunk(address, MemorySegment.ofArray(bytes).asSlice(address - BASE, count));
        }
    }

    private final class Tables implements PageTables {
        @Override
        public Translation translate(long virtualAddress) {
            walks++;
            var page = virtualAddress & -PAGE;
            if (!mapped.contains(page)) {
                throw new FaultException(AddressSpace.VIRTUAL, virtualAddress, "not mapped");
            }
            return new Translation(page, page - BASE, PAGE);
        }

        @Override
        public Walk walk(long virtualAddress) {
            try {
                return new Walk(List.of(), Optional.of(translate(virtualAddress)), Optional.empty());
            } catch (FaultException fault) {
                return new Walk(List.of(), Optional.empty(), Optional.of(fault));
            }
        }

        @Override
        public Optional<Translation> nextPage(long virtualAddress, Cancellation cancellation) {
            return Optional.empty();
        }
    }

    private TargetMemory memory() {
        var tables = new Tables();
        var physical = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of());
        var source = new ShownMemory(new Shown(), tables, new TranslatedMemory(tables, physical), 12);
        return new TargetMemory(AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(source));
    }

    @Test
    void isWhatIsShown() {
        Arrays.fill(bytes, (byte) 7);

        assertThat(memory().bytes(BASE, bytes.length)).isEqualTo(bytes);
        assertThat(walks).isZero();
        assertThat(memory().isStable()).isFalse();
    }

    @Test
    void hasZerosWhereAPageIsMapped() {
        mapped.add(BASE + PAGE);
        var memory = memory();

        assertThat(memory.u64(BASE + PAGE)).isZero();
        assertThat(memory.u64(BASE + PAGE + 64)).isZero();
        assertThat(walks).as("walks").isEqualTo(1);
    }

    @Test
    void faultsWhereNoneIs() {
        assertThatThrownBy(() -> memory().u64(BASE + PAGE + 8))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        fault -> assertThat(fault.address()).isEqualTo(BASE + PAGE + 8))
                .hasMessageContaining("not mapped");
    }

    @Test
    void faultsAtTheFirstPageOfMany() {
        Arrays.fill(bytes, 0, 2 * PAGE, (byte) 7);
        mapped.add(BASE + 3 * PAGE);

        assertThatThrownBy(() -> memory().bytes(BASE + 100, bytes.length - 100))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        fault -> assertThat(fault.address()).isEqualTo(BASE + 2 * PAGE));
    }
}
