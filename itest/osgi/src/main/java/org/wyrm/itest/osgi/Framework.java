package org.wyrm.itest.osgi;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.itest.shared.Commands;
import org.wyrm.platform.extension.BundleContributions;
import org.wyrm.platform.extension.Index;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;

/** The platform's part, made on the framework that the tests run in. */
final class Framework {
    private Framework() {}

    static BundleContributions contributions(BundleContext context) {
        // The system bundle's, which stays when a test ends.
        return new BundleContributions(
                context.getBundle(0).getBundleContext(), new Index("", List.of()), Framework::fail);
    }

    static Path root() {
        return Path.of(System.getProperty("wyrm.root")).toAbsolutePath().normalize();
    }

    static Path demo() {
        return root().resolve("distribution/demo/demo.vmcore");
    }

    /** {@return where the plug-in's jar is, for the framework} */
    static String plugin() {
        return root().resolve("plugins-fs/org.wyrm.fs/target/org.wyrm.fs-0.1.0.jar")
                .toUri()
                .toString();
    }

    static Program open(Contributions contributions) {
        return new ProgramOpener(contributions).openCore(demo(), Framework::fail);
    }

    /** {@return the rows of a command that is given no options} */
    static Stream<? extends Record> rows(Contributions contributions, Program program, String name) {
        return Commands.rows(contributions, program, name, Framework::fail);
    }

    private static void fail(String warning) {
        throw new AssertionError("warned: " + warning);
    }
}
