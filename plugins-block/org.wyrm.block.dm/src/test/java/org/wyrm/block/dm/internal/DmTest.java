package org.wyrm.block.dm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.block.dm.DmTables;
import org.wyrm.block.dm.MappedDevices;
import org.wyrm.block.dm.internal.DmTypes.Era;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

/** What no dump of the lab shows at will: targets with every option, kernels of another time, and damage. */
class DmTest {
    private static final long BASE = TestProgram.BASE;
    private static final long ROOT = BASE;
    private static final long CELLS = BASE + 0x1000;
    private static final long DEVICES = BASE + 0x2000;
    private static final long TABLES = BASE + 0x3000;
    private static final long TARGETS = BASE + 0x4000;
    private static final long ENTRIES = BASE + 0x5000;
    private static final long UNDER = BASE + 0x6000;
    private static final long NAMES = BASE + 0x7000;
    private static final long OWN = BASE + 0x8000;
    private static final long ABSENT = 0x7000_0000L;
    private static final int BUCKETS = 64;

    private static long cell(int index) {
        return CELLS + index * 0x40L;
    }

    private static long md(int index) {
        return DEVICES + index * 0x40L;
    }

    private static long table(int index) {
        return TABLES + index * 0x20L;
    }

    private static Value object(Program program, String type, long address) {
        return program.object(program.type("struct " + type), address);
    }

    private static void name(TestProgram target, int index, String name) {
        target.u64(cell(index) + DmTypes.CELL_NAME, NAMES + index * 0x20L)
                .text(NAMES + index * 0x20L, name)
                .u64(cell(index) + DmTypes.CELL_MD, md(index))
                .text(md(index), "252:" + index);
    }

    /** Two devices, {@code b} above {@code a} in the tree, or each in a list of its own. */
    private static TestProgram devices(Era era) {
        var target = DmTypes.program(era);
        name(target, 0, "a");
        name(target, 1, "b");
        if (era == Era.TREE) {
            return target.symbol("name_rb_tree", ROOT, 8)
                    .u64(ROOT, cell(1))
                    .u64(cell(1) + 16, cell(0))
                    .u64(cell(0), cell(1));
        }
        target.symbol("_name_buckets", ROOT, BUCKETS * 16L);
        for (var bucket = 0; bucket < BUCKETS; bucket++) {
            var head = ROOT + bucket * 16L;
            target.u64(head, head).u64(head + 8, head);
        }
        for (var index = 0; index < 2; index++) {
            var head = ROOT + (index + 5) * 16L;
            target.u64(head, cell(index)).u64(head + 8, cell(index)).u64(cell(index), head);
        }
        return target;
    }

    /** Gives a device a table with targets, which lies on some devices. */
    private static void table(TestProgram target, int index, int targets, String... under) {
        target.u64(md(index) + DmTypes.MD_MAP, table(index))
                .u32(table(index), targets)
                .u32(table(index) + DmTypes.TABLE_ALLOCATED, targets)
                .u64(table(index) + DmTypes.TABLE_TARGETS, TARGETS);
        var from = table(index) + DmTypes.TABLE_DEVICES;
        var head = from;
        for (var place = 0; place < under.length; place++) {
            var entry = ENTRIES + index * 0x100L + place * 0x20L;
            var device = UNDER + index * 0x100L + place * 0x10L;
            target.u64(from, entry)
                    .u64(entry + DmTypes.DEVICE_ENTRY_DEVICE, device)
                    .text(device, under[place]);
            from = entry;
        }
        target.u64(from, head);
    }

    @ParameterizedTest
    @EnumSource(Era.class)
    void devicesAreThoseWithNames(Era era) {
        var program = devices(era).open();

        assertThat(MappedDevices.hashCells(program))
                .extracting(cell -> cell.member("name").string())
                .containsExactly("a", "b");
    }

    @Test
    void devicesAreNoneWhereThereIsNoDeviceMapper() {
        var program = DmTypes.program(Era.TREE).open();

        assertThatThrownBy(() -> MappedDevices.hashCells(program).toList())
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("name_rb_tree");
    }

    @Test
    void aTreeThatComesBackToADeviceIsSaid() {
        var program = devices(Era.TREE).u64(cell(0) + 16, cell(1)).open();

        assertThatThrownBy(() -> MappedDevices.hashCells(program).toList())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("rb_node");
    }

    @Test
    void aListThatComesBackToADeviceIsSaid() {
        var program = devices(Era.LISTS).u64(cell(0), cell(0)).open();

        assertThatThrownBy(() -> MappedDevices.hashCells(program).toList())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("0x%x".formatted(cell(0)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, active, false, false",
        "2, suspended, true, false",
        "6, 'suspended,frozen', true, false",
        "128, 'suspended,internally', false, true",
        "64, 'active,deferred-remove', false, false",
        "24, 'active,deleting,freeing', false, false"
    })
    void aDeviceSaysItsState(long flags, String state, boolean isSuspended, boolean isInternally) {
        var program = devices(Era.TREE).u64(md(0) + DmTypes.MD_FLAGS, flags).open();
        var md = object(program, "mapped_device", md(0));

        assertThat(String.join(",", new DmDevice(object(program, "hash_cell", cell(0)), md).state()))
                .isEqualTo(state);
        assertThat(MappedDevices.dmSuspendedMd(md)).isEqualTo(isSuspended);
        assertThat(MappedDevices.dmSuspendedInternallyMd(md)).isEqualTo(isInternally);
    }

    @Test
    void aFlagWithoutANameIsItsNumber() {
        var program =
                devices(Era.TREE).u64(md(0) + DmTypes.MD_FLAGS, 1L << 40 | 2).open();

        assertThat(MappedDevices.flags(object(program, "mapped_device", md(0)))).containsExactly("SUSPENDED", "40");
    }

    @Test
    void biosThatComeBackToOneAreSaid() {
        var program = devices(Era.TREE)
                .u64(md(0) + DmTypes.MD_DEFERRED, OWN)
                .u64(OWN, OWN + 8)
                .u64(OWN + 8, OWN)
                .open();

        assertThatThrownBy(() -> MappedDevices.deferred(object(program, "mapped_device", md(0)))
                        .toList())
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("bio at 0x");
    }

    @Nested
    class ATable {
        private final TestProgram target = devices(Era.TREE);

        private Value opened() {
            return object(target.open(), "dm_table", table(0));
        }

        @Test
        void hasTargetsAndFindsThatOfASector() {
            table(target, 0, 2);
            target.u64(TARGETS + DmTypes.TARGET_LENGTH, 100)
                    .u64(TARGETS + DmTypes.TARGET_BYTES + DmTypes.TARGET_BEGIN, 100)
                    .u64(TARGETS + DmTypes.TARGET_BYTES + DmTypes.TARGET_LENGTH, 50);
            var table = opened();

            assertThat(DmTables.targets(table))
                    .extracting(Value::address)
                    .containsExactly(TARGETS, TARGETS + DmTypes.TARGET_BYTES);
            assertThat(DmTables.dmTableFindTarget(table, 99).map(Value::address))
                    .contains(TARGETS);
            assertThat(DmTables.dmTableFindTarget(table, 100).map(Value::address))
                    .contains(TARGETS + DmTypes.TARGET_BYTES);
            assertThat(DmTables.dmTableFindTarget(table, 150)).isEmpty();
        }

        @Test
        void withMoreTargetsThanRoomIsSaid() {
            table(target, 0, 1);
            target.u32(table(0), 0x4000_0000);
            var table = opened();

            assertThatThrownBy(() -> DmTables.targets(table))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContainingAll("0x%x".formatted(table(0)), "room for 1");
        }

        @Test
        void whoseTargetsAreNotInMemoryIsAFaultThere() {
            table(target, 0, 1);
            target.u64(table(0) + DmTypes.TABLE_TARGETS, ABSENT);
            var table = opened();

            assertThatThrownBy(() ->
                            DmTables.targets(table).map(DmTables::typeName).toList())
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("%x".formatted(ABSENT));
        }

        @Test
        void whoseDevicesComeBackToOneIsSaid() {
            table(target, 0, 0, "8:0", "8:1");
            target.u64(ENTRIES + 0x20, ENTRIES);
            var table = opened();

            assertThatThrownBy(() -> DmTables.devices(table).toList())
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(ENTRIES));
        }
    }

    @Nested
    class TheTree {
        private final TestProgram target = devices(Era.TREE);

        private final List<String> warnings = new ArrayList<>();

        private List<String> places(String... names) {
            var devices =
                    MappedDevices.hashCells(target.open()).map(DmDevice::of).toList();
            var tree = new DmTree(devices, warnings::add);
            var named = devices.stream()
                    .filter(device -> List.of(names).contains(device.name()))
                    .toList();
            return (names.length == 0 ? tree.places() : tree.places(named))
                    .map(place -> place.depth() + " " + place.number()
                            + place.device().map(device -> " " + device.name()).orElse(""))
                    .toList();
        }

        @Test
        void saysWhoseDevicesCannotBeRead() {
            table(target, 0, 0, "8:0", "8:1");
            target.u64(ENTRIES, ABSENT);

            assertThat(places()).containsExactly("0 252:0 a", "0 252:1 b");
            assertThat(warnings)
                    .singleElement()
                    .satisfies(warning -> assertThat(warning)
                            .startsWith("what device 252:0 lies on: ")
                            .contains("%x".formatted(ABSENT)));
        }

        @Test
        void hasUnderEachDeviceWhatItLiesOn() {
            table(target, 0, 0, "8:0", "8:1");
            table(target, 1, 0, "252:0", "8:2");

            assertThat(places()).containsExactly("0 252:1 b", "1 252:0 a", "2 8:0", "2 8:1", "1 8:2");
            assertThat(places("b")).isEqualTo(places());
            assertThat(places("a")).containsExactly("0 252:0 a", "1 8:0", "1 8:1");
        }

        @Test
        void hasDevicesWithoutATableToo() {
            assertThat(places()).containsExactly("0 252:0 a", "0 252:1 b");
        }

        @Test
        void inWhichADeviceLiesOnItselfIsSaid() {
            table(target, 0, 0, "252:1");
            table(target, 1, 0, "252:0");

            for (var names : new String[][] {{}, {"a"}}) {
                assertThatThrownBy(() -> places(names))
                        .isInstanceOf(CorruptStructureException.class)
                        .hasMessageContainingAll("mapped_device at 0x", "lies on itself");
            }
        }
    }

    @Nested
    class ParametersOf {
        private static final long FIRST = UNDER;
        private static final long SECOND = UNDER + 0x40;
        private static final long TYPE = OWN + 0x400;
        private static final long TEXT = OWN + 0x500;

        private final TestProgram target = DmTypes.program(Era.TREE)
                .text(FIRST, "8:1")
                .text(SECOND, "8:2")
                .u64(TARGETS, TYPE)
                .u64(TYPE, TYPE + 8)
                .u64(TARGETS + DmTypes.TARGET_PRIVATE, OWN);

        private String of(String type) {
            target.text(TYPE + 8, type + "\0");
            return TargetParameters.of(object(target.open(), "dm_target", TARGETS))
                    .orElse("unknown");
        }

        private String statusOf(String type) {
            target.text(TYPE + 8, type + "\0");
            return TargetStatus.of(object(target.open(), "dm_target", TARGETS)).orElse("unknown");
        }

        @Test
        void stripesAndWhichOfThemAreDead() {
            target.u64(TARGETS + DmTypes.TARGET_LENGTH, 256)
                    .u32(OWN, 2)
                    .u32(OWN + 4, 128)
                    .u64(OWN + 8, FIRST)
                    .u64(OWN + 16, 10)
                    .u64(OWN + 32, SECOND)
                    .u64(OWN + 40, 20)
                    .u32(OWN + 48, 3);

            assertThat(of("striped")).isEqualTo("2 128 8:1 10 8:2 20");
            assertThat(statusOf("striped")).isEqualTo("2 8:1 8:2 1 AD");
        }

        @Test
        void moreStripesThanTheTargetHasChunksAreSaid() {
            target.u64(TARGETS + DmTypes.TARGET_LENGTH, 256).u32(OWN, 3).u32(OWN + 4, 128);

            assertThatThrownBy(() -> of("striped"))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContainingAll("0x%x".formatted(TARGETS), "3 stripes");
            assertThatThrownBy(() -> statusOf("striped")).isInstanceOf(CorruptStructureException.class);
        }

        @Test
        void aSnapshotOfWhichMuchIsUsed() {
            snapshot("P");
            assertThat(statusOf("snapshot")).isEqualTo("Invalid");
            target.u32(OWN + 28, 1)
                    .u64(OWN + 0x110, OWN + 0x300)
                    .u64(OWN + 0x300, 6)
                    .u64(OWN + 0x308, 2)
                    .u64(SECOND + 16, OWN + 0x320)
                    .u64(OWN + 0x320, 4096);
            assertThat(statusOf("snapshot")).isEqualTo("48/4096 32");
            target.text(TEXT, "N");
            assertThat(statusOf("snapshot")).isEqualTo("6/4096 0");
            target.u8(OWN + 27, 1);
            assertThat(statusOf("snapshot")).isEqualTo("Overflow");
            target.u8(OWN + 26, 1);
            assertThat(statusOf("snapshot")).isEqualTo("Merge failed");
        }

        private void crypt() {
            target.u64(OWN, FIRST)
                    .u64(OWN + 8, 16)
                    .u64(OWN + 16, TEXT)
                    .text(TEXT, "capi:aes")
                    .u64(OWN + 32, 3)
                    .u32(OWN + 40, 512);
        }

        @Test
        void cryptAreWithoutOptionsWhereItHasNone() {
            crypt();

            assertThat(of("crypt")).isEqualTo("capi:aes - 3 8:1 16");
        }

        @Test
        void cryptAreWithAllItsOptions() {
            crypt();
            target.u32(TARGETS + DmTypes.TARGET_DISCARDS, 1)
                    .u64(OWN + 56, 0b111111)
                    .u32(OWN + 44, 28)
                    .u64(OWN + 24, TEXT + 0x20)
                    .text(TEXT + 0x20, "aead")
                    .u32(OWN + 40, 4096)
                    .u64(OWN + 48, 2);

            assertThat(of("crypt"))
                    .isEqualTo("capi:aes - 3 8:1 16 8 allow_discards same_cpu_crypt submit_from_crypt_cpus"
                            + " no_read_workqueue no_write_workqueue integrity:28:aead sector_size:4096"
                            + " iv_large_sectors");
        }

        private void snapshot(String kind) {
            target.u64(OWN, FIRST)
                    .u64(OWN + 8, SECOND)
                    .u64(OWN + 16, OWN + 0x100)
                    .u64(OWN + 0x100, OWN + 0x200)
                    .u64(OWN + 0x200, TEXT)
                    .text(TEXT, kind)
                    .u32(OWN + 0x108, 8);
        }

        @Test
        void aSnapshotAreThoseOfOneThatIsKept() {
            snapshot("P");
            assertThat(of("snapshot")).isEqualTo("8:1 8:2 P 8");

            target.u8(OWN + 0x10c, 1).u8(OWN + 24, 1).u8(OWN + 25, 1);
            assertThat(of("snapshot")).isEqualTo("8:1 8:2 PO 8 2 discard_zeroes_cow discard_passdown_origin");
        }

        @Test
        void aSnapshotAreThoseOfOneThatIsNotKept() {
            snapshot("N");
            target.u8(OWN + 0x10c, 1);

            assertThat(of("snapshot")).isEqualTo("8:1 8:2 N 8");
        }

        @ParameterizedTest
        @CsvSource({
            "0, 1, 1, 1, 0, '0'",
            "3, 0, 0, 0, 1, '5 skip_block_zeroing ignore_discard no_discard_passdown read_only error_if_no_space'"
        })
        void aPoolOfThinDevices(int mode, int zero, int discard, int passdown, int error, String options) {
            target.u64(OWN, OWN + 0x100)
                    .u32(OWN + 0x100, 128)
                    .u64(OWN + 8, FIRST)
                    .u64(OWN + 16, SECOND)
                    .u64(OWN + 24, 7)
                    .u32(OWN + 32, mode)
                    .u8(OWN + 36, zero)
                    .u8(OWN + 37, discard)
                    .u8(OWN + 38, passdown)
                    .u8(OWN + 39, error);

            assertThat(of("thin-pool")).isEqualTo("8:2 8:1 128 7 " + options);
        }

        @Test
        void aThinDeviceWithAndWithoutAnOriginOutside() {
            target.u64(OWN, FIRST).u64(OWN + 16, 9);
            assertThat(of("thin")).isEqualTo("8:1 9");

            target.u64(OWN + 8, SECOND);
            assertThat(of("thin")).isEqualTo("8:1 9 8:2");
        }

        @Test
        void whatIsNotKnownOfAreNone() {
            assertThat(of("verity")).isEqualTo("unknown");
            assertThat(of("zero")).isEmpty();
            assertThat(statusOf("zero")).isEmpty();
            assertThat(statusOf("thin")).isEqualTo("unknown");
        }
    }
}
