package org.wyrm.target.kdump.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.testkit.dump.CompressedBlocks;
import org.wyrm.testkit.dump.FlattenedBuilder;
import org.wyrm.testkit.dump.KdumpBuilder;

/** See docs/help/fuzz.md. */
class KdumpFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(1, 2, 3, 4, 5, 6)
                .map(version -> new KdumpBuilder()
                        .blockByteSize(512)
                        .version(version)
                        .dumpLevel(version)
                        .machine(version % 2 == 0 ? "x86_64" : "")
                        .vmcoreinfo("NUMBER(phys_base)=0\n")
                        .note("CORE", 1, new byte[8])
                        .page(1, new byte[512])
                        .excluded(2)
                        .page(8, new byte[512], 0)
                        .page(9, CompressedBlocks.lzo(new byte[512]), KdumpBuilder.LZO)
                        .page(10, CompressedBlocks.snappy(new byte[512]), KdumpBuilder.SNAPPY)
                        .page(11, CompressedBlocks.zstd(new byte[512]), KdumpBuilder.ZSTD)
                        .build());
    }

    static Stream<byte[]> flattened() {
        return seeds().map(file -> FlattenedBuilder.flatten(file, 200));
    }

    @MethodSource("flattened")
    @FuzzTest(maxDuration = "5m")
    void onlyDebuggerExceptionsComeOutOfFlattenedOnes(byte[] file) {
        new FlattenedDumpTest().openAndReadAll(file);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void onlyDebuggerExceptionsComeOut(byte[] file) {
        new KdumpFormatTest().openAndReadAll(file);
    }

    static Stream<byte[]> parts() {
        return Stream.of(SplitDumpTest.part(20, 64), SplitDumpTest.part(64, 64), SplitDumpTest.part(9, 30));
    }

    @MethodSource("parts")
    @FuzzTest(maxDuration = "5m")
    void onlyDebuggerExceptionsComeOutOfParts(byte[] file) {
        SplitDumpTest.openBeside(file);
    }
}
