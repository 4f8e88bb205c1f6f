package org.wyrm.fs.btrfs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.fs.btrfs.internal.BtrfsdevicesCommand.Options;
import org.wyrm.fs.btrfs.internal.BtrfsdevicesCommand.Row;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;
import org.wyrm.testkit.plugin.TestContext;

/** A list that is damaged costs what is behind the damage, and is told of. */
class DamagedListsTest {
    private static final long HEAD = TestProgram.BASE;
    private static final long FIRST = HEAD + 0x100;
    private static final long SECOND = HEAD + 0x200;
    private static final long DEVICES = HEAD + 0x300;
    private static final int DEVICE_BYTES = 0x40;
    private static final int DEVICE_LIST = 16;
    private static final int SEEDS = 32;
    private static final long ABSENT = 0x7000_0000L;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label pointer = types.pointer(types.voidType());

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    /** Two file systems, the first of three devices, the second of one. */
    private TestProgram target() {
        var list = types.struct("list_head", 16, at(0, "next", pointer), at(8, "prev", pointer));
        types.struct(
                "btrfs_fs_devices",
                0x100,
                at(0, "fs_list", list),
                at(DEVICE_LIST, "devices", list),
                at(SEEDS, "seed_list", list),
                at(48, "fs_info", pointer),
                at(56, "fsid", types.array(types.integer("unsigned char", 1, 0), u32, 16)));
        types.struct("btrfs_device", DEVICE_BYTES, at(0, "dev_list", list), at(16, "devid", u32));
        var target = new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new BtrfsDeclarations())
                .symbol("fs_uuids", HEAD, 16);
        list(target, HEAD, FIRST, SECOND);
        list(target, FIRST + DEVICE_LIST, device(1), device(2), device(3));
        list(target, SECOND + DEVICE_LIST, device(4));
        list(target, FIRST + SEEDS);
        list(target, SECOND + SEEDS);
        for (var id = 1; id <= 4; id++) {
            target.u32(device(id) + 16, id);
        }
        return target.u8(FIRST + 56, 1).u8(SECOND + 56, 2);
    }

    private static long device(int id) {
        return DEVICES + (long) id * DEVICE_BYTES;
    }

    private static void list(TestProgram target, long head, long... nodes) {
        var at = head;
        for (var node : nodes) {
            target.u64(at, node).u64(node + 8, at);
            at = node;
        }
        target.u64(at, head).u64(head + 8, at);
    }

    private static List<Long> devices(TestContext context, String... names) {
        return new BtrfsdevicesCommand()
                .run(context, new Options(List.of(names)))
                .map(Row::id)
                .map(id -> id.orElse(-1L))
                .toList();
    }

    @Test
    void allAreFoundWhereNothingIsDamaged() {
        var context = new TestContext(target().open());

        assertThat(devices(context)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(devices(context, "02000000-0000-0000-0000-000000000000")).containsExactly(4L);
        assertThat(context.warnings()).isEmpty();
    }

    @Test
    void anotherNameIsRefused() {
        var context = new TestContext(target().open());

        assertThatThrownBy(() -> devices(context, "vdd")).isInstanceOf(LookupFailedException.class);
    }

    @Test
    void devicesThatAreLostAreThoseOfOneFileSystem() {
        var context = new TestContext(target().u64(device(1), ABSENT).open());

        assertThat(devices(context)).containsExactly(1L, 4L);
        assertThat(context.warnings())
                .singleElement()
                .asString()
                .startsWith("the devices of the btrfs_fs_devices at 0x%x: ".formatted(FIRST));
    }

    @Test
    void aFileSystemThatIsLostIsTheLastOne() {
        var context = new TestContext(target().u64(FIRST, ABSENT).open());

        assertThat(devices(context)).containsExactly(1L, 2L, 3L);
        assertThat(context.warnings()).singleElement().asString().startsWith("fs_uuids: ");
    }

    @Test
    void whatIsDamagedInADeviceIsOnlyThat() {
        var context = new TestContext(target().u64(FIRST + 48, ABSENT).open());
        var row = new BtrfsdevicesCommand()
                .run(context, new Options(List.of("01000000-0000-0000-0000-000000000000")))
                .toList()
                .getFirst();

        assertThat(row.mounted().orElse(false)).isTrue();
        assertThat(row.size()).isInstanceOf(Attempt.Failure.class);
    }
}
