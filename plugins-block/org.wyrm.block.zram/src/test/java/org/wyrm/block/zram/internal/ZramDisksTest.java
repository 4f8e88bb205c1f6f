package org.wyrm.block.zram.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.FaultException;
import org.wyrm.block.zram.ZramDisks;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.testkit.btf.BtfBuilder.Item;
import org.wyrm.testkit.btf.BtfBuilder.Label;

/** Disks of zram as no guest of the lab has them: several algorithms, no size, no other disk to write to, damage. */
class ZramDisksTest {
    private static final long ZRAM = TestProgram.BASE;
    private static final long POOL = TestProgram.BASE + 0x100;
    private static final long NAMES = TestProgram.BASE + 0x200;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final Label u64 = types.integer("unsigned long", 8, 0);
    private final Label character = types.integer("char", 1, 1);
    private final Label text = types.pointer(character);

    private Item at(int offset, String member, Label type) {
        return types.member(member, type, offset * Byte.SIZE);
    }

    /** As Linux has had it since 6.2, without what only some configurations have. */
    private TestProgram newer() {
        var counter = types.struct("atomic64_t", 8, at(0, "counter", u64));
        var pool = types.struct("zs_pool", 8, at(0, "pages_allocated", counter));
        var stats = types.struct("zram_stats", 8, at(0, "pages_stored", counter));
        types.struct(
                "zram",
                56,
                at(0, "mem_pool", types.pointer(pool)),
                at(8, "stats", stats),
                at(16, "disksize", u64),
                at(24, "comp_algs", types.array(text, u64, 4)));
        return target();
    }

    private TestProgram target() {
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    private static Value zram(Program program) {
        return program.object(program.type("struct zram"), ZRAM);
    }

    @Test
    void mayHaveSeveralAlgorithms() {
        var program = newer().u64(ZRAM + 24, NAMES)
                .u64(ZRAM + 40, NAMES + 8)
                .text(NAMES, "lzo-rle")
                .text(NAMES + 8, "zstd")
                .open();

        assertThat(ZramDisks.algorithms(zram(program))).containsExactly("lzo-rle", "zstd");
    }

    @Test
    void haveTheirOneAlgorithmInPlaceBeforeThat() {
        types.struct("zram", 16, at(0, "compressor", types.array(character, u64, 16)));
        var program = target().text(ZRAM, "lz4").open();

        assertThat(ZramDisks.algorithms(zram(program))).containsExactly("lz4");
    }

    @Test
    void haveNothingWithoutASizeWhateverIsLeftOfAPool() {
        var program = newer().u64(ZRAM, 0x7000_0000L).open();

        assertThat(ZramDisks.initDone(zram(program))).isFalse();
        assertThat(ZramDisks.pool(zram(program))).isEmpty();
    }

    @Test
    void tellNothingOfWhatTheKernelDoesNotCount() {
        var program = newer().u64(ZRAM + 8, 5).u64(ZRAM + 16, 4096).open();

        assertThat(ZramDisks.initDone(zram(program))).isTrue();
        assertThat(ZramDisks.statistic(zram(program), "pages_stored")).hasValue(5L);
        assertThat(ZramDisks.statistic(zram(program), "bd_count")).isEmpty();
        assertThat(ZramDisks.backingDevice(zram(program))).isEmpty();
    }

    @Test
    void tellWhatCannotBeRead() {
        var program = newer().u64(ZRAM, POOL)
                .u64(ZRAM + 16, 4096)
                .u64(POOL, 7)
                .u64(ZRAM + 24, 0x7000_0000L)
                .open();

        assertThat(ZramDisks.pool(zram(program)).map(ZramDisks::zsGetTotalPages))
                .hasValue(7L);
        assertThatThrownBy(() -> ZramDisks.algorithms(zram(program))).isInstanceOf(FaultException.class);
    }
}
