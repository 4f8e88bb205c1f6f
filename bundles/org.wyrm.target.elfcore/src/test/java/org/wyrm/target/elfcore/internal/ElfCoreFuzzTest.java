package org.wyrm.target.elfcore.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.testkit.dump.ElfBuilder.Layout;
import org.wyrm.testkit.dump.VmcoreBuilder;

/** See docs/help/fuzz.md. */
class ElfCoreFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(Layout.values())
                .map(layout -> new VmcoreBuilder()
                        .layout(layout)
                        .note("CORE", 1, new byte[8])
                        .vmcoreinfo("OSRELEASE=6.1.0\n")
                        .memory(0x1000, new byte[16])
                        .memory(-0x1000, 0x8000, new byte[16], 0x1000)
                        .build());
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m")
    void onlyDebuggerExceptionsComeOut(byte[] file) {
        new ElfCoreFormatTest().openAndReadAll(file);
    }
}
