package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every location list of the lab's kernels, beside readelf's reading. Skipped, loudly, where there are none. */
class KernelLocationsLabTest {
    @Test
    void everyListAndExpressionIsThatOfReadelf() {
        DebugFile.requireTool("readelf");
        for (var kernel : DebugFile.kernels()) {
            var comparison = new LocationComparison(kernel);

            assertThat(comparison.run()).as(kernel.toString()).isEmpty();

            System.err.printf(
                    "%s: %d location lists with %d ranges and %d operations are as readelf's%n",
                    kernel, comparison.lists, comparison.ranges, comparison.operations);
            assertThat(comparison.lists).isGreaterThan(100_000);
        }
    }
}
