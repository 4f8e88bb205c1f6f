package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every range list and address range of the lab's kernels, beside LLVM's reading. Skipped, loudly, without them. */
class KernelRangesLabTest {
    @Test
    void everyRangeIsThatOfLlvm() {
        DebugFile.requireTool("llvm-dwarfdump");
        for (var kernel : DebugFile.kernels()) {
            var comparison = new RangeComparison(kernel);

            assertThat(comparison.runLists()).as(kernel.toString()).isEmpty();
            assertThat(comparison.runUnits()).as(kernel.toString()).isEmpty();

            System.err.printf(
                    "%s: %d range lists with %d ranges and %d address ranges are as LLVM's%n",
                    kernel, comparison.lists, comparison.ranges, comparison.unitRanges);
            assertThat(comparison.lists).isGreaterThan(100_000);
            assertThat(comparison.unitRanges).isGreaterThan(1_000);
        }
    }
}
