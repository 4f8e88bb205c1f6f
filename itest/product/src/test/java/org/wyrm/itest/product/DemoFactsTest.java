package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The dump that comes with wyrm, against what its guest said of itself. Always run. */
class DemoFactsTest {
    @Test
    void theDemoDumpSaysWhatItsGuestSaid() {
        var demo = Wyrm.root().resolve("distribution/demo");
        var dump = new DumpFile("6.1", "mini80-panic", demo.resolve("demo.vmcore"), demo.resolve("facts"));
        var report = new FactsReport();

        var comparison = new FactsComparer(Wyrm.built(), dump).compareAll();

        report.add(comparison);
        report.write("demo-facts.txt");
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.rowCount()).isGreaterThan(500);
    }
}
