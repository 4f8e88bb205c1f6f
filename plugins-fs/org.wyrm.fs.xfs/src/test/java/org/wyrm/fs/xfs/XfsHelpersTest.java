package org.wyrm.fs.xfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.xfs.XfsLog.Lsn;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** What no dump of the lab shows at will: items of every kind, states before and since v5.15, and damage. */
class XfsHelpersTest {
    private static final long AIL = TestProgram.BASE;
    private static final long ITEMS = TestProgram.BASE + 0x100;
    private static final long MOUNT = TestProgram.BASE + 0x800;
    private static final int ITEM_BYTES = 64;
    private static final int LSN = 16;
    private static final int TYPE = 24;
    private static final int FLAGS = 32;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u32 = types.integer("unsigned int", 4, 0);
    private final Label u64 = types.integer("long unsigned int", 8, 0);
    private final Label pointer = types.pointer(types.voidType());

    private Item at(int offset, String name, Label type) {
        return types.member(name, type, offset * Byte.SIZE);
    }

    private TestProgram target() {
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    /** A list of as many items as there are numbers of types; their flags are {@code 1 << index}. */
    private TestProgram ail(int... itemTypes) {
        var list = types.struct("list_head", 16, at(0, "next", pointer), at(8, "prev", pointer));
        types.struct("xfs_ail", 16, at(0, "ail_head", list));
        types.struct(
                "xfs_log_item",
                ITEM_BYTES,
                at(0, "li_ail", list),
                at(LSN, "li_lsn", u64),
                at(TYPE, "li_type", u32),
                at(FLAGS, "li_flags", u64));
        var target = target();
        var links = new ArrayList<Long>(List.of(AIL));
        for (var index = 0; index < itemTypes.length; index++) {
            var item = ITEMS + (long) index * ITEM_BYTES;
            links.add(item);
            target.u64(item + LSN, 3L << 32 | 100 + index)
                    .u32(item + TYPE, itemTypes[index])
                    .u64(item + FLAGS, 1L << index);
        }
        for (var index = 0; index < links.size(); index++) {
            var next = links.get((index + 1) % links.size());
            target.u64(links.get(index), next).u64(next + 8, links.get(index));
        }
        return target;
    }

    private static List<Value> items(TestProgram target) {
        var program = target.open();
        return XfsLog.items(program.object(program.type("struct xfs_ail"), AIL)).toList();
    }

    @Test
    void itemsAreInTheirOrder() {
        var items = items(ail(0x123b, 0x123c, 0x1236, 0x4321));

        assertThat(items).extracting(XfsLog::type).containsExactly("INODE", "BUF", "EFI", "0x4321");
        assertThat(items).extracting(XfsLog::lsn).containsExactly(lsn(100), lsn(101), lsn(102), lsn(103));
        assertThat(items)
                .extracting(XfsLog::flags)
                .containsExactly(List.of("IN_AIL"), List.of("ABORTED"), List.of("FAILED"), List.of("DIRTY"));
    }

    private static Lsn lsn(long block) {
        return new Lsn(3, block);
    }

    @Test
    void aFlagWithoutANameIsANumber() {
        var items = items(ail(0x123b).u64(ITEMS + FLAGS, 0x8000_0005L));

        assertThat(items).extracting(XfsLog::flags).containsExactly(List.of("IN_AIL", "FAILED", "0x80000000"));
    }

    @Test
    void thereMayBeNone() {
        assertThat(items(ail())).isEmpty();
    }

    @Test
    void aListThatIsBrokenEnds() {
        var target = ail(0x123b, 0x123c).u64(ITEMS + ITEM_BYTES, ITEMS);

        assertThatThrownBy(() -> items(target)).isInstanceOf(CorruptStructureException.class);
    }

    @Test
    void placesInTheLogAreInTheOrderOfTheirCycles() {
        assertThat(List.of(new Lsn(2, 1), new Lsn(1, 9), new Lsn(2, 0)).stream().sorted())
                .containsExactly(new Lsn(1, 9), new Lsn(2, 0), new Lsn(2, 1));
        assertThat(new Lsn(2, 194)).hasToString("2:194");
        assertThat(XfsLog.cycleLsn(0x8000_0001_0000_0002L)).isEqualTo(0x8000_0001L);
        assertThat(XfsLog.blockLsn(0x8000_0001_ffff_0002L)).isEqualTo(0xffff_0002L);
    }

    @ParameterizedTest
    @CsvSource({
        "m_opstate,0x72,false,false",
        "m_opstate,0x76,true,false",
        "m_opstate,0x71,false,true",
        "m_flags,0x108,false,false",
        "m_flags,0x118,true,false",
        "m_flags,0x10a,false,true"
    })
    void statesAreWhereEachVersionHasThem(String member, String bits, boolean isShutdown, boolean isUnmounting) {
        types.struct("xfs_mount", 8, at(0, member, u64));
        var program = target().u64(MOUNT, Long.decode(bits)).open();
        var mount = program.object(program.type("struct xfs_mount"), MOUNT);

        assertThat(XfsMounts.xfsIsShutdown(mount)).isEqualTo(isShutdown);
        assertThat(XfsMounts.xfsIsUnmounting(mount)).isEqualTo(isUnmounting);
    }

    @ParameterizedTest
    @CsvSource({"0x4000,true", "0x4008,false", "0xdead0000dead0000,false", "0x0,false"})
    void aSuperBlockIsToldByWhereItsOperationsAreAlone(String operations, boolean isXfs) {
        types.struct("super_block", 8, at(0, "s_op", pointer));
        var program = target().symbol("xfs_super_operations", 0x4000, 8)
                .u64(MOUNT, Long.parseUnsignedLong(operations.substring(2), 16))
                .open();
        var superBlock = program.object(program.type("struct super_block"), MOUNT);

        assertThat(SuperBlocks.hasOperations(superBlock, "xfs_super_operations"))
                .isEqualTo(isXfs);
    }
}
