package org.wyrm.fs.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.fs.btrfs.BtrfsDevices.Errors;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** What no guest shows at will: states and layouts of other versions, those who wait for space, and damage. */
class BtrfsHelpersTest {
    private static final long START = TestProgram.BASE;
    private static final long NODES = START + 0x400;
    private static final long ABSENT = 0x7000_0000L;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label character = types.integer("char", 1, 1);
    private final Label pointer = types.pointer(types.voidType());
    private final Label list = types.struct("list_head", 16, at(0, "next", pointer), at(8, "prev", pointer));

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private TestProgram target() {
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    private static Value object(TestProgram target, String type) {
        var program = target.open();
        return program.object(program.type(type), START);
    }

    /** A list whose nodes begin with their links and are 0x40 bytes apart. */
    private static TestProgram list(TestProgram target, long head, int count) {
        for (var index = 0; index <= count; index++) {
            var at = index == 0 ? head : node(index - 1);
            var next = index == count ? head : node(index);
            target.u64(at, next).u64(next + 8, at);
        }
        return target;
    }

    private static long node(int index) {
        return NODES + index * 0x40L;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"0x0; ''", "0x9; ERROR,TRANS_ABORTED", "0x26; RO,0x4,0x20"})
    void bitsHaveTheNamesOfTheTarget(String bits, String names) {
        types.enumeration(
                "states",
                4,
                types.enumerator("FS_STATE_ERROR", 0),
                types.enumerator("FS_STATE_RO", 1),
                types.enumerator("OTHER", 2),
                types.enumerator("FS_STATE_TRANS_ABORTED", 3));
        var states = target().open().type("enum states");

        assertThat(String.join(",", Names.bits(Long.decode(bits), bit -> Names.of(states, bit, "FS_STATE_"))))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @CsvSource({"fs_error,-5,-5", "fs_error,0,", "fs_state,1,"})
    void anErrorIsToldWhereItIsKept(String member, int word, Integer error) {
        types.struct("btrfs_fs_info", 8, at(0, member, types.integer("int", 4, 1)));

        var info = object(target().u32(START, word), "struct btrfs_fs_info");

        assertThat(BtrfsInfos.error(info)).isEqualTo(Optional.ofNullable(error));
    }

    @ParameterizedTest
    @CsvSource({"0,", "2,BALANCE", "9,9"})
    void anOperationThatExcludesOthersHasAName(int number, String name) {
        types.enumeration(
                "btrfs_exclusive_operation",
                4,
                types.enumerator("BTRFS_EXCLOP_NONE", 0),
                types.enumerator("BTRFS_EXCLOP_BALANCE", 2));
        types.struct("btrfs_fs_info", 8, at(0, "exclusive_operation", u64));

        var info = object(target().u64(START, number), "struct btrfs_fs_info");

        assertThat(BtrfsInfos.exclusiveOperation(info)).isEqualTo(Optional.ofNullable(name));
    }

    private TestProgram transactions(int count) {
        var state = types.enumeration(
                "btrfs_trans_state",
                4,
                types.enumerator("TRANS_STATE_RUNNING", 0),
                types.enumerator("TRANS_STATE_UNBLOCKED", 5));
        types.struct("btrfs_transaction", 0x40, at(0, "list", list), at(16, "state", state));
        types.struct("btrfs_fs_info", 16, at(0, "trans_list", list));
        return list(target(), START, count);
    }

    @Test
    void transactionsAreInTheirOrderWithTheirStates() {
        var target = transactions(3).u32(node(0) + 16, 5).u32(node(2) + 16, 8);

        assertThat(BtrfsInfos.transactions(object(target, "struct btrfs_fs_info"))
                        .map(BtrfsInfos::transactionState))
                .containsExactly("UNBLOCKED", "RUNNING", "8");
    }

    @Test
    void aListThatIsBrokenEnds() {
        var target = transactions(3).u64(node(2), node(1));
        var info = object(target, "struct btrfs_fs_info");

        assertThatThrownBy(() -> BtrfsInfos.transactions(info).count()).isInstanceOf(CorruptStructureException.class);
    }

    /** A space at {@link #START}, {@code 0x100} bytes long: links, flags, groups, sub-group, parent, its number, tickets. */
    private TestProgram space() {
        var space = types.label();
        var pointers = types.array(types.pointer(space), u32, 1);
        var groups = types.array(list, u32, 4);
        types.enumeration("btrfs_space_info_sub_group", 4, types.enumerator("BTRFS_SUB_GROUP_DATA_RELOC", 1));
        types.enumeration(
                "btrfs_raid_types",
                4,
                types.enumerator("BTRFS_RAID_RAID10", 0),
                types.enumerator("BTRFS_RAID_SINGLE", 2),
                types.enumerator("BTRFS_NR_RAID_TYPES", 3));
        types.at(space);
        types.struct(
                "btrfs_space_info",
                0x100,
                at(0, "list", list),
                at(0x10, "flags", u64),
                at(0x18, "block_groups", groups),
                at(0x58, "sub_group", pointers),
                at(0x60, "parent", pointer),
                at(0x68, "subgroup_id", u32),
                at(0x70, "tickets", list));
        types.struct("btrfs_fs_info", 16, at(0, "space_info", list));
        types.struct("reserve_ticket", 0x40, at(0, "list", list), at(16, "bytes", u64));
        var target = target();
        for (var index = 0; index < 4; index++) {
            list(target, START + 0x18 + index * 16L, 0);
        }
        return target;
    }

    @ParameterizedTest
    @CsvSource({"0x1,data", "0x14,metadata", "0x2,system", "0x5,mixed", "0x30,0x30", "0x7,0x7"})
    void whatASpaceIsForIsInItsFlags(String flags, String type) {
        var space = object(space().u64(START + 0x10, Long.decode(flags)), "struct btrfs_space_info");

        assertThat(BtrfsSpaces.type(space)).isEqualTo(type);
        assertThat(BtrfsSpaces.profiles(space)).isEmpty();
        assertThat(BtrfsSpaces.subGroup(space)).isEmpty();
    }

    @Test
    void profilesAreThoseThatThereAreBlockGroupsOf() {
        var target = space();
        for (var index : List.of(0, 2, 3)) {
            target.u64(START + 0x18 + index * 16L, node(index));
        }

        assertThat(BtrfsSpaces.profiles(object(target, "struct btrfs_space_info")))
                .containsExactly("raid10", "single", "3");
    }

    @Test
    void aSubGroupIsBehindItsSpace() {
        var head = START + 0x200;
        var group = START + 0x300;
        var target = space().u64(head, START)
                .u64(START, head)
                .u64(START + 0x58, group)
                .u64(group + 0x60, START);
        var program = target.u32(group + 0x68, 1).open();

        assertThat(BtrfsSpaces.spaceInfos(program.object(program.type("struct btrfs_fs_info"), head)))
                .extracting(Value::address, BtrfsSpaces::subGroup)
                .containsExactly(tuple(START, Optional.empty()), tuple(group, Optional.of("DATA_RELOC")));
    }

    @Test
    void ticketsAreInTheirOrder() {
        var target = list(space(), START + 0x70, 2).u64(node(0) + 16, 4096).u64(node(1) + 16, 65536);
        var tickets = object(target, "struct btrfs_space_info").member("tickets");

        assertThat(BtrfsSpaces.tickets(tickets)
                        .map(ticket -> ticket.member("bytes").longValue()))
                .containsExactly(4096L, 65536L);
    }

    private TestProgram device(Label name) {
        var counter = types.struct("atomic_t", 4, at(0, "counter", u32));
        types.struct(
                "btrfs_device",
                0x40,
                at(0, "name", types.pointer(name)),
                at(8, "dev_state", u64),
                at(16, "dev_stats_valid", u32),
                at(20, "dev_stat_values", types.array(counter, u32, 5)),
                at(40, "uuid", types.array(types.integer("unsigned char", 1, 0), u32, 16)));
        return target();
    }

    private Label rcuString() {
        return types.struct("rcu_string", 16, at(16, "str", types.array(character, u32, 0)));
    }

    @Test
    void aNameIsAText() {
        var target = device(character).u64(START, START + 0x100).text(START + 0x100, "/dev/vdd");

        assertThat(BtrfsDevices.btrfsDevName(object(target, "struct btrfs_device")))
                .contains("/dev/vdd");
    }

    @Test
    void aNameWasAStructure() {
        var target = device(rcuString()).u64(START, START + 0x100).text(START + 0x110, "/dev/vdd");

        assertThat(BtrfsDevices.btrfsDevName(object(target, "struct btrfs_device")))
                .contains("/dev/vdd");
    }

    @Test
    void aNameMayBeAbsentOrDamaged() {
        var device = device(rcuString());

        assertThat(BtrfsDevices.btrfsDevName(object(device, "struct btrfs_device")))
                .isEmpty();
        var damaged = object(device.u64(START, ABSENT), "struct btrfs_device");
        assertThatThrownBy(() -> BtrfsDevices.btrfsDevName(damaged)).isInstanceOf(FaultException.class);
    }

    @Test
    void statesAndErrorsAndTheUuidAreThoseOfTheDevice() {
        var target = device(rcuString())
                .u64(START + 8, 0x105)
                .u64(START + 40, 0x7766_5544_3322_1100L)
                .u64(START + 48, 0xffee_ddcc_bbaa_9988L);
        for (var index = 0; index < 5; index++) {
            target.u32(START + 20 + index * 4L, index + 1);
        }

        var unknown = object(target, "struct btrfs_device");
        var device = object(target.u32(START + 16, 1), "struct btrfs_device");

        assertThat(BtrfsDevices.state(device)).containsExactly("WRITEABLE", "MISSING", "0x100");
        assertThat(BtrfsDevices.errors(unknown)).isEmpty();
        assertThat(BtrfsDevices.errors(device)).contains(new Errors(1, 2, 3, 4, 5));
        assertThat(BtrfsDevices.uuid(device)).isEqualTo("00112233-4455-6677-8899-aabbccddeeff");
    }
}
