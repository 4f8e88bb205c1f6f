package org.wyrm.platform.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.wyrm.platform.launcher.internal.HelperSource.Argument;

class HelperSourceTest {
    private static final String SOURCE = """
            package org.example;

            /** A class; its comment is nobody's. */
            public final class Things {
                /** What is given. */
                public record Thing(int number, Value object) {}

                /**
                 * {@return the {@code struct thing} of a list}
                 * Of a broken one, <b>none</b>.
                 *
                 * <p>See {@link Other#all}.
                 *
                 * @param head {@code struct list_head *}: of
                 *     the list
                 * @throws FaultException if it cannot be read
                 * @kernel include/linux/thing.h
                 */
                @KernelName("for_each_thing")
                @SuppressWarnings("unused")
                public static Stream<Thing> forEachThing(
                        Program program, Value head, @Nullable String name) {
                    return null;
                }

                private static void other() {}

                @KernelName("thing_count")
                public static long count(Program program) {
                    return 0;
                }
            }
            """;

    @Test
    void tellsWhatTheCommentAndTheSignatureTell() {
        var helper = HelperSource.of(SOURCE).helpers().getFirst();

        assertThat(helper.signature()).isEqualTo("for_each_thing(head, name)");
        assertThat(helper.arguments())
                .containsExactly(
                        new Argument("Value", "head", "struct list_head *: of the list"),
                        new Argument("String", "name", ""));
        assertThat(helper.summary()).isEqualTo("the struct thing of a list. Of a broken one, none. See Other.all.");
        assertThat(helper.result()).isEqualTo("Stream<Thing>");
        assertThat(helper.components()).isEqualTo("number, object");
        assertThat(helper.tags().get("kernel")).containsExactly("include/linux/thing.h");
        assertThat(helper.tags().get("throws")).containsExactly("FaultException if it cannot be read");
    }

    @Test
    void takesNoCommentOfAnother() {
        var helpers = HelperSource.of(SOURCE).helpers();

        assertThat(helpers).hasSize(2);
        assertThat(helpers.getLast().signature()).isEqualTo("thing_count()");
        assertThat(helpers.getLast().summary()).isEmpty();
    }

    /** Whatever a bundle carries in place of a source is no reason to fail. */
    @Test
    void takesWhatIsNoSource() {
        for (var text : List.of("", "@KernelName(\"a\")", "/** @KernelName(\"a\") public static x y(", SOURCE)) {
            for (var end = 0; end <= text.length(); end++) {
                assertThat(HelperSource.of(text.substring(0, end)).helpers()).hasSizeLessThan(3);
            }
        }
    }
}
