package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.mapletree.MapleTrees;
import org.wyrm.linux.mapletree.MapleTrees.Entry;
import org.wyrm.linux.xarray.XArrays.ZeroEntries;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class MapleTreesTest {
    private static final long TREE = TestProgram.BASE;
    private static final int DENSE = 0;
    private static final int LEAF = 1;
    private static final int RANGE = 2;
    private static final int ARANGE = 3;

    private static final int PIVOTS = 8;
    private static final int SLOTS = 128;
    private static final int META_END = 248;
    private static final int ARANGE_SLOTS = 80;
    private static final int ARANGE_META_END = 240;
    private static final long ZERO_ENTRY = 1030;

    private static long node(int index) {
        return TestProgram.BASE + 0x1000 + index * 0x100L;
    }

    private static long encoded(int index, int type) {
        return node(index) | (long) type << 3 | 4;
    }

    private static TestProgram root(int type) {
        return KernelTypes.program().u64(TREE + 8, encoded(0, type) | 2).u64(node(0), TREE | 1);
    }

    private static TestProgram child(TestProgram program, int index, int type, int slot, int slots) {
        return program.u64(node(index), node(0) | (long) slot << 3 | 6)
                .u64(node(0) + slots + slot * 8L, encoded(index, type));
    }

    /** A top of kind arange_64 with gaps, and three leaves: 0x10-0x1f, 0x40; nothing; and 0x300 to the last index. */
    private static TestProgram tree() {
        var program = root(ARANGE)
                .u64(node(0) + PIVOTS, 0xff)
                .u64(node(0) + PIVOTS + 8, 0x1ff)
                .u64(node(0) + ARANGE_SLOTS + 10 * 8, 0x55)
                .u8(node(0) + ARANGE_META_END, 2);
        child(program, 1, LEAF, 0, ARANGE_SLOTS)
                .u64(node(1) + PIVOTS, 0xf)
                .u64(node(1) + PIVOTS + 8, 0x1f)
                .u64(node(1) + PIVOTS + 16, 0x3f)
                .u64(node(1) + PIVOTS + 24, 0x40)
                .u64(node(1) + SLOTS + 8, 0x1000)
                .u64(node(1) + SLOTS + 24, 0x2001)
                .u8(node(1) + META_END, 4);
        child(program, 2, LEAF, 1, ARANGE_SLOTS).u64(node(2) + SLOTS, ZERO_ENTRY);
        return child(program, 3, LEAF, 2, ARANGE_SLOTS)
                .u64(node(3) + PIVOTS, 0x2ff)
                .u64(node(3) + SLOTS + 8, 0x3000)
                .u8(node(3) + META_END, 1);
    }

    private static Value open(TestProgram program) {
        var opened = program.open();
        return opened.object(opened.type("struct maple_tree"), TREE);
    }

    @Test
    void givesItsRangesInOrder() {
        assertThat(MapleTrees.mtForEach(open(tree())))
                .containsExactly(
                        new Entry(0x10, 0x1f, 0x1000), new Entry(0x40, 0x40, 0x2001), new Entry(0x300, -1, 0x3000));
    }

    @Test
    void givesZeroEntriesWhereTheyAreWanted() {
        var tree = open(tree());

        assertThat(MapleTrees.mtForEach(tree, ZeroEntries.SHOWN)).contains(new Entry(0x100, 0x1ff, ZERO_ENTRY));
        assertThat(MapleTrees.mtreeLoad(tree, 0x180, ZeroEntries.SHOWN)).isEqualTo(ZERO_ENTRY);
        assertThat(MapleTrees.mtreeLoad(tree, 0x180)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0xf, 0",
        "0x10, 0x1000",
        "0x1f, 0x1000",
        "0x20, 0",
        "0x40, 0x2001",
        "0x41, 0",
        "0x2ff, 0",
        "0x300, 0x3000",
        "0x7fffffffffffffff, 0x3000",
        "-1, 0x3000"
    })
    void findsWhatIsAtAnIndex(String index, String entry) {
        assertThat(MapleTrees.mtreeLoad(open(tree()), Long.decode(index))).isEqualTo(Long.decode(entry));
    }

    @Test
    void tellsTheWayDown() {
        assertThat(MapleTrees.slots(open(tree()), 0x40)).containsExactly(0, 3);
        assertThat(MapleTrees.slots(open(tree()), 0x400)).containsExactly(2, 1);
    }

    @Test
    void ofNothingGivesNothing() {
        var tree = open(KernelTypes.program());

        assertThat(MapleTrees.mtForEach(tree)).isEmpty();
        assertThat(MapleTrees.mtreeLoad(tree, 0)).isZero();
    }

    @Test
    void withOneEntryHasItAtZero() {
        var tree = open(KernelTypes.program().u64(TREE + 8, 0x1000));

        assertThat(MapleTrees.mtForEach(tree)).containsExactly(new Entry(0, 0, 0x1000));
        assertThat(MapleTrees.mtreeLoad(tree, 0)).isEqualTo(0x1000);
        assertThat(MapleTrees.mtreeLoad(tree, 1)).isZero();
    }

    @Test
    void usesTheLastSlotOfAFullLeaf() {
        var program = root(LEAF);
        for (var i = 0; i < 15; i++) {
            program.u64(node(0) + PIVOTS + i * 8, i).u64(node(0) + SLOTS + i * 8, 0x1000 + i * 4);
        }
        program.u64(node(0) + SLOTS + 15 * 8, 0x5000);

        assertThat(MapleTrees.mtForEach(open(program)))
                .hasSize(16)
                .startsWith(new Entry(0, 0, 0x1000))
                .endsWith(new Entry(15, -1, 0x5000));
    }

    @Test
    void hasNoSixteenthEntryWhereTheLastPivotIsTheEnd() {
        var program = root(LEAF);
        for (var i = 0; i < 15; i++) {
            program.u64(node(0) + PIVOTS + i * 8, i == 14 ? -1 : i).u64(node(0) + SLOTS + i * 8, 0x1000);
        }
        // The metadata, which is no entry.
        program.u64(node(0) + SLOTS + 15 * 8, 14);

        assertThat(MapleTrees.mtForEach(open(program))).hasSize(15).endsWith(new Entry(14, -1, 0x1000));
    }

    @Test
    void hasASlotForEachIndexOfADenseNode() {
        var program = root(RANGE).u64(node(0) + PIVOTS, 0x1f).u8(node(0) + META_END, 1);
        child(program, 1, DENSE, 0, SLOTS).u64(node(1) + 8, 0x1000).u64(node(1) + 8 + 30 * 8, 0x2000);
        child(program, 2, LEAF, 1, SLOTS);

        assertThatThrownBy(() -> MapleTrees.mtForEach(open(program)).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("maple_node at 0x%x: its 31 slots end before 0x1f".formatted(node(1)));

        program.u64(node(0) + PIVOTS, 0x1e);
        assertThat(MapleTrees.mtForEach(open(program)))
                .containsExactly(new Entry(0, 0, 0x1000), new Entry(30, 30, 0x2000));
    }

    @Test
    void thatLoopsEndsWithTheNode() {
        var program = tree().u64(node(0) + ARANGE_SLOTS + 8, encoded(0, ARANGE));

        assertThatThrownBy(() -> MapleTrees.mtForEach(open(program)).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("maple_node at 0x%x: its parent is".formatted(node(0)));
    }

    @Test
    void withANodeInTwoSlotsEndsWithIt() {
        var program = tree().u64(node(0) + ARANGE_SLOTS + 8, encoded(1, LEAF));

        assertThatThrownBy(() -> MapleTrees.mtForEach(open(program)).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("maple_node at 0x%x: its parent is".formatted(node(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0xe, 0x10, 0xffff})
    void whosePivotsAreOutOfOrderEndsWithTheNode(long pivot) {
        var program = tree().u64(node(1) + PIVOTS + 16, pivot);

        assertThatThrownBy(() -> MapleTrees.mtForEach(open(program)).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("maple_node at 0x%x: pivot 2 is 0x%x".formatted(node(1), pivot));
    }

    @Test
    void whoseNodeIsOfNoKnownTypeEndsWithIt() {
        var program = tree().u64(TREE + 8, encoded(0, 7) | 2);

        assertThatThrownBy(() -> MapleTrees.mtForEach(open(program)).count())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("maple_node at 0x%x: its type is 7".formatted(node(0)));
    }

    @Test
    void whoseNodeIsAbsentEndsWithTheFault() {
        var program = tree().u64(node(0) + ARANGE_SLOTS + 8, 0x50000 | LEAF << 3 | 4);
        var ranges = MapleTrees.mtForEach(open(program)).iterator();
        ranges.next();
        ranges.next();

        assertThatThrownBy(ranges::next)
                .isInstanceOfSatisfying(
                        FaultException.class,
                        fault -> assertThat(fault.address()).isEqualTo(0x50000));
    }

    @Test
    void damagedAnywhereEndsWithAnError() {
        var random = new Random(42);
        for (var run = 0; run < 2_000; run++) {
            var program = tree();
            for (var damage = 0; damage < 3; damage++) {
                var value =
                        random.nextBoolean() ? encoded(random.nextInt(5), random.nextInt(5)) : random.nextInt(0x400);
                program.u64(node(0) + random.nextInt(0x400 / 8) * 8L, value);
            }
            try {
                assertThat(MapleTrees.mtForEach(open(program)).count()).isLessThanOrEqualTo(4 * 31);
            } catch (DebuggerException expected) {
                assertThat(expected.getMessage()).contains("0x");
            }
        }
    }
}
