package org.wyrm.linux.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.testkit.btf.BtfBuilder;

/** What a kernel, which has its configuration in it, is to be configured with. */
class ConfigRequirementTest {
    private final ConfigRequirement requirement = new ConfigRequirement();

    private static Program kernel() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("CONFIG_A=y\nCONFIG_M=m\nCONFIG_HZ=250\n# CONFIG_N is not set\n"
                    .getBytes(StandardCharsets.US_ASCII));
        }
        var bytes = packed.toByteArray();
        var target = new TestProgram(new BtfBuilder(ByteOrder.LITTLE_ENDIAN));
        for (var index = 0; index < bytes.length; index++) {
            target.u8(TestProgram.BASE + index, bytes[index]);
        }
        return target.symbol("kernel_config_data", TestProgram.BASE, 0)
                .symbol("kernel_config_data_end", TestProgram.BASE + bytes.length, 0)
                .open();
    }

    @ParameterizedTest
    @CsvSource({"CONFIG_A,", "CONFIG_M,", "CONFIG_M,m", "CONFIG_HZ,250", "CONFIG_N,n", "CONFIG_NONE,n"})
    void isMet(String name, String value) throws IOException {
        assertThat(requirement.lacking(kernel(), wanted(name, value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG_N,,CONFIG_N",
        "CONFIG_NONE,,CONFIG_NONE",
        "CONFIG_HZ,,CONFIG_HZ",
        "CONFIG_HZ,100,CONFIG_HZ=100",
        "CONFIG_M,y,CONFIG_M=y"
    })
    void isNotMet(String name, String value, String lacking) throws IOException {
        assertThat(requirement.lacking(kernel(), wanted(name, value))).contains(lacking);
    }

    private static Map<String, String> wanted(String name, String value) {
        return value == null ? Map.of("name", name) : Map.of("name", name, "value", value);
    }

    @Test
    void isOfAName() {
        assertThatThrownBy(() -> requirement.lacking("a target", Map.of("value", "y")))
                .isInstanceOf(OperationFailedException.class);
        assertThat(requirement.lacking("no kernel", Map.of("name", "CONFIG_A"))).contains("CONFIG_A");
    }
}
