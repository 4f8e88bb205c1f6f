package org.wyrm.linux.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.UsageException;
import org.wyrm.commands.internal.OnProgram;
import org.wyrm.linux.KernelTypes;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.TestProgram;

/** {@code list} and {@code tree} on three items: {@code struct item { number; list at 8; hash; node at 40; }}. */
class WalkCommandsTest {
    private static final long HEAD = TestProgram.BASE + 0x100;
    private static final long FIRST = TestProgram.BASE + 0x1000;
    private static final long SECOND = TestProgram.BASE + 0x2000;
    private static final long THIRD = TestProgram.BASE + 0x3000;
    private static final int LIST = 8;
    private static final int NODE = 40;
    private static final int BLACK = 1;

    private final TestProgram memory = KernelTypes.program();

    private static List<String> texts(Stream<? extends TextRow> rows) {
        try (rows) {
            return rows.map(TextRow::toText).toList();
        }
    }

    private static String text(long address) {
        return "0x%016x".formatted(address);
    }

    @Nested
    class OfAList {
        private boolean isHead;
        private boolean isEntry;
        private boolean isReverse;
        private boolean isHex;
        private boolean isDecimal;
        private Optional<String> type = Optional.empty();
        private Optional<String> offset = Optional.of("item.list");
        private Optional<String> headOffset = Optional.empty();
        private Optional<String> end = Optional.empty();
        private List<String> structs = List.of();

        OfAList() {
            long[] links = {HEAD, FIRST + LIST, SECOND + LIST, THIRD + LIST};
            for (var i = 0; i < links.length; i++) {
                memory.u64(links[i], links[(i + 1) % 4]).u64(links[i] + 8, links[(i + 3) % 4]);
            }
            memory.u64(FIRST, 17).u64(SECOND, 0xff).u64(THIRD, 0);
        }

        private List<String> list(String... start) {
            var options = new ListCommand.Options(
                    type,
                    isHead,
                    isEntry,
                    offset,
                    headOffset,
                    structs,
                    isHex,
                    isDecimal,
                    isReverse,
                    end,
                    List.of(start));
            return texts(new ListCommand().run(new OnProgram(memory.open()), options));
        }

        @Test
        void entriesAreThoseAfterTheHead() {
            isHead = true;
            assertThat(list("0x10100")).containsExactly(text(FIRST), text(SECOND), text(THIRD));
            isReverse = true;
            assertThat(list("0x10100")).containsExactly(text(THIRD), text(SECOND), text(FIRST));
            isReverse = false;
            end = Optional.of("0x12000");
            assertThat(list("0x10100")).containsExactly(text(FIRST));
        }

        @Test
        void anEntryTakesThePlaceOfTheHead() {
            isEntry = true;
            end = Optional.of("0x10100");

            assertThat(list("0x12000")).containsExactly(text(SECOND), text(THIRD));
        }

        @Test
        void theHeadMayLieInAStructure() {
            headOffset = Optional.of("0x80");
            assertThat(list("0x10080")).containsExactly(text(FIRST), text(SECOND), text(THIRD));
            headOffset = Optional.of("item.list");
            assertThat(list("0x100f8")).containsExactly(text(FIRST), text(SECOND), text(THIRD));
            isHead = true;
            assertThatThrownBy(() -> list("0x100f8"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("--head and --head-offset exclude each other");
            isHead = false;
            type = Optional.of("pointer");
            assertThatThrownBy(() -> list("0x100f8"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("--head-offset: a chain of pointers has no head");
        }

        @Test
        void membersAreUnderTheirEntryInTheBaseThatIsAskedFor() {
            isHead = true;
            end = Optional.of("0x13000");
            structs = List.of("item.number");
            var decimal = List.of(text(FIRST) + "\n  number = 17", text(SECOND) + "\n  number = 255");
            assertThat(list("0x10100")).isEqualTo(decimal);
            isDecimal = true;
            assertThat(list("0x10100")).isEqualTo(decimal);
            isHex = true;
            assertThatThrownBy(() -> list("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("list: -x and -d exclude each other");
            isDecimal = false;
            assertThat(list("0x10100"))
                    .containsExactly(text(FIRST) + "\n  number = 0x11", text(SECOND) + "\n  number = 0xff");
        }

        @Test
        void aChainOfPointersEndsAtNullAndWhatCannotBeReadIsSaidInItsPlace() {
            type = Optional.of("pointer");
            offset = Optional.of("0x100");
            memory.u64(FIRST + 0x100, SECOND);
            assertThat(list("0x11000")).containsExactly(text(FIRST), text(SECOND));

            // The last entry's links can be read, its number below the memory cannot.
            offset = Optional.of("0x20");
            structs = List.of("item.number");
            memory.u64(FIRST + 0x20, TestProgram.BASE - 0x20);
            assertThat(list("0x11000")).hasSize(2).last().asString().contains("number = <", "0x000000000000ffe0");
        }

        @Test
        void whereTheLinksAreHasToBeKnown() {
            isHead = true;
            offset = Optional.empty();
            structs = List.of("item.number");

            assertThatThrownBy(() -> list("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("--offset is missing");
            assertThatThrownBy(this::list).isInstanceOf(UsageException.class).hasMessageContaining("one START");
            isEntry = true;
            assertThatThrownBy(() -> list("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("--head and --entry exclude each other");
        }
    }

    @Nested
    class OfATree {
        private boolean isLinear;
        private boolean hasPosition;
        private Optional<String> type = Optional.empty();
        private Optional<String> root = Optional.empty();

        OfATree() {
            memory.u64(HEAD, SECOND + NODE)
                    .u64(SECOND + NODE, BLACK)
                    .u64(SECOND + NODE + 16, FIRST + NODE)
                    .u64(SECOND + NODE + 8, THIRD + NODE)
                    .u64(FIRST + NODE, SECOND + NODE)
                    .u64(THIRD + NODE, SECOND + NODE)
                    .u64(FIRST, 1)
                    .u64(SECOND, 2)
                    .u64(THIRD, 3);
        }

        private List<String> tree(String start, String... structs) {
            var options = new TreeCommand.Options(
                    type, root, Optional.of("item.node"), List.of(structs), isLinear, hasPosition, start);
            return texts(new TreeCommand().run(new OnProgram(memory.open()), options));
        }

        @Test
        void nodesComeBeforeThoseBelowThemOrInTheirOrder() {
            assertThat(tree("0x10100")).containsExactly(text(SECOND), text(FIRST), text(THIRD));
            isLinear = true;
            assertThat(tree("0x10100")).containsExactly(text(FIRST), text(SECOND), text(THIRD));
        }

        @Test
        void theWayFromTheRootAndMembersAreUnderTheEntry() {
            hasPosition = true;
            root = Optional.of("0x100");

            assertThat(tree("0x10000", "item.number"))
                    .containsExactly(
                            text(SECOND) + "\n  position: root\n  number = 2",
                            text(FIRST) + "\n  position: root/l\n  number = 1",
                            text(THIRD) + "\n  position: root/r\n  number = 3");
        }

        @Test
        void theOrderIsOfRedBlackTreesOnly() {
            type = Optional.of("xarray");
            assertThatThrownBy(() -> tree("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("--linear and --offset are of red-black trees only");
            type = Optional.of("oak");
            assertThatThrownBy(() -> tree("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("--type oak: it is none of rbtree, xarray, radix, maple");
        }
    }
}
