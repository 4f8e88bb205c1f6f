package org.wyrm.debuginfo.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.testkit.dump.Damage;

class ModuleTrieTest {
    /** Two modules, {@code af_key} and {@code af_packet}, which share a prefix. */
    private static byte[] file() {
        var file = ByteBuffer.allocate(160);
        file.putInt(0xb007f457).putInt(0x20001).putInt(0xa000_0000 | 12);
        file.put(text("af_\0")).put((byte) 'k').put((byte) 'p');
        var children = file.position();
        file.position(children + 6 * 4);
        file.putInt(children, 0xc000_0000 | file.position());
        file.put(text("ey\0")).putInt(1).putInt(7).put(text("net/af_key.ko: a.ko\0"));
        file.putInt(children + 5 * 4, 0xc000_0000 | file.position());
        file.put(text("acket\0")).putInt(1).putInt(7).put(text("net/af_packet.ko:\0"));
        return java.util.Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Optional<String> find(byte[] file, String name) {
        return new ModuleTrie(ByteSlice.of("modules.dep.bin", file, ByteOrder.LITTLE_ENDIAN)).find(name);
    }

    @Test
    void findsWhatIsListed() {
        assertThat(find(file(), "af_key")).contains("net/af_key.ko: a.ko");
        assertThat(find(file(), "af_packet")).contains("net/af_packet.ko:");
    }

    @Test
    void findsNothingElse() {
        for (var name : new String[] {"", "a", "af_", "af_k", "af_keys", "af_l", "af_z", "af_A", "xfs"}) {
            assertThat(find(file(), name)).as(name).isEmpty();
        }
    }

    @Test
    void refusesAnotherFormat() {
        var file = file();
        file[7] = 9;

        assertThatThrownBy(() -> find(file, "af_key"))
                .isInstanceOf(MalformedDataException.class)
                .hasMessage("modules.dep.bin+0x4: version 0x00020009 of the format is not 2.1");
    }

    @Test
    void everyTruncationAndDamageIsReportedOrHarmless() {
        Damage.truncated(file()).forEach(ModuleTrieTest::readAll);
        Damage.extremes(file(), 0, file().length).forEach(ModuleTrieTest::readAll);
    }

    private static void readAll(byte[] file) {
        for (var name : new String[] {"af_key", "af_packet", "xfs"}) {
            try {
                assertThat(find(file, name)).isNotNull();
            } catch (MalformedDataException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }
}
