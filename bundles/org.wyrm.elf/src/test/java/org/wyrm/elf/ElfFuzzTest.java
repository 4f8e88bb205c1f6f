package org.wyrm.elf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.testkit.dump.ElfBuilder;

/** See docs/help/fuzz.md. */
class ElfFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.concat(headers(), debugSections());
    }

    private static Stream<byte[]> debugSections() {
        return DebugSectionsTest.shapes().map(shape -> {
            var arguments = shape.get();
            return DebugSectionsTest.everything((int) arguments[0], (java.nio.ByteOrder) arguments[1]);
        });
    }

    private static Stream<byte[]> headers() {
        return ElfFileTest.shapes().map(shape -> {
            var arguments = shape.get();
            return ElfFileTest.elf(
                            (int) arguments[0],
                            (java.nio.ByteOrder) arguments[1],
                            (ElfBuilder.Layout) arguments[2],
                            (ElfBuilder.Counts) arguments[3])
                    .build();
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void onlyDebuggerExceptionsComeOut(byte[] file) {
        ElfFileTest.readAll(file);
        DebugSectionsTest.readAll(file);
    }
}
