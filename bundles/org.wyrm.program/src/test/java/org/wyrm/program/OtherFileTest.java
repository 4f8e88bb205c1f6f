package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.bytes.ByteSlice;

class OtherFileTest {
    private static ByteSlice file(byte[] content) {
        return ByteSlice.of("dump.x", content, ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1f8b, is packed by gzip; unpack it first: gunzip dump.x",
        "0, fd377a585a00, is packed by xz; unpack it first: unxz dump.x",
        "0, 28b52ffd, is packed by zstd; unpack it first: unzstd dump.x",
        "0, 425a68, is packed by bzip2; unpack it first: bunzip2 dump.x",
        "0, 04224d18, is packed by lz4; unpack it first: unlz4 dump.x",
        "257, 7573746172, is a tar archive; unpack it first: tar xf dump.x",
        "0, ed238f61730119a8, 'is a dump of LKCD, which is not supported'",
        "0, a8190173618f23fd, 'is a stand-alone dump of s390, which is not supported'",
        "4086, 533153555350454e44, 'is a swap area with a hibernated Linux, which is not supported'",
        "0, d2bed2be, 'is a suspended state of VMware (.vmss, .vmsn), which is not supported'",
        "514, 48647253, 'is a kernel to be booted (bzImage), not a dump'",
    })
    void isToldByItsFirstBytes(int offset, String signature, String what) {
        var bytes = HexFormat.of().parseHex(signature);
        var content = Arrays.copyOf(new byte[0], offset + bytes.length);
        System.arraycopy(bytes, 0, content, offset, bytes.length);

        assertThat(OtherFile.describe(file(content))).hasValue("dump.x: " + what);
        assertThat(OtherFile.describe(file(Arrays.copyOf(content, content.length - 1))))
                .isEmpty();
    }

    @Test
    void mayBeUnknown() {
        assertThat(OtherFile.describe(file(new byte[0]))).isEmpty();
        assertThat(OtherFile.describe(file(new byte[8192]))).isEmpty();
    }
}
