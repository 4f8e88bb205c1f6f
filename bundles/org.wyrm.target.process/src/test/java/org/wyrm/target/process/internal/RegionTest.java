package org.wyrm.target.process.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegionTest {
    @Test
    void aLineIsAMapping() {
        var regions = Region.parse("""
                55d0c8a5f000-55d0c8a61000 r-xp 00002000 fe:01 1048721                    /usr/bin/a b
                7ffd1a2b3000-7ffd1a2d4000 rw-p 00000000 00:00 0                          [stack]
                7f0000000000-7f0000001000 ---p 00000000 00:00 0\s
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
                """);

        assertThat(regions)
                .containsExactly(
                        new Region(0x55d0_c8a5_f000L, 0x55d0_c8a6_0fffL, "r-xp", 0x2000, "/usr/bin/a b", true, false),
                        new Region(0x7ffd_1a2b_3000L, 0x7ffd_1a2d_3fffL, "rw-p", 0, "[stack]", false, false),
                        new Region(0x7f00_0000_0000L, 0x7f00_0000_0fffL, "---p", 0, "", false, false),
                        new Region(
                                0xffff_ffff_ff60_0000L, 0xffff_ffff_ff60_0fffL, "--xp", 0, "[vsyscall]", false, false));
    }

    @Test
    void aDeletedFileHasItsOwnName() {
        var region = Region.parse("400000-401000 r--p 00000000 fe:01 12   /tmp/a\\012b (deleted)\n")
                .getFirst();

        assertThat(region.path()).isEqualTo("/tmp/a\nb");
        assertThat(region.isFile()).isTrue();
        assertThat(region.isDeleted()).isTrue();
    }

    @Test
    void whatIsNoLineOfAMappingIsLeftOut() {
        assertThat(Region.parse("400000-401000 r--p\n\nnonsense\n")).isEmpty();
    }

    @Test
    void containsItsFirstAndItsLastAddress() {
        var region = Region.parse("400000-401000 r--p 00000000 00:00 0\n").getFirst();

        assertThat(region.contains(0x40_0000)).isTrue();
        assertThat(region.contains(0x40_0fff)).isTrue();
        assertThat(region.contains(0x3f_ffff)).isFalse();
        assertThat(region.contains(0x40_1000)).isFalse();
    }
}
