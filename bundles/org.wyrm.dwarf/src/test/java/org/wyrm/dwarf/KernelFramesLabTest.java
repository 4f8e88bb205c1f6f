package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.elf.ElfRelocator;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dump.Sample;

/** Every FDE of the lab's kernels, some modules and the system's programs, row by row, beside readelf's and LLVM's reading. Skipped, loudly, without them. */
class KernelFramesLabTest {
    @Test
    void everyRowIsThatOfReadelfAndLlvm() {
        DebugFile.requireTool("readelf", "llvm-dwarfdump");
        for (var kernel : DebugFile.kernels()) {
            var comparison = CallFrameComparison.debugFrame(kernel);

            var llvm = CallFrameComparison.debugFrame(kernel);

            assertThat(comparison.run()).as(kernel.toString()).isEmpty();
            assertThat(llvm.runLlvm()).as(kernel.toString()).isEmpty();

            System.err.printf(
                    "%s: %d FDEs with %d rows are as readelf's, with %d rows as LLVM's%n",
                    kernel, comparison.entries, comparison.rows, llvm.rows);
            assertThat(llvm.entries).isEqualTo(comparison.entries);
            assertThat(comparison.entries).isGreaterThan(40_000);
            assertThat(comparison.rows).isGreaterThan(200_000);
        }
    }

    @Test
    void everyRowOfModulesIsThatOfReadelf() {
        DebugFile.requireTool("readelf", "llvm-dwarfdump");
        var kernel = LabKernel.find("6.1");
        DebugFile.requireOrSkip(kernel.isPresent(), "no modules of 6.1 in the lab");
        var sample = Sample.of(20);
        var withoutFrames = 0;
        var entries = 0;
        var rows = 0L;
        for (var path : sample.from(kernel.orElseThrow().moduleDebugFiles())) {
            var file = DebugFile.open(path);
            var found = file.elf().findSection(".debug_frame");
            if (found.isEmpty()) {
                // Some have no code, but data.
                withoutFrames++;
                continue;
            }
            var section = found.get();
            var bytes = file.elf().bytes(section);
            var content = bytes.toArray(0, bytes.byteSize());
            new ElfRelocator(file.elf(), ElfSectionAddresses.ofHeaders()).apply(section, content);
            var comparison = new CallFrameComparison(
                    file, ByteSlice.of(".debug_frame", content, bytes.order()), CallFrameSection.Kind.DEBUG_FRAME);

            assertThat(comparison.run()).as(path.toString()).isEmpty();

            entries += comparison.entries;
            rows += comparison.rows;
        }
        System.err.printf(
                "modules: %d FDEs with %d rows are as readelf's, %d modules have none, %s%n",
                entries, rows, withoutFrames, sample);
        assertThat(entries).isGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/bin/bash"})
    void everyRowOfTheSystemsFilesIsThatOfReadelfAndLlvm(String path) {
        DebugFile.requireTool("readelf", "llvm-dwarfdump");
        var file = Path.of(path);
        DebugFile.requireOrSkip(Files.exists(file), "no " + path);
        var comparison = CallFrameComparison.ehFrame(DebugFile.open(file));
        var llvm = CallFrameComparison.ehFrame(DebugFile.open(file));

        assertThat(comparison.run()).isEmpty();
        assertThat(llvm.runLlvm()).isEmpty();

        System.err.printf(
                "%s: %d FDEs with %d rows are as readelf's, with %d rows as LLVM's%n",
                path, comparison.entries, comparison.rows, llvm.rows);
        assertThat(llvm.entries).isEqualTo(comparison.entries);
        assertThat(comparison.entries).isGreaterThan(100);
    }
}
