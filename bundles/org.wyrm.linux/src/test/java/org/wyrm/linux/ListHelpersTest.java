package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.listnulls.ListNulls;
import org.wyrm.linux.llist.Llists;
import org.wyrm.linux.plist.Plists;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class ListHelpersTest {
    private static final long HEAD = TestProgram.BASE;
    private static final long ENTRIES = TestProgram.BASE + 0x1000;
    private static final int ENTRY_BYTES = 0x50;

    private static long entry(int index) {
        return ENTRIES + (long) index * ENTRY_BYTES;
    }

    private static Value head(Program program, String type) {
        return program.object(program.type(type), HEAD);
    }

    private static List<Long> addresses(Stream<Value> objects) {
        return objects.map(Value::address).toList();
    }

    @Nested
    class OfAList {
        private static final int LIST = 8;

        private static TestProgram list(int count) {
            var program = KernelTypes.program();
            var before = HEAD;
            for (var i = 0; i < count; i++) {
                program.u64(before, entry(i) + LIST).u64(entry(i) + LIST + 8, before);
                before = entry(i) + LIST;
            }
            return program.u64(before, HEAD).u64(HEAD + 8, before);
        }

        @Test
        void tellItsEnds() {
            var program = list(3).open();
            var head = head(program, "struct list_head");
            var item = program.type("struct item");

            assertThat(Lists.listFirstEntry(head, item, "list").address()).isEqualTo(entry(0));
            assertThat(Lists.listLastEntry(head, item, "list").address()).isEqualTo(entry(2));
            assertThat(Lists.listFirstEntryOrNull(head, item, "list").map(Value::address))
                    .contains(entry(0));
        }

        @Test
        void tellOfAnEmptyOneThatItIs() {
            var program = list(0).open();
            var head = head(program, "struct list_head");

            assertThat(Lists.listFirstEntryOrNull(head, program.type("struct item"), "list"))
                    .isEmpty();
            assertThat(Lists.listIsSingular(head)).isFalse();
            assertThat(Lists.listForEachReverse(head)).isEmpty();
            assertThat(Lists.validateListCountNodes(head)).isZero();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void tellWhetherItHasJustOne(int count) {
            assertThat(Lists.listIsSingular(head(list(count).open(), "struct list_head")))
                    .isEqualTo(count == 1);
        }

        @Test
        void stepToNeighboursOfObjectsAndOfPointers() {
            var program = list(3).open();
            var middle = program.object(program.type("struct item"), entry(1));

            assertThat(Lists.listNextEntry(middle, "list").address()).isEqualTo(entry(2));
            assertThat(Lists.listPrevEntry(middle.addressOf(), "list").address())
                    .isEqualTo(entry(0));
        }

        @Test
        void goBackwards() {
            var program = list(3).open();
            var head = head(program, "struct list_head");

            assertThat(addresses(Lists.listForEachReverse(head)))
                    .containsExactly(entry(2) + LIST, entry(1) + LIST, entry(0) + LIST);
            assertThat(addresses(Lists.listForEachEntryReverse(program.type("struct item"), head, "list")))
                    .containsExactly(entry(2), entry(1), entry(0));
        }

        @Test
        void goBackwardsUntilTheLoop() {
            var program = list(5).u64(entry(1) + LIST + 8, entry(3) + LIST).open();

            assertThatThrownBy(() -> Lists.listForEachReverse(head(program, "struct list_head"))
                            .count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("comes back to it");
        }

        @Test
        void checkTheHeadsLinkBackToo() {
            var program = list(3).u64(HEAD + 8, entry(1) + LIST).open();

            assertThatThrownBy(() -> Lists.validateList(head(program, "struct list_head")))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("list_head at 0x%x: prev is 0x%x, not 0x%x"
                            .formatted(HEAD, entry(1) + LIST, entry(2) + LIST));
        }

        @Test
        void checkWhatIsWhole() {
            var head = head(list(3).open(), "struct list_head");

            Lists.validateList(head);

            assertThat(Lists.validateListCountNodes(head)).isEqualTo(3);
            assertThat(Lists.validateListForEach(head)).hasSize(3);
        }
    }

    @Nested
    class OfAnHlist {
        @Test
        void giveItsNodes() {
            var program = KernelTypes.program()
                    .u64(HEAD, entry(1))
                    .u64(entry(1), entry(0))
                    .open();
            var head = head(program, "struct hlist_head");

            assertThat(Lists.hlistEmpty(head)).isFalse();
            assertThat(addresses(Lists.hlistForEach(head))).containsExactly(entry(1), entry(0));
        }

        @Test
        void giveNothingOfAnEmptyOne() {
            var head = head(KernelTypes.program().open(), "struct hlist_head");

            assertThat(Lists.hlistEmpty(head)).isTrue();
            assertThat(Lists.hlistForEach(head)).isEmpty();
        }
    }

    @Nested
    class OfAnHlistWithAMarkAtItsEnd {
        private static final int NULLS = 16;

        private static Stream<Value> walk(Program program) {
            return ListNulls.hlistNullsForEachEntry(
                    program.type("struct entry"), head(program, "struct hlist_nulls_head"), "nulls");
        }

        @Test
        void endAtTheMark() {
            var program = KernelTypes.program()
                    .u64(HEAD, entry(2) + NULLS)
                    .u64(entry(2) + NULLS, entry(0) + NULLS)
                    .u64(entry(0) + NULLS, 0x2b)
                    .open();

            assertThat(addresses(walk(program))).containsExactly(entry(2), entry(0));
        }

        @Test
        void giveNothingOfAnEmptyOne() {
            var program = KernelTypes.program().u64(HEAD, 1).open();
            var head = head(program, "struct hlist_nulls_head");

            assertThat(ListNulls.hlistNullsEmpty(head)).isTrue();
            assertThat(ListNulls.isANulls(head.member("first"))).isTrue();
            assertThat(walk(program)).isEmpty();
        }

        @Test
        void endAtALoop() {
            var program = KernelTypes.program()
                    .u64(HEAD, entry(2) + NULLS)
                    .u64(entry(2) + NULLS, entry(2) + NULLS)
                    .open();

            assertThatThrownBy(() -> walk(program).count())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("hlist_nulls_node at 0x%x".formatted(entry(2) + NULLS));
        }
    }

    @Nested
    class OfAListWithoutLocks {
        private static final int LLIST = 8;

        private static TestProgram list(int count) {
            var program = KernelTypes.program();
            var before = HEAD;
            for (var i = 0; i < count; i++) {
                program.u64(before, entry(i) + LLIST);
                before = entry(i) + LLIST;
            }
            return program;
        }

        @Test
        void giveItsEntries() {
            var program = list(3).open();
            var type = program.type("struct entry");
            var head = head(program, "struct llist_head");

            assertThat(addresses(Llists.llistForEachEntry(type, head.member("first"), "llist")))
                    .containsExactly(entry(0), entry(1), entry(2));
            assertThat(addresses(Llists.llistForEach(head.member("first"))))
                    .containsExactly(entry(0) + LLIST, entry(1) + LLIST, entry(2) + LLIST);
            assertThat(Llists.llistFirstEntry(head, type, "llist").address()).isEqualTo(entry(0));
            assertThat(Llists.llistNextEntry(program.object(type, entry(0)), "llist")
                            .address())
                    .isEqualTo(entry(1));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void tellHowManyThereAre(int count) {
            var program = list(count).open();
            var head = head(program, "struct llist_head");

            assertThat(Llists.llistEmpty(head)).isEqualTo(count == 0);
            assertThat(Llists.llistIsSingular(head)).isEqualTo(count == 1);
            assertThat(Llists.llistForEach(head.member("first"))).hasSize(count);
            assertThat(Llists.llistFirstEntryOrNull(head, program.type("struct entry"), "llist")
                            .isPresent())
                    .isEqualTo(count > 0);
        }

        @Test
        void endAtAFault() {
            var program = list(2).u64(entry(1) + LLIST, 0xdead000000000100L).open();
            var entries = Llists.llistForEach(head(program, "struct llist_head").member("first"))
                    .iterator();
            entries.next();
            entries.next();

            assertThatThrownBy(entries::next).isInstanceOf(FaultException.class);
        }
    }

    @Nested
    class OfASortedList {
        private static final int NODE_LIST = 32 + 24;

        private static Program list(int count) {
            var program = KernelTypes.program();
            var before = HEAD;
            for (var i = 0; i < count; i++) {
                program.u64(before, entry(i) + NODE_LIST).u64(entry(i) + NODE_LIST + 8, before);
                before = entry(i) + NODE_LIST;
            }
            return program.u64(before, HEAD).u64(HEAD + 8, before).open();
        }

        @Test
        void giveItsEntries() {
            var program = list(3);
            var type = program.type("struct entry");
            var head = head(program, "struct plist_head");

            assertThat(Plists.plistHeadEmpty(head)).isFalse();
            assertThat(addresses(Plists.plistForEachEntry(type, head, "plist")))
                    .containsExactly(entry(0), entry(1), entry(2));
            assertThat(addresses(Plists.plistForEach(head)))
                    .containsExactly(entry(0) + 32, entry(1) + 32, entry(2) + 32);
            assertThat(Plists.plistFirstEntry(head, type, "plist").address()).isEqualTo(entry(0));
            assertThat(Plists.plistLastEntry(head, type, "plist").address()).isEqualTo(entry(2));
            assertThat(Plists.plistNodeEmpty(program.object(type, entry(1)).member("plist")))
                    .isFalse();
        }

        @Test
        void giveNothingOfAnEmptyOne() {
            var head = head(list(0), "struct plist_head");

            assertThat(Plists.plistHeadEmpty(head)).isTrue();
            assertThat(Plists.plistForEach(head)).isEmpty();
        }
    }
}
