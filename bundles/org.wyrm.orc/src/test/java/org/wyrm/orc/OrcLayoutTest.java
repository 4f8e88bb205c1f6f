package org.wyrm.orc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnsupportedTargetException;

class OrcLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "4.14.0, LINUX_4_14",
        "5.10.0-32-cloud-amd64, LINUX_4_14",
        "5.11.22, LINUX_4_14",
        "5.12.0-rc1, LINUX_5_12",
        "6.1.0-56-cloud-amd64, LINUX_5_12",
        "6.2, LINUX_5_12",
        "6.3.0, LINUX_6_3",
        "6.4.0, LINUX_6_4",
        "6.12.117+deb13-cloud-amd64, LINUX_6_4",
        "7.0.1, LINUX_6_4",
        "7.1.0-rc3, LINUX_7_1",
        "10.2, LINUX_7_1",
        "5.14.0-503.40.1.el9_5.x86_64, LINUX_5_12",
        "5.14.0-516.el9.x86_64, LINUX_5_12",
        "5.14.0-517.el9.x86_64, LINUX_6_4",
        "5.14.0-611.11.1.el9_7.x86_64, LINUX_6_4",
        "5.14.21-611-default, LINUX_5_12"
    })
    void isThatOfTheRelease(String release, OrcLayout layout) {
        assertThat(OrcLayout.ofRelease(release)).isEqualTo(layout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "six", "6", "4.13.9", "3.10.0-1160.el7", "999999999999.1"})
    void isUnknownForOtherReleases(String release) {
        assertThatThrownBy(() -> OrcLayout.ofRelease(release))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageContaining(release);
    }

    @ParameterizedTest
    @CsvSource({
        "db84aed4103b31dd51e017f8f79783ca985c2c51, LINUX_6_3",
        "fe5d32bf581bd63b2ca9a5c65ba5a625eab3fe24, LINUX_6_4",
        "edfa4d15552fdd2e1d56679728416379f2fe4534, LINUX_6_4",
        "137c36ad7627c4dd55932176bb0ecdbd5041fc82, LINUX_7_1"
    })
    void isThatOfTheHeader(String hash, OrcLayout layout) {
        assertThat(OrcLayout.ofHeader(BuiltOrc.slice("", HexFormat.of().parseHex(hash))))
                .isEqualTo(layout);
    }

    @Test
    void isUnknownForAnotherHeader() {
        assertThatThrownBy(() -> OrcLayout.ofHeader(BuiltOrc.slice("vmlinux[.orc_header]", new byte[20])))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessage("vmlinux[.orc_header]: the ORC header " + "00".repeat(20)
                        + " names a layout that is not known");
        for (var byteSize : new int[] {0, 19, 21}) {
            assertThatThrownBy(() ->
                            OrcLayout.ofHeader(BuiltOrc.slice(".orc_header", Arrays.copyOf(new byte[0], byteSize))))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessage(".orc_header+0x0: an ORC header has 20 bytes, this has " + byteSize);
        }
    }
}
