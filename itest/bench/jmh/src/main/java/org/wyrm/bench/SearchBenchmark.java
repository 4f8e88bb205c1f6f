package org.wyrm.bench;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.search.MemorySearch;
import org.wyrm.memory.search.SearchPattern;
import org.wyrm.memory.search.ValueRange;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.testkit.dump.LabDump;

/** Searches of a whole ELF dump, mapped as the product maps it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgs = "-Xmx1g")
@State(Scope.Benchmark)
public class SearchBenchmark {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** How many threads search. */
    @Param({"1", "2"})
    public int threads;

    /** Not used: decoders.sh gives it to all benchmarks. */
    @Param("6.1")
    public String series = "";

    private final MappedFile file = MappedFile.open(LabDump.lab().resolve("out/kaslr256/vmcore.elf"));

    /** The file as memory from address 0 on. */
    private record Dump(MemorySegment bytes) implements MemorySource {
        @Override
        public long firstAddress() {
            return 0;
        }

        @Override
        public long lastAddress() {
            return bytes.byteSize() - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(0, bytes);
        }
    }

    /** Ten bytes that are nowhere. */
    @Benchmark
    public void bytes(Work work) {
        search(SearchPattern.bytes("q1w2e3r4t5".getBytes(StandardCharsets.US_ASCII)), work);
    }

    /** A number of 8 bytes. */
    @Benchmark
    public void number(Work work) {
        search(SearchPattern.integer(Long.BYTES, ORDER, 0xdead_4ead_0000_0000L), work);
    }

    /** Numbers of a range. */
    @Benchmark
    public void range(Work work) {
        var range = List.of(new ValueRange(0xdead_0000_0000_0000L, 0xdead_0000_ffff_ffffL));
        search(SearchPattern.integers(Long.BYTES, ORDER, range, 0), work);
    }

    /** A regular expression that begins with a text. */
    @Benchmark
    public void regex(Work work) {
        search(SearchPattern.regex("Linux version [0-9.]+"), work);
    }

    private void search(SearchPattern pattern, Work work) {
        var segment = file.bytes().segment();
        var memory = new TargetMemory(AddressSpace.PHYSICAL, ORDER, List.of(new Dump(segment)));
        try (var matches = MemorySearch.of(memory).threads(threads).find(pattern)) {
            work.items += matches.count();
        }
        work.bytes += segment.byteSize();
    }
}
