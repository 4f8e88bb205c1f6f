package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.rbtree.Rbtrees;
import org.wyrm.linux.rbtree.Rbtrees.Duplicates;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class RbtreeHelpersTest {
    private static final long ROOT = TestProgram.BASE;
    private static final long ITEMS = TestProgram.BASE + 0x1000;
    private static final int NODE = 40;
    private static final int BLACK = 1;
    private static final Comparator<Value> BY_NUMBER =
            Comparator.comparing(item -> item.member("number").longValue());

    private static long item(int index) {
        return ITEMS + index * 0x50L;
    }

    private static long node(int index) {
        return item(index) + NODE;
    }

    /** A tree of 2^levels - 1 items, each with ten times its place in the order as its number; all black. */
    private static TestProgram tree(int levels) {
        var program = KernelTypes.program();
        var count = (1 << levels) - 1;
        if (count > 0) {
            program.u64(ROOT, node(count / 2));
            subtree(program, 0, count, 0);
        }
        return program;
    }

    private static void subtree(TestProgram program, int first, int end, long parent) {
        var middle = (first + end) / 2;
        program.u64(item(middle), middle * 10L).u64(node(middle), parent | BLACK);
        if (end - first > 1) {
            program.u64(node(middle) + 16, node((first + middle) / 2))
                    .u64(node(middle) + 8, node((middle + 1 + end) / 2));
            subtree(program, first, middle, node(middle));
            subtree(program, middle + 1, end, node(middle));
        }
    }

    private static Value root(Program program) {
        return program.object(program.type("struct rb_root"), ROOT);
    }

    private static List<Long> addresses(Stream<Value> objects) {
        return objects.map(Value::address).toList();
    }

    private static void validate(TestProgram tree, Duplicates duplicates) {
        var program = tree.open();
        Rbtrees.validateRbtree(program.type("struct item"), root(program), "node", BY_NUMBER, duplicates);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void stepsGoThroughTheTreeInItsOrderAndBack(int levels) {
        var program = tree(levels).open();
        var order = IntStream.range(0, (1 << levels) - 1)
                .mapToObj(RbtreeHelpersTest::node)
                .toList();

        var forth =
                Stream.iterate(Rbtrees.rbFirst(root(program)), Optional::isPresent, node -> Rbtrees.rbNext(node.get()));
        var back =
                Stream.iterate(Rbtrees.rbLast(root(program)), Optional::isPresent, node -> Rbtrees.rbPrev(node.get()));

        assertThat(addresses(forth.map(Optional::get))).isEqualTo(order);
        assertThat(addresses(back.map(Optional::get))).isEqualTo(order.reversed());
        assertThat(addresses(Rbtrees.rbtreeInorderForEach(root(program)))).isEqualTo(order);
        assertThat(Rbtrees.rbEmptyRoot(root(program))).isEqualTo(levels == 0);
    }

    @Test
    void nodesComeBeforeThoseBelowThem() {
        var program = tree(3).open();

        assertThat(addresses(Rbtrees.rbtreePreorderForEach(root(program))))
                .containsExactly(node(3), node(1), node(0), node(2), node(5), node(4), node(6));
        assertThat(Rbtrees.rbtreePreorderForEachEntry(program.type("struct item"), root(program), "node")
                        .map(item -> item.member("number").longValue()))
                .containsExactly(30L, 10L, 0L, 20L, 50L, 40L, 60L);
    }

    @Test
    void aNodeOfNoTreeIsItsOwnParent() {
        var program = tree(1).u64(node(9), node(9)).open();
        var type = program.type("struct rb_node");
        var alone = program.object(type, node(9));

        assertThat(Rbtrees.rbEmptyNode(alone)).isTrue();
        assertThat(Rbtrees.rbNext(alone)).isEmpty();
        assertThat(Rbtrees.rbEmptyNode(program.object(type, node(0)))).isFalse();
        assertThat(Rbtrees.rbParent(program.object(type, node(0)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 70, 300, -1, 5, 1000})
    void anEntryIsFoundByComparison(long number) {
        var program = tree(5).open();

        var found = Rbtrees.rbFind(
                program.type("struct item"),
                root(program),
                "node",
                item -> Long.compare(number, item.member("number").longValue()));

        assertThat(found.map(Value::address))
                .isEqualTo(
                        number >= 0 && number % 10 == 0 && number < 310
                                ? Optional.of(item((int) number / 10))
                                : Optional.empty());
    }

    @Test
    void searchesInAChainWithoutEndEndWithAnError() {
        // Nodes that are each the right child of the other.
        var program =
                tree(1).u64(node(0) + 8, node(1)).u64(node(1) + 8, node(0)).open();
        var root = root(program);

        assertThatThrownBy(() -> Rbtrees.rbFind(program.type("struct item"), root, "node", item -> 1))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("higher than 128");
        assertThatThrownBy(() -> Rbtrees.rbLast(root)).isInstanceOf(CorruptStructureException.class);
        assertThatThrownBy(() -> Rbtrees.rbtreePreorderForEach(root).count())
                .isInstanceOf(CorruptStructureException.class);
    }

    @Test
    void aWholeTreeIsValid() {
        validate(tree(4), Duplicates.FORBIDDEN);
        validate(tree(0), Duplicates.FORBIDDEN);
    }

    @Test
    void equalEntriesAreValidWhereTheyAreAllowed() {
        validate(tree(3).u64(item(2), 10), Duplicates.ALLOWED);

        assertThatThrownBy(() -> validate(tree(3).u64(item(2), 10), Duplicates.FORBIDDEN))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining(
                        "rb_node at 0x%x: its entry is equal to that of 0x%x".formatted(node(2), node(1)));
    }

    @Test
    void entriesOutOfOrderAreReported() {
        assertThatThrownBy(() -> validate(tree(3).u64(item(2), 5), Duplicates.ALLOWED))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("rb_node at 0x%x: its entry is less than".formatted(node(2)));
    }

    @Test
    void aRedRootIsReported() {
        assertThatThrownBy(() -> validate(tree(2).u64(node(1), 0), Duplicates.ALLOWED))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("it is red and the root");
    }

    @Test
    void aRedNodeBelowARedOneIsReported() {
        var tree = tree(3).u64(node(1), node(3)).u64(node(0), node(1)).u64(node(2), node(1));

        assertThatThrownBy(() -> validate(tree, Duplicates.ALLOWED))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("it is red, and so is its parent");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 6})
    void aWayWithFewerBlackNodesIsReported(int leaf) {
        var tree = tree(3).u64(node(leaf), node(leaf < 3 ? 1 : 5));

        assertThatThrownBy(() -> validate(tree, Duplicates.ALLOWED))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("black nodes are on the way to it");
    }

    @Test
    void damageAnywhereEndsEveryWalk() {
        var random = new Random(7);
        for (var run = 0; run < 1_000; run++) {
            var tree = tree(3);
            for (var damage = 0; damage < 3; damage++) {
                tree.u64(node(random.nextInt(7)) + random.nextInt(3) * 8L, node(random.nextInt(7)) + random.nextInt(2));
            }
            var program = tree.open();
            var type = program.type("struct rb_node");
            endsOrFails(() -> Rbtrees.rbtreeInorderForEach(root(program)).count());
            endsOrFails(() -> Rbtrees.rbtreePreorderForEach(root(program)).count());
            for (var i = 0; i < 7; i++) {
                var node = program.object(type, node(i));
                endsOrFails(() -> Rbtrees.rbNext(node).stream().count());
                endsOrFails(() -> Rbtrees.rbPrev(node).stream().count());
            }
        }
    }

    private static void endsOrFails(LongSupplier walk) {
        try {
            assertThat(walk.getAsLong()).isLessThanOrEqualTo(7);
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).contains("0x");
        }
    }
}
