package org.wyrm.itest.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.wyrm.api.Debugger;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.linux.pid.Pids;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.program.ProgramOpener;

/** The debugger as a library, used by a bundle: docs/help/use-as-a-library.md. */
@ExtendWith(BundleContextExtension.class)
class LibraryTest {
    @InjectBundleContext
    BundleContext context;

    @Test
    void opensWithTheContributionsOfTheFramework() {
        var system = context.getBundle(0).getBundleContext();
        var index = new Index("", List.of());
        try (var contributions = new BundleContributions(system, index, warning -> {});
                var program = new ProgramOpener(contributions).openCore(Framework.demo(), warning -> {})) {
            assertThat(program.evaluate("find_task(1)->comm").string()).isEqualTo("init");
            assertThat(Pids.forEachTask(program).count()).isEqualTo(87);
            assertThat(ValueFormat.DEFAULT.format(program.evaluate("find_task(1)->pid")))
                    .isEqualTo("(pid_t)1");
        }
    }

    @Test
    void saysThatABundleSeesNoClassPath() {
        assertThatThrownBy(() -> Debugger.open(Framework.demo()))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("inside OSGi take the framework's contributions");
    }
}
