package org.wyrm.target.kcore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PrivilegedBytesTest {
    private static final List<String> JAVA = PrivilegedBytes.java();

    /** Runs a command as it is. */
    private static final List<String> AS_WE_ARE = List.of("env");

    @TempDir
    private Path folder;

    private final byte[] content = new byte[(1 << 20) + 5000];
    private Path file;

    @BeforeEach
    void writeTheFile() throws IOException {
        new Random(7).nextBytes(content);
        file = Files.write(folder.resolve("kcore"), content);
    }

    @Test
    void areThoseOfTheFile() throws IOException {
        try (var bytes = PrivilegedBytes.open(AS_WE_ARE, JAVA, file)) {
            for (var place : new int[][] {{0, 64}, {4000, 200}, {1 << 20, 4999}, {3, 1}}) {
                var read = ByteBuffer.allocate(place[1]);

                assertThat(bytes.read(read, place[0])).isEqualTo(place[1]);

                assertThat(read.array()).isEqualTo(Arrays.copyOfRange(content, place[0], place[0] + place[1]));
            }
        }
    }

    @Test
    void endWhereTheFileEnds() throws IOException {
        try (var bytes = PrivilegedBytes.open(AS_WE_ARE, JAVA, file)) {
            assertThat(bytes.read(ByteBuffer.allocate(100), content.length - 10))
                    .isEqualTo(10);
            assertThat(bytes.read(ByteBuffer.allocate(100), content.length)).isZero();
        }
    }

    @Test
    void comeAMegabyteAtATime() throws IOException {
        try (var bytes = PrivilegedBytes.open(AS_WE_ARE, JAVA, file)) {
            assertThat(bytes.read(ByteBuffer.allocate(content.length), 0)).isEqualTo(1 << 20);
        }
    }

    @Test
    void endTheirProcessWithThem() throws IOException {
        PrivilegedBytes.open(AS_WE_ARE, JAVA, file).close();

        assertThat(ProcessHandle.current().children().flatMap(child -> child.info().commandLine().stream()))
                .noneMatch(line -> line.contains(KcoreServer.class.getName()));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false did not let it be read as root",
        "echo a, what came is no answer",
        "no-such-program-at-all, there is no no-such-program-at-all here",
        "env, no such file"
    })
    void areRefusedWithAReason(String elevate, String message) {
        assertThatThrownBy(() -> PrivilegedBytes.open(List.of(elevate.split(" ")), JAVA, folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void tellThatTheirProcessHasEnded() throws Exception {
        try (var bytes = PrivilegedBytes.open(AS_WE_ARE, JAVA, file)) {
            var server = ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().commandLine().orElse("").contains(KcoreServer.class.getName()));
            server.forEach(ProcessHandle::destroyForcibly);

            assertThatThrownBy(() -> {
                        while (true) {
                            bytes.read(ByteBuffer.allocate(8), 0);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .message()
                    .isIn("the process that reads it as root has ended", "Broken pipe", "Stream closed");
        }
    }

    /** Whoever may speak to it is who may read; still, nonsense neither kills it nor costs memory. */
    @Test
    void areServedWithinBounds() throws IOException {
        var requests = ByteBuffer.allocate(3 * 12)
                .putLong(-1)
                .putInt(8)
                .putLong(5)
                .putInt(-3)
                .putLong(0)
                .putInt(Integer.MAX_VALUE);
        var answers = new ByteArrayOutputStream();

        KcoreServer.serve(
                file, new DataInputStream(new ByteArrayInputStream(requests.array())), new DataOutputStream(answers));

        var answer = new DataInputStream(new ByteArrayInputStream(answers.toByteArray()));
        assertThat(answer.readInt()).isZero();
        assertThat(answer.readInt()).isEqualTo(KcoreServer.FAILED);
        assertThat(answer.readUTF()).isNotEmpty();
        assertThat(answer.readInt()).isZero();
        assertThat(answer.readInt()).isEqualTo(1 << 20);
    }
}
