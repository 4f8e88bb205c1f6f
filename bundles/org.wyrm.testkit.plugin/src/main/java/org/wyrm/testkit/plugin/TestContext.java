package org.wyrm.testkit.plugin;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;

/**
 * What a command may ask when a test runs it: some objects are open as targets, and the class path contributes.
 *
 * {@snippet :
 * var rows = new PciCommand().run(new TestContext(program), new PciCommand.Options(Optional.empty())).toList();
 * }
 *
 * <p>Thread-safe.
 */
public final class TestContext implements CommandContext {
    private final List<Object> targets;
    private final Cancellation cancellation = new Cancellation();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    /**
     * The context of a command.
     *
     * @param targets what is open: an {@code org.wyrm.program.Program} for most commands
     */
    public TestContext(Object... targets) {
        this.targets = List.of(targets);
    }

    @Override
    public <T> T target(Class<T> type) {
        return targets.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new UsageException("no " + type.getSimpleName() + " is open in this test"));
    }

    /** {@return a token that is cancelled by whoever has it; the targets do not know it} */
    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public Contributions contributions() {
        return new ClassPathContributions(TestContext.class.getClassLoader());
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    /** {@return what the command warned of, in its order} */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public Progress progress() {
        return Progress.NONE;
    }
}
