package org.wyrm.net.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.net.internal.Chains.Slots;
import org.wyrm.net.neighbour.Neighbours;
import org.wyrm.net.netnamespace.NetNamespaces;
import org.wyrm.net.skbuff.Skbuffs;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

/** What no dump of the lab shows: damage, and structures of other kernels. */
class DamagedTablesTest {
    private static final long TABLE = TestProgram.BASE;
    private static final long NODES = TestProgram.BASE + 0x1000;
    private static final long ABSENT = 0x7000_0000L;

    private final List<DebuggerException> damage = new ArrayList<>();

    private static long node(int index) {
        return NODES + index * 0x100L;
    }

    private Chains chains(Program program) {
        return new Chains(program, damage::add);
    }

    @Nested
    class OfSockets {
        /** Four slots: a chain of two, an empty one of each kind, a chain of one. */
        private TestProgram table() {
            return NetTypes.program()
                    .u64(TABLE, node(0))
                    .u64(node(0), node(1))
                    .u64(node(1), 1)
                    .u64(TABLE + 8, 0)
                    .u64(TABLE + 16, 0x35)
                    .u64(TABLE + 24, node(2))
                    .u64(node(2), 0);
        }

        private List<Long> walked(TestProgram target) {
            var program = target.open();
            return chains(program).of("sock", new Slots(TABLE, 8, 4), 0).toList();
        }

        @Test
        void areWalkedToTheirEnds() {
            assertThat(walked(table())).containsExactly(node(0), node(1), node(2));
            assertThat(damage).isEmpty();
        }

        @Test
        void endAtACycleAndTheNextChainFollows() {
            assertThat(walked(table().u64(node(1), node(0))))
                    .startsWith(node(0), node(1))
                    .endsWith(node(2));
            assertThat(damage)
                    .singleElement()
                    .isInstanceOf(CorruptStructureException.class)
                    .asString()
                    .contains("sock at 0x%x".formatted(node(0)));
        }

        @Test
        void endWhereMemoryIsAbsentAndTheNextChainFollows() {
            assertThat(walked(table().u64(node(0), ABSENT))).containsExactly(node(0), node(2));
            assertThat(damage)
                    .singleElement()
                    .isInstanceOf(FaultException.class)
                    .asString()
                    .contains("0x%016x".formatted(ABSENT));
        }

        @Test
        void areThoseOfTheOtherNameSpacesWhereOneIsAbsent() {
            var net = TABLE + 0x800;
            var program = NetTypes.program()
                    .u64(net + 24, NODES)
                    .u64(NODES + 5 * 8, node(20) + 16)
                    .u64(node(20) + 16, 0)
                    .open();
            var type = program.type("struct net");
            var nets = List.of(program.object(type, ABSENT), program.object(type, net));

            assertThat(new SocketTables(program, nets, damage::add).of(SocketKind.UNIX))
                    .extracting(Value::address)
                    .containsExactly(node(20));
            assertThat(damage).singleElement().asString().contains("0x%016x".formatted(ABSENT + 24));
        }

        @Test
        void endWithTheTable() {
            var program = table().open();

            var walked = chains(program).of("sock", new Slots(ABSENT, 8, 1L << 40), 0);

            assertThat(walked).isEmpty();
            assertThat(damage).singleElement().isInstanceOf(FaultException.class);
        }
    }

    @Nested
    class ThatGrow {
        private static final long FUTURE = TABLE + 0x200;
        private static final long RHASHTABLE = TABLE + 0x800;

        private List<Long> walked(TestProgram target) {
            var program = target.u64(RHASHTABLE, TABLE).open();
            return new RhashTable(program, chains(program))
                    .heads(program.object(program.type("struct rhashtable"), RHASHTABLE))
                    .toList();
        }

        /** Two slots, one of them locked; then the table that it grows into. */
        private TestProgram growing() {
            return NetTypes.program()
                    .u32(TABLE, 2)
                    .u64(TABLE + 8, FUTURE)
                    .u64(TABLE + 16, node(0) | 1)
                    .u64(node(0), TABLE + 16 | 1)
                    .u64(TABLE + 24, TABLE + 24 | 1)
                    .u32(FUTURE, 1)
                    .u64(FUTURE + 16, node(1))
                    .u64(node(1), FUTURE + 16 | 1);
        }

        @Test
        void haveTheirOwnAndThoseThatTheyGrowInto() {
            assertThat(walked(growing())).containsExactly(node(0), node(1));
            assertThat(damage).isEmpty();
        }

        @Test
        void areNotWalkedForEver() {
            walked(growing().u64(FUTURE + 8, TABLE));

            assertThat(damage).singleElement().asString().contains("bucket_table at 0x%x".formatted(TABLE));
        }

        @Test
        void mayBeNested() {
            var pages = TABLE + 0x400;
            var slots = TABLE + 0x500;
            var nested = NetTypes.program()
                    .u32(TABLE, 4)
                    .u32(TABLE + 4, 1)
                    .u64(TABLE + 16, pages)
                    .u64(pages, 0)
                    .u64(pages + 8, slots)
                    .u64(slots, 0)
                    .u64(slots + 8, node(0))
                    .u64(node(0), 1);

            assertThat(walked(nested)).containsExactly(node(0));
        }
    }

    @Nested
    class OfRoutes {
        private static final long NET = TABLE + 0x800;
        private static final long HEADS = TABLE;
        private static final long TRIE = TABLE + 0x100;
        private static final long INFO = TABLE + 0x200;

        private Value net(TestProgram target) {
            var program = target.open();
            return program.object(program.type("struct net"), NET);
        }

        /** A node for the first two bits; below it 64.0.0.0/2 and 192.0.0.0/2. */
        private TestProgram ipv4() {
            var table = node(8);
            return NetTypes.program()
                    .u64(NET, HEADS)
                    .u64(HEADS, table)
                    .u32(table + 16, 254)
                    .u64(table + 24, TRIE)
                    .u64(TRIE + 8, node(0))
                    .u8(node(0) + 4, 30)
                    .u8(node(0) + 5, 2)
                    .u64(node(0) + 16, node(1))
                    .u64(node(0) + 32, node(2))
                    .u32(node(1), 0x40000000)
                    .u64(node(1) + 8, node(3))
                    .u8(node(3) + 16, 30)
                    .u32(node(3) + 20, 254)
                    .u32(node(2), 0xc0000000)
                    .u64(node(2) + 8, node(4))
                    .u8(node(4) + 16, 30)
                    .u32(node(4) + 20, 255);
        }

        @Test
        void areThoseOfTheTable() {
            var net = net(ipv4());

            assertThat(new FibTrie(net.program()).routes(net))
                    .singleElement()
                    .satisfies(route -> assertThat(route.address() + "/" + route.prefixBits() + " " + route.table())
                            .isEqualTo("64.0.0.0/2 254"));
        }

        @Test
        void endAtANodeThatLooksAtBitsOfItsParent() {
            var net = net(ipv4().u64(node(0) + 32, node(0)));

            assertThatThrownBy(() -> new FibTrie(net.program()).routes(net).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("key_vector at 0x%x".formatted(node(0)))
                    .hasMessageContaining("looks at 2 bits from bit 30 on, where 30 are left");
        }

        private TestProgram ipv6() {
            var table = node(8);
            var root = table + 24;
            return NetTypes.program()
                    .u64(NET + 8, HEADS)
                    .u64(HEADS, table)
                    .u32(table + 16, 254)
                    .u64(root + 8, node(0))
                    .u64(root + 24, INFO)
                    .u64(node(0), root)
                    .u64(node(0) + 24, INFO)
                    .u32(node(0) + 32, 64)
                    .u32(node(0) + 36, 4);
        }

        @Test
        void areThoseOfNodesThatHaveSome() {
            assertThat(Fib6Tree.routes(net(ipv6())))
                    .singleElement()
                    .satisfies(route -> assertThat(route.info().address()).isEqualTo(INFO));
        }

        @Test
        void endAtANodeOfAnotherParent() {
            var net = net(ipv6().u64(node(0) + 8, node(0)));

            assertThatThrownBy(() -> Fib6Tree.routes(net).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("fib6_node at 0x%x".formatted(node(0)));
        }
    }

    @Nested
    class OfNeighbours {
        private Value table(TestProgram target, int shift) {
            var program = target.u64(TABLE, TABLE + 0x100)
                    .u64(TABLE + 0x100, TABLE + 0x200)
                    .u32(TABLE + 0x108, shift)
                    .open();
            return program.object(program.type("struct neigh_table"), TABLE);
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void areInChainsOfBothKinds(boolean byHlist) {
            var table = table(
                    NetTypes.neighbours(byHlist)
                            .u64(TABLE + 0x200, node(0))
                            .u64(node(0), node(1))
                            .u64(TABLE + 0x208, node(2)),
                    1);

            assertThat(Neighbours.neighTableForEachNeighbor(table).map(Value::address))
                    .containsExactly(node(0), node(1), node(2));
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void endAtACycle(boolean byHlist) {
            var table = table(
                    NetTypes.neighbours(byHlist).u64(TABLE + 0x200, node(0)).u64(node(0), node(0)), 0);

            assertThatThrownBy(() -> Neighbours.neighTableForEachNeighbor(table).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(node(0)));
        }

        @Test
        void areNotMoreThanThereCanBe() {
            var table = table(NetTypes.neighbours(true), 63);

            assertThatThrownBy(() -> Neighbours.neighTableForEachNeighbor(table).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("2^63 slots");
        }
    }

    @Nested
    class Pages {
        private boolean isOfAPool(String memberOfPools, long magic) {
            var program = NetTypes.pages(memberOfPools).u64(TABLE + 8, magic).open();
            return Skbuffs.isPpPage(program.object(program.type("struct page"), TABLE));
        }

        @Test
        void areOfAPoolByTheirSignature() {
            assertThat(isOfAPool("p", 0xdead000000000040L)).isTrue();
            assertThat(isOfAPool("p", 0xdead000000000041L)).isTrue();
            assertThat(isOfAPool("p", 0xdead0000000000c0L)).isFalse();
            assertThat(isOfAPool("p", 0xdead000000000100L)).isFalse();
        }

        @Test
        void mayHaveTheNumberOfAMappingInIt() {
            assertThat(isOfAPool("dma_mapped", 0xdead0000000000c0L)).isTrue();
            assertThat(isOfAPool("dma_mapped", 0xdead000000000100L)).isFalse();
        }

        @Test
        void areOfNoneBeforeThereWasASignature() {
            assertThat(isOfAPool("", 0xdead000000000040L)).isFalse();
        }
    }

    @Nested
    class NameSpaces {
        private static final long INODE = TABLE;
        private static final long NET = TABLE + 0x400;
        private static final long OF_NSFS = TABLE + 0x100;
        private static final long OF_NETS = TABLE + 0x200;
        private static final long TASK = TABLE + 0x300;
        private static final long FD = 3;

        /** A task whose file 3 is of a network name space. */
        private TestProgram opened() {
            var files = TABLE + 0x500;
            var table = TABLE + 0x540;
            var pointers = TABLE + 0x600;
            var file = TABLE + 0x680;
            return NetTypes.program()
                    .symbol("ns_file_operations", OF_NSFS, 8)
                    .symbol("netns_operations", OF_NETS, 8)
                    .u64(INODE, OF_NSFS)
                    .u64(INODE + 8, NET + 32)
                    .u64(NET + 32, OF_NETS)
                    .u64(TASK, files)
                    .u64(files, table)
                    .u32(table, 64)
                    .u64(table + 8, pointers)
                    .u64(pointers + FD * 8, file)
                    .u64(file, INODE);
        }

        private long found(TestProgram target, int fd) {
            var program = target.open();
            return NetNamespaces.getNetNsByFd(program.object(program.type("struct task_struct"), TASK), fd)
                    .address();
        }

        @Test
        void areFoundByAnOpenFile() {
            assertThat(found(opened(), 3)).isEqualTo(NET);
        }

        @Test
        void areNotFoundByAFileThatIsNotOpen() {
            for (var fd : List.of(-1, 4, 64)) {
                assertThatThrownBy(() -> found(opened(), fd))
                        .isInstanceOf(LookupFailedException.class)
                        .hasMessageContaining("no open file '" + fd + "'");
            }
        }

        @Test
        void areNotFoundByFilesOfOthers() {
            assertThatThrownBy(() -> found(opened().u64(INODE, 0), 3)).hasMessageContaining("not an inode of nsfs");
            assertThatThrownBy(() -> found(opened().u64(NET + 32, 0), 3)).hasMessageContaining("of another kind");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "fe80::1", "2001:db8::1:0:0:1", "1:0:2:3:4:5:6:7", "1:2:3:4:5:6:7:8", "1::"})
    void addressesOfIpv6AreShort(String text) throws Exception {
        assertThat(Addresses.ipv6(InetAddress.getByName(text).getAddress())).isEqualTo(text);
    }

    @Test
    void addressesOfIpv4InIpv6KeepTheirForm() {
        var bytes = new byte[16];
        bytes[10] = bytes[11] = -1;
        bytes[12] = 10;

        assertThat(Addresses.ipv6(bytes)).isEqualTo("::ffff:10.0.0.0");
    }
}
