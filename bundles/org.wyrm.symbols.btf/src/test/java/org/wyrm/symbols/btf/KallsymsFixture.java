package org.wyrm.symbols.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.testkit.kallsyms.KallsymsBuilder;
import org.wyrm.testkit.kallsyms.KallsymsImage;

/** A small kernel's symbols, and memory that has them. */
final class KallsymsFixture {
    static final long TEXT = 0xffff_ffff_8100_0000L;
    static final long END = 0xffff_ffff_8300_0000L;

    private KallsymsFixture() {}

    /** Per-CPU symbols, several at one address, one name twice, a long name, and enough others for three markers. */
    static KallsymsBuilder symbols() {
        var builder = new KallsymsBuilder()
                .add(TEXT, 'T', "_text")
                .add(TEXT, 'T', "startup_64")
                .add(TEXT + 0x100, 't', "cleanup")
                .add(TEXT + 0x180, 'W', "arch_hook")
                .add(TEXT + 0x200, 't', "cleanup")
                .add(TEXT + 0x1000, 'T', "_RNv" + "quite_long_rust_name_".repeat(20))
                .add(TEXT + 0x2000, 'D', "init_task");
        IntStream.range(0, 600).forEach(number -> builder.add(TEXT + 0x3000 + 16L * number, 'r', "filler_" + number));
        return builder.add(END, 'B', "_end");
    }

    static KallsymsBuilder symbolsWithPerCpu() {
        return symbols()
                .add(0, 'A', "fixed_percpu_data")
                .add(0, 'A', "__per_cpu_start")
                .add(0x1000, 'A', "cpu_debug_store")
                .add(0x1a000, 'A', "runqueues");
    }

    static TargetMemory memory(KallsymsImage image, ByteOrder order) {
        return memory(image.address(), image.bytes(), order);
    }

    static TargetMemory memory(long address, byte[] bytes, ByteOrder order) {
        return new TargetMemory(AddressSpace.VIRTUAL, order, List.of(new Bytes(address, MemorySegment.ofArray(bytes))));
    }

    private record Bytes(long firstAddress, MemorySegment bytes) implements MemorySource {
        @Override
        public long lastAddress() {
            return firstAddress + bytes.byteSize() - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(firstAddress, bytes);
        }
    }

    static KallsymsLocations locations(KallsymsImage image) {
        return KallsymsLocations.of(image::find).orElseThrow();
    }

    static AddressRange range(KallsymsImage image) {
        return new AddressRange(image.address(), image.address() + image.bytes().length - 1);
    }
}
