package org.wyrm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.vmstat.Vmstat;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;

class MemoryCountersTest {
    private static final long ZONES = TestProgram.BASE;
    private static final long NODES = TestProgram.BASE + 0x100;

    private static Program counters() {
        return KernelTypes.program()
                .symbol("vm_zone_stat", ZONES, 16)
                .symbol("vm_node_stat", NODES, 16)
                .u64(ZONES, 70)
                .u64(ZONES + 8, 6)
                .u64(NODES, 500)
                .u64(NODES + 8, -3)
                .open();
    }

    @Test
    void areFoundByTheNamesOfTheirItems() {
        assertThat(Vmstat.nrFreePages(counters())).isEqualTo(70);
        assertThat(Vmstat.globalNodePageState(counters(), "NR_FILE_PAGES")).isEqualTo(500);
        assertThat(Mm.freeRam(counters()).bytes()).isEqualTo(70 * 4096);
    }

    @Test
    void areFoundWhereTheKernelKeepsThem() {
        assertThat(Vmstat.globalPageState(counters(), "NR_PAGETABLE")).isEqualTo(6);
        assertThat(Vmstat.globalPageState(counters(), "NR_SHMEM")).isZero();
        assertThat(Vmstat.hasPageState(counters(), "NR_SWAPCACHE")).isFalse();
    }

    @Test
    void areZeroWhereTheyAreBelowIt() {
        assertThat(Vmstat.globalNodePageState(counters(), "NR_SHMEM")).isZero();
    }

    @Test
    void areOfOneZone() {
        var program = counters();

        assertThat(Vmstat.zonePageState(program.object(program.type("struct zone"), ZONES), "NR_PAGETABLE"))
                .isEqualTo(6);
    }

    @Test
    void areRefusedWhereThereIsNone() {
        assertThatThrownBy(() -> Vmstat.globalNodePageState(counters(), "NR_PAGETABLE"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("NR_PAGETABLE")
                .hasMessageContaining("enum node_stat_item");
    }

    @Test
    void addUpThePagesOfBlockDevices() {
        var superBlock = TestProgram.BASE + 0x200;
        var inode = TestProgram.BASE + 0x300;
        var program = KernelTypes.program()
                .symbol("blockdev_superblock", superBlock + 0x80, 8)
                .u64(superBlock + 0x80, superBlock)
                .u64(superBlock, inode)
                .u64(inode, inode + 0x40)
                .u64(inode + 0x40, superBlock)
                .u64(inode + 16, inode + 0x80)
                .u64(inode + 0x40 + 16, inode + 0x88)
                .u64(inode + 0x80, 3)
                .u64(inode + 0x88, 4)
                .open();

        assertThat(Mm.nrBlockdevPages(program)).isEqualTo(7);
    }
}
