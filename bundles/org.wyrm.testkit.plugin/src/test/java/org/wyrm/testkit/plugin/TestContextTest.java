package org.wyrm.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;

class TestContextTest {
    private record Options() {}

    private record Row(int length) {}

    /** Asks for a text, and warns of one that is empty. */
    private static final class LengthCommand implements Command<Options> {
        @Override
        public Stream<Row> run(CommandContext context, Options options) {
            var text = context.target(String.class);
            if (text.isEmpty()) {
                context.warn("empty");
            }
            context.cancellation().check();
            return Stream.of(new Row(text.length()));
        }
    }

    private static List<Row> rows(TestContext context) {
        return new LengthCommand().run(context, new Options()).toList();
    }

    @Test
    void aCommandGetsTheTargetOfItsType() {
        assertThat(rows(new TestContext(1, "four"))).containsExactly(new Row(4));
    }

    @Test
    void whatIsNotOpenIsAnErrorOfTheUser() {
        assertThatThrownBy(() -> rows(new TestContext(1)))
                .isInstanceOf(UsageException.class)
                .hasMessage("no String is open in this test");
    }

    @Test
    void warningsAreKept() {
        var context = new TestContext("");

        rows(context);

        assertThat(context.warnings()).containsExactly("empty");
    }
}
