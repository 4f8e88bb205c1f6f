package org.wyrm.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.bpf.internal.BpfTypes;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

/** What no dump of the lab shows: damage. */
class DamagedMapsTest {
    private static final long OBJECT = TestProgram.BASE;
    private static final long BUCKETS = TestProgram.BASE + 0x200;
    private static final long NODES = TestProgram.BASE + 0x1000;
    private static final long BTF = TestProgram.BASE + 0x800;
    private static final long ABSENT = 0x7000_0000L;
    private static final int HASH = 1;
    private static final int LPM_TRIE = 11;

    private static long node(int index) {
        return NODES + index * 0x100L;
    }

    private static Value object(TestProgram target, String type) {
        var program = target.open();
        return program.object(program.type(type), OBJECT);
    }

    private static List<String> elements(TestProgram target) {
        return BpfMapElements.bpfMapElements(object(target, "struct bpf_map"))
                .map(element -> element.key().orElseThrow().bytes()[0] + "="
                        + element.value().bytes()[0])
                .toList();
    }

    @Nested
    class OfHashes {
        /** Two buckets: a chain of two, an empty one. */
        private TestProgram hash() {
            return BpfTypes.program()
                    .u32(OBJECT, HASH)
                    .u32(OBJECT + 4, 4)
                    .u32(OBJECT + 8, 8)
                    .u64(OBJECT + 64, BUCKETS)
                    .u32(OBJECT + 72, 2)
                    .u64(BUCKETS, node(0))
                    .u64(BUCKETS + 16, 3)
                    .u64(node(0), node(1))
                    .u8(node(0) + 16, 7)
                    .u8(node(0) + 24, 70)
                    .u64(node(1), 1)
                    .u8(node(1) + 16, 8)
                    .u8(node(1) + 24, 80);
        }

        @Test
        void areWalkedToTheirEnds() {
            assertThat(elements(hash())).containsExactly("7=70", "8=80");
        }

        @Test
        void tellACycleAndItsAddress() {
            assertThatThrownBy(() -> elements(hash().u64(node(1), node(0))))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("htab_elem at 0x%x".formatted(node(0)));
        }

        @Test
        void tellWhereMemoryIsAbsent() {
            assertThatThrownBy(() -> elements(hash().u64(node(0), ABSENT)))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("0x%016x".formatted(ABSENT));
        }

        @Test
        void haveNoKeysThatNoMapCanHave() {
            assertThatThrownBy(() -> elements(hash().u32(OBJECT + 4, 0x7fffffff)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("bpf_map at 0x%x".formatted(OBJECT));
        }

        @Test
        void mayBeOfAKindThatIsNotRead() {
            assertThatThrownBy(() -> elements(hash().u32(OBJECT, 99)))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("maps of type 99");
        }

        @Test
        void haveNoBtfThatIsTooLarge() {
            assertThatThrownBy(() -> elements(
                            hash().u32(OBJECT + 16, 1).u64(OBJECT + 24, BTF).u32(BTF + 36, 0x7fffffff)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("btf at 0x%x".formatted(BTF));
        }
    }

    @Test
    void areCalledByTheirNameOfToday() {
        assertThat(BpfMaps.type(object(BpfTypes.program().u32(OBJECT, 19), "struct bpf_map")))
                .isEqualTo("cgroup_storage");
    }

    @Nested
    class OfTries {
        /** A root that only joins, and two below it. */
        private TestProgram trie() {
            return BpfTypes.program()
                    .u32(OBJECT, LPM_TRIE)
                    .u32(OBJECT + 4, 8)
                    .u32(OBJECT + 8, 4)
                    .u64(OBJECT + 64, node(0))
                    .u32(OBJECT + 72, 4)
                    .u64(node(0), node(1))
                    .u64(node(0) + 8, node(2))
                    .u32(node(0) + 20, 1)
                    .u32(node(1) + 16, 8)
                    .u8(node(1) + 28, 80)
                    .u32(node(2) + 16, 9)
                    .u8(node(2) + 28, 90);
        }

        @Test
        void areWalkedWithoutTheNodesThatOnlyJoin() {
            assertThat(elements(trie())).containsExactly("8=80", "9=90");
        }

        @Test
        void tellThatTheyHaveNoEnd() {
            assertThatThrownBy(() -> elements(trie().u64(node(1), node(0))))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("lpm_trie_node at 0x");
        }
    }

    @Nested
    class OfPrograms {
        private static final long AUX = OBJECT + 0x100;

        private Value program(int maps, int functions) {
            return object(
                    BpfTypes.program()
                            .u64(OBJECT, AUX)
                            .u32(AUX, maps)
                            .u32(AUX + 4, functions)
                            .u64(AUX + 8, BUCKETS)
                            .u64(AUX + 16, BUCKETS),
                    "struct bpf_prog");
        }

        @Test
        void haveNoMoreMapsThanAProgramMayHave() {
            assertThat(BpfPrograms.bpfProgUsedMaps(program(0, 0))).isEmpty();
            assertThatThrownBy(() -> BpfPrograms.bpfProgUsedMaps(program(65, 0)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("bpf_prog_aux at 0x%x".formatted(AUX))
                    .hasMessageContaining("65 maps");
        }

        @Test
        void haveNoMoreFunctionsThanAProgramMayHave() {
            assertThatThrownBy(() -> BpfPrograms.functions(program(0, 258)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("258 functions");
        }
    }

    @Nested
    class OfGroups {
        private static final long BPF = OBJECT + 32;
        private static final long ARRAY = OBJECT + 0x200;

        private TestProgram group() {
            return BpfTypes.program().u64(BPF, ARRAY).u64(ARRAY + 16, node(0)).u64(ARRAY + 24, node(1));
        }

        @Test
        void haveTheProgramsOfTheirArray() {
            assertThat(CgroupBpf.cgroupBpfProgForEachEffective(object(group(), "struct cgroup"), 0))
                    .extracting(Value::address)
                    .containsExactly(node(0), node(1));
            assertThat(CgroupBpf.cgroupBpfProgForEachEffective(object(group(), "struct cgroup"), 1))
                    .isEmpty();
        }

        @Test
        void endWhereMemoryDoes() {
            var endless = BpfTypes.program().u64(BPF, ARRAY);
            for (var at = ARRAY + 16; at < TestProgram.BASE + 0x10000; at += 8) {
                endless.u64(at, node(0));
            }

            assertThatThrownBy(() -> CgroupBpf.cgroupBpfProgForEachEffective(object(endless, "struct cgroup"), 0)
                            .count())
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("0x%016x".formatted(TestProgram.BASE + 0x10000));
        }

        @Test
        void haveNoOtherAttachTypesThanTheirKernel() {
            var cgroup = object(group(), "struct cgroup");

            assertThatThrownBy(() -> CgroupBpf.cgroupBpfProgForEach(cgroup, 2))
                    .isInstanceOf(LookupFailedException.class);
            assertThatThrownBy(() -> CgroupBpf.cgroupBpfProgForEachEffective(cgroup, -1))
                    .isInstanceOf(LookupFailedException.class);
        }

        @Test
        void tellACycleOfWhatIsAttached() {
            var progs = BPF + 16;
            var list =
                    BpfTypes.program().u64(progs, node(0)).u64(node(0), node(1)).u64(node(1), node(0));

            assertThatThrownBy(() -> CgroupBpf.cgroupBpfListForEach(object(list, "struct cgroup"), 0)
                            .count())
                    .isInstanceOf(CorruptStructureException.class);
        }
    }

    @Nested
    class OfBtf {
        private TestProgram btf() {
            var types = OBJECT + 0x100;
            return BpfTypes.program()
                    .u64(OBJECT + 8, types)
                    .u64(OBJECT + 16, OBJECT + 0x300)
                    .u32(OBJECT + 24, 10)
                    .u32(OBJECT + 32, 1)
                    .u64(types + 8, OBJECT + 0x200)
                    .u32(OBJECT + 0x200, 4)
                    .text(OBJECT + 0x304, "named");
        }

        @Test
        void hasTheNamesOfItsTypes() {
            assertThat(BtfObjects.typeName(object(btf(), "struct btf"), 1)).isEqualTo("named");
        }

        @Test
        void hasNoOtherTypesAndNames() {
            assertThatThrownBy(() -> BtfObjects.typeName(object(btf(), "struct btf"), 2))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("btf at 0x%x".formatted(OBJECT));
            assertThatThrownBy(() -> BtfObjects.typeName(object(btf().u32(OBJECT + 0x200, 10), "struct btf"), 1))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("no name at 10");
        }
    }
}
