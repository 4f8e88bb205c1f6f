package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.idr.Idrs;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.linux.xarray.XArrays.Entry;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class WalksTest {
    private static final long HEAD = TestProgram.BASE;
    private static final long ITEMS = TestProgram.BASE + 0x1000;
    private static final int ITEM_BYTES = 0x50;
    private static final int LIST = 8;
    private static final int HASH = 24;
    private static final int NODE = 40;

    private static long item(int index) {
        return ITEMS + (long) index * ITEM_BYTES;
    }

    private static Value object(Program program, String type) {
        return program.object(program.type(type), HEAD);
    }

    private static List<Long> numbers(Stream<Value> items) {
        return items.map(item -> item.member("number").longValue()).toList();
    }

    @Nested
    class OfAList {
        /** Links the head, then items in their order, and back; each item holds its index. */
        private TestProgram list(int itemCount) {
            var program = KernelTypes.program();
            var before = HEAD;
            for (var i = 0; i < itemCount; i++) {
                program.u64(before, item(i) + LIST)
                        .u64(item(i) + LIST + 8, before)
                        .u64(item(i), i);
                before = item(i) + LIST;
            }
            return program.u64(before, HEAD).u64(HEAD + 8, before);
        }

        private Stream<Value> walk(Program program) {
            return Lists.listForEachEntry(program.type("struct item"), object(program, "struct list_head"), "list");
        }

        @Test
        void givesItsItemsInOrder() {
            assertThat(numbers(walk(list(5).open()))).containsExactly(0L, 1L, 2L, 3L, 4L);
        }

        @Test
        void ofNothingGivesNothing() {
            var program = list(0).open();

            assertThat(Lists.listEmpty(object(program, "struct list_head"))).isTrue();
            assertThat(walk(program)).isEmpty();
        }

        @Test
        void takesAPointerToTheHead() {
            var program = list(2).open();

            assertThat(Lists.listCountNodes(object(program, "struct list_head").addressOf()))
                    .isEqualTo(2);
        }

        @ParameterizedTest
        @CsvSource({"1, 0", "2, 1", "5, 0", "5, 2", "64, 63", "100, 37"})
        void thatComesBackToANodeEndsWithItsAddress(int itemCount, int backTo) {
            var program = list(itemCount)
                    .u64(item(itemCount - 1) + LIST, item(backTo) + LIST)
                    .open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("list_head at 0x")
                    .hasMessageContaining("the chain comes back to it");
        }

        @Test
        void thatIsCutGivesWhatIsBeforeTheFault() {
            var program = list(3).u64(item(1) + LIST, 0xdead000000000100L).open();
            var iterator = walk(program).iterator();

            iterator.next();
            iterator.next();

            assertThatThrownBy(iterator::next)
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            fault -> assertThat(fault.address()).isEqualTo(0xdead000000000100L));
        }

        @Test
        void isCheckedBackwardsByTheValidator() {
            var program = list(3).u64(item(1) + LIST + 8, HEAD).open();
            var head = object(program, "struct list_head");

            assertThatThrownBy(() -> Lists.validateListForEachEntry(program.type("struct item"), head, "list")
                            .count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("prev is 0x%x".formatted(HEAD));
        }

        @Test
        void stopsWhenItIsTold() {
            var token = new Cancellation();
            var program = list(3).open().with(token);
            var iterator = walk(program).iterator();
            iterator.next();
            token.cancel("enough");

            assertThatThrownBy(iterator::next).isInstanceOf(CancelledException.class);
        }

        @Test
        void withAHashTablesHeadGivesItsItems() {
            var program = KernelTypes.program()
                    .u64(HEAD, item(3) + HASH)
                    .u64(item(3), 33)
                    .u64(item(3) + HASH, item(1) + HASH)
                    .u64(item(1), 11)
                    .open();
            var head = object(program, "struct hlist_head");

            assertThat(numbers(Lists.hlistForEachEntry(program.type("struct item"), head, "hash")))
                    .containsExactly(33L, 11L);
        }
    }

    @Nested
    class OfARedBlackTree {
        /** A tree of seven items, the fourth on top. */
        private TestProgram tree() {
            var program = KernelTypes.program().u64(HEAD, item(3) + NODE);
            link(program, 3, 1, 5, 0);
            link(program, 1, 0, 2, item(3) + NODE);
            link(program, 5, 4, 6, item(3) + NODE);
            for (var leaf : new int[] {0, 2, 4, 6}) {
                program.u64(item(leaf), leaf).u64(item(leaf) + NODE, item(leaf < 3 ? 1 : 5) + NODE | 1);
            }
            return program;
        }

        private void link(TestProgram program, int node, int left, int right, long parent) {
            program.u64(item(node), node)
                    .u64(item(node) + NODE, parent)
                    .u64(item(node) + NODE + 8, item(right) + NODE)
                    .u64(item(node) + NODE + 16, item(left) + NODE);
        }

        private Stream<Value> walk(Program program) {
            var root = object(program, "struct rb_root");
            return Rbtrees.rbtreeInorderForEachEntry(program.type("struct item"), root, "node");
        }

        @Test
        void givesItsItemsInOrder() {
            assertThat(numbers(walk(tree().open()))).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        }

        @Test
        void thatLoopsEndsWithTheNode() {
            var program = tree().u64(item(6) + NODE + 8, item(3) + NODE).open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("rb_node at 0x%x: its parent is 0x0".formatted(item(3) + NODE));
        }

        @Test
        void whoseNodeIsItsOwnChildEndsWithIt() {
            var program = tree().u64(item(4) + NODE, item(4) + NODE)
                    .u64(item(5) + NODE + 16, item(4) + NODE)
                    .open();

            assertThatThrownBy(() -> walk(program).count()).isInstanceOf(CorruptStructureException.class);
        }

        @Test
        void whoseChildrenAreOneNodeEndsWithTheirParent() {
            var program = tree().u64(item(5) + NODE + 8, item(4) + NODE).open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("both its children are");
        }
    }

    @Nested
    class OfAnXArray {
        private static final long NODES = TestProgram.BASE + 0x8000;

        private static long node(int index) {
            return NODES + index * 0x40L;
        }

        /** Two levels of four slots: index 1 is a value, 4 and 7 are pointers; 2 is an internal entry to pass over. */
        private TestProgram array() {
            return KernelTypes.program()
                    .u64(HEAD, node(0) + 2)
                    .u8(node(0), 2)
                    .u64(node(0) + 16, node(1) + 2)
                    .u64(node(0) + 24, node(2) + 2)
                    .u8(node(1), 0)
                    .u64(node(1) + 8, node(0))
                    .u64(node(1) + 16 + 8, 0x55)
                    .u64(node(1) + 16 + 16, 257 << 2 | 2)
                    .u8(node(2), 0)
                    .u8(node(2) + 1, 1)
                    .u64(node(2) + 8, node(0))
                    .u64(node(2) + 16, 0x1000)
                    .u64(node(2) + 16 + 24, 0x2000);
        }

        private Stream<Entry> walk(Program program) {
            return XArrays.xaForEach(object(program, "struct xarray"));
        }

        @Test
        void givesItsEntriesByIndex() {
            assertThat(walk(array().open()))
                    .containsExactly(new Entry(1, 0x55), new Entry(4, 0x1000), new Entry(7, 0x2000));
        }

        @Test
        void findsWhatItGives() {
            var xarray = object(array().open(), "struct xarray");

            assertThat(XArrays.xaLoad(xarray, 7)).isEqualTo(0x2000);
            assertThat(XArrays.xaLoad(xarray, 1)).isEqualTo(0x55);
            assertThat(XArrays.xaLoad(xarray, 2)).isZero();
            assertThat(XArrays.xaLoad(xarray, 5)).isZero();
            assertThat(XArrays.xaLoad(xarray, 16)).isZero();
            assertThat(XArrays.xaLoad(xarray, -1)).isZero();
        }

        @Test
        void withOneEntryHasItAtZero() {
            var program = KernelTypes.program().u64(HEAD, 0x3000).open();

            assertThat(walk(program)).containsExactly(new Entry(0, 0x3000));
            assertThat(XArrays.xaLoad(object(program, "struct xarray"), 0)).isEqualTo(0x3000);
        }

        @Test
        void ofAnIdrCountsFromItsBase() {
            var program = array().u32(HEAD + 8, 100).open();
            var idr = object(program, "struct idr");

            assertThat(Idrs.idrForEach(idr).map(Entry::index)).containsExactly(101L, 104L, 107L);
            assertThat(Idrs.idrFind(idr, 104)).isEqualTo(0x1000);
        }

        /** An array whose second leaf is another's, for so many reads of its parent. */
        private Program arrayInMotion(int wrongReads) {
            var array = array().u64(node(2) + 8, 0xbad);
            var left = new AtomicInteger(wrongReads);
            return array.running(address -> {
                        if (address == node(2) + 8 && left.decrementAndGet() < 0) {
                            array.u64(node(2) + 8, node(0));
                        }
                    })
                    .open();
        }

        @Test
        void thatChangesWhileItIsWalkedIsWalkedAnew() {
            assertThat(walk(arrayInMotion(3)))
                    .containsExactly(new Entry(1, 0x55), new Entry(4, 0x1000), new Entry(7, 0x2000));
        }

        @Test
        void thatChangesWhileAnIndexIsLookedUpIsAskedAnew() {
            var xarray = object(arrayInMotion(3), "struct xarray");

            assertThat(XArrays.xaLoad(xarray, 7)).isEqualTo(0x2000);
            assertThat(XArrays.slots(object(arrayInMotion(3), "struct xarray"), 7))
                    .hasSize(2);
        }

        @Test
        void thatStaysWrongWhileItRunsEndsWithTheNode() {
            var program = arrayInMotion(1000);

            assertThatThrownBy(() -> XArrays.xaLoad(object(program, "struct xarray"), 7))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("its parent is 0xbad");

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("its parent is 0xbad");
        }

        @Test
        void thatLoopsEndsWithTheNode() {
            var program = array().u64(node(2) + 16 + 8, node(0) + 2).open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("xa_node at 0x%x".formatted(node(0)));
        }

        @ParameterizedTest
        @CsvSource({"0, 1", "0, 0", "0, 61", "0, 255", "1, 2", "2, 1"})
        void whoseShiftsDoNotFitEndsWithTheNode(int node, int shift) {
            var program = array().u8(node(node), shift).open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("its shift is");
        }

        @Test
        void withOneNodeInTwoSlotsEndsWithIt() {
            var program = array().u64(node(0) + 24, node(1) + 2).open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("it is in slot 1 of its parent, not 0");
        }

        @Test
        void damagedAnywhereEndsWithAnError() {
            var random = new Random(42);
            for (var run = 0; run < 2_000; run++) {
                var program = array();
                for (var damage = 0; damage < 3; damage++) {
                    program.u64(NODES + random.nextInt(24) * 8L, node(random.nextInt(4)) + random.nextInt(4));
                }
                try {
                    assertThat(walk(program.open()).count()).isLessThanOrEqualTo(64);
                } catch (DebuggerException expected) {
                    assertThat(expected.getMessage()).contains("0x");
                }
            }
        }
    }
}
