package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every line table of the lab's kernels, beside LLVM's reading. Skipped, loudly, where there are none. */
class KernelLinesLabTest {
    @Test
    void everyRowAndNameIsThatOfLlvm() {
        DebugFile.requireTool("llvm-dwarfdump");
        for (var kernel : DebugFile.kernels()) {
            var comparison = new LineComparison(kernel);

            assertThat(comparison.run()).as(kernel.toString()).isEmpty();

            System.err.printf(
                    "%s: %d line tables, %d names, %d rows are as LLVM's%n",
                    kernel, comparison.tables, comparison.names, comparison.rows);
            assertThat(comparison.rows).isGreaterThan(1_000_000);
        }
    }
}
