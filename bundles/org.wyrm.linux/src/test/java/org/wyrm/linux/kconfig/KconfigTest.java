package org.wyrm.linux.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.testkit.btf.BtfBuilder;

/** Configurations in the kernel, which no kernel of the lab has, and of files. */
class KconfigTest {
    private static final long DATA = TestProgram.BASE;
    private static final String TEXT = """
            #
            # Linux/x86 6.1.0 Kernel Configuration
            #
            CONFIG_SMP=y
            CONFIG_HZ=250
            # CONFIG_IKCONFIG is not set
            CONFIG_LOCALVERSION=""
            CONFIG_CC_VERSION_TEXT="gcc-12 (Debian) = \\"12\\""
            CONFIG_ZRAM=m
            """;

    @TempDir
    private Path root;

    private static byte[] packed(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static TestProgram kernel() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        return new TestProgram(types);
    }

    private static Program withOwn(byte[] data, int byteSize) {
        var target = kernel();
        for (var index = 0; index < data.length; index++) {
            target.u8(DATA + index, data[index]);
        }
        return target.symbol("kernel_config_data", DATA, 0)
                .symbol("kernel_config_data_end", DATA + byteSize, 0)
                .open();
    }

    @Test
    void isInTheKernel() throws IOException {
        var data = packed(TEXT);
        var program = withOwn(data, data.length);

        var config = Kconfig.of(program, root);

        assertThat(config.file()).isEmpty();
        assertThat(config.values().keySet())
                .containsExactly(
                        "CONFIG_SMP",
                        "CONFIG_HZ",
                        "CONFIG_IKCONFIG",
                        "CONFIG_LOCALVERSION",
                        "CONFIG_CC_VERSION_TEXT",
                        "CONFIG_ZRAM");
        assertThat(config.values())
                .containsEntry("CONFIG_HZ", "250")
                .containsEntry("CONFIG_IKCONFIG", "n")
                .containsEntry("CONFIG_LOCALVERSION", "\"\"")
                .containsEntry("CONFIG_CC_VERSION_TEXT", "\"gcc-12 (Debian) = \\\"12\\\"\"");
        assertThat(Kconfig.getKconfig(program, "CONFIG_ZRAM")).contains("m");
        assertThat(Kconfig.getKconfig(program, "CONFIG_IKCONFIG")).isEmpty();
        assertThat(Kconfig.getKconfig(program, "CONFIG_NONE")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 40})
    void isToldToBeDamagedWhereItEndsBefore(int byteSize) throws IOException {
        var program = withOwn(packed(TEXT), byteSize);

        assertThatThrownBy(() -> Kconfig.own(program))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("kernel_config_data at 0x%x".formatted(DATA))
                .hasMessageContaining("cannot be unpacked");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1 << 30})
    void isToldToBeDamagedWhereItsEndIsNoEnd(int byteSize) throws IOException {
        var program = withOwn(packed(TEXT), byteSize);

        assertThatThrownBy(() -> Kconfig.own(program))
                .isInstanceOf(CorruptStructureException.class)
                .hasMessageContaining("it has %d bytes".formatted(byteSize));
    }

    @Test
    void isNotToBeHadOfAKernelWithoutIt() {
        var program = kernel().open();

        assertThat(Kconfig.own(program)).isEmpty();
        assertThatThrownBy(() -> Kconfig.getKconfig(program, "CONFIG_SMP"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("CONFIG_IKCONFIG");
    }

    @Test
    void isOfAFilePackedOrNot() throws IOException {
        var plain = Files.writeString(root.resolve("config"), TEXT);
        var gzip = Files.write(root.resolve("config.gz"), packed(TEXT));

        assertThat(Kconfig.ofFile(plain).values())
                .isEqualTo(Kconfig.ofFile(gzip).values())
                .hasSize(6);
        assertThat(Kconfig.ofFile(gzip).file()).contains(gzip);
        assertThatThrownBy(() -> Kconfig.ofFile(root.resolve("none"))).hasMessageContaining("no such file");
    }
}
