package org.wyrm.platform.launcher.internal.sample;

import java.util.Map;
import java.util.Optional;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.OpenTarget;
import org.wyrm.platform.command.ReportsStatistics;
import org.wyrm.platform.command.TargetProvider;

/** Opens a probe; {@code -c missing} cannot be read. */
public final class ProbeProvider implements TargetProvider<Probe, ProbeProvider.Options> {
    /** Its options. */
    public record Options(
            @Flag(
                    names = {"-c", "--core"},
                    argument = "FILE",
                    help = "a dump")
            Optional<String> core) {}

    @Override
    public Optional<OpenTarget<Probe>> open(CommandContext context, Options options) {
        return options.core().map(name -> {
            if (name.equals("missing")) {
                throw new UnreadableTargetException(name + ": no such file");
            }
            context.warn("probing " + name);
            return new Opened(name);
        });
    }

    private record Opened(String name) implements OpenTarget<Probe>, ReportsStatistics {
        @Override
        public Probe with(Cancellation cancellation) {
            return new Probe(name, cancellation);
        }

        @Override
        public String remark() {
            return "it runs; try again";
        }

        @Override
        public Map<String, Long> statistics() {
            return Map.of("reads", 7L);
        }

        @Override
        public void close() {}
    }
}
