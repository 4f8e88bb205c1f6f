package org.wyrm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.spi.MemorySource;

class MemoryDumpTest {
    /** Memory up to an address, whose every byte is the lowest of its address. */
    private record Counting(long firstAddress, long lastAddress) implements MemorySource {
        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(address, MemorySegment.ofArray(new byte[] {(byte) address}));
        }
    }

    private static TargetMemory memory(ByteOrder order, long first, long last) {
        return new TargetMemory(AddressSpace.VIRTUAL, order, List.of(new Counting(first, last)));
    }

    @Test
    void hasRowsOfNumbers() {
        var memory = memory(ByteOrder.LITTLE_ENDIAN, 0x40, 0x7f);

        var rows = MemoryDump.rows(memory, 0x40, 4, 4, 5).toList();

        assertThat(rows).extracting(MemoryDump.Row::address).containsExactly(0x40L, 0x50L);
        assertThat(rows.getFirst().numbers(memory, 4))
                .containsExactly(0x43424140L, 0x47464544L, 0x4b4a4948L, 0x4f4e4d4cL);
        assertThat(rows.getFirst().ascii()).isEqualTo("@ABCDEFGHIJKLMNO");
        assertThat(rows.getLast().numbers(memory, 2)).containsExactly(0x5150L, 0x5352L);
    }

    @Test
    void hasTheByteOrderOfTheTarget() {
        var memory = memory(ByteOrder.BIG_ENDIAN, 0, 0xff);
        var row = MemoryDump.rows(memory, 0xf0, 8, 1, 1).findFirst().orElseThrow();

        assertThat(row.numbers(memory, 8)).containsExactly(0xf0f1f2f3f4f5f6f7L);
        assertThat(row.ascii()).isEqualTo("........");
    }

    @Test
    void givesWhatIsBeforeAFault() {
        var rows = MemoryDump.rows(memory(ByteOrder.LITTLE_ENDIAN, 0, 0x1d), 0, 4, 4, 1_000_000_000_000L)
                .iterator();

        assertThat(rows.next().bytes()).hasSize(16);
        assertThat(rows.next().bytes()).hasSize(12);
        assertThatThrownBy(rows::next)
                .isInstanceOfSatisfying(
                        FaultException.class,
                        fault -> assertThat(fault.address()).isEqualTo(0x1e));
    }

    @Test
    void endsWithTheAddressSpace() {
        var memory = memory(ByteOrder.LITTLE_ENDIAN, -16, -1);

        assertThat(MemoryDump.rows(memory, -16, 8, 2, 2).toList()).hasSize(1);
        assertThatThrownBy(() -> MemoryDump.rows(memory, -16, 8, 2, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemoryDump.rows(memory, -16, 8, 2, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 1", "-1, 8, 0", "-8, 8, 1", "-9, 8, 1", "0, 8, 2305843009213693952", "0, 1, -1"})
    void knowsHowManyNumbersThereAre(long address, int numberByteSize, long count) {
        assertThat(MemoryDump.numbersToEnd(address, numberByteSize)).isEqualTo(count);
    }
}
