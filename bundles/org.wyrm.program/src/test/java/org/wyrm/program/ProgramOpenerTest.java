package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.program.spi.TargetFormat;

/** How files come to formats, with a format that docs/help/add-a-plug-in.md shows. */
class ProgramOpenerTest {
    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    private record Only(TargetFormat format) implements Contributions {
        @Override
        public <T> List<Contribution<T>> of(Class<T> type) {
            return type == TargetFormat.class ? List.of(new Fixed<>(type.cast(format))) : List.of();
        }
    }

    private record Fixed<T>(T get) implements Contribution<T> {
        @Override
        public String name() {
            return "lime";
        }

        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of();
        }
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] lime(long first, long last) {
        return ByteBuffer.allocate(32 + 4096)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x4c694d45)
                .putInt(1)
                .putLong(first)
                .putLong(last)
                .array();
    }

    private void open(Path... files) {
        new ProgramOpener(new Only(new LimeFormat()))
                .openCore(List.of(files), DebugSettings.NONE, new Cancellation(), warnings::add, Progress.NONE)
                .close();
    }

    @Test
    void asksTheFormatsOfOthers() {
        assertThatThrownBy(() -> open(file("a", lime(0x1000, 0x1fff))))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageContaining("a: memory image of LiME of an operating system that is not recognised");
        assertThatThrownBy(() -> open(file("a", lime(0x1000, 0x2000))))
                .isInstanceOfSatisfying(
                        MalformedDataException.class,
                        error -> assertThat(error.offsetBytes()).isEqualTo(8));
    }

    @Test
    void namesWhatNobodyReads() {
        assertThatThrownBy(() -> open(file("a.gz", new byte[] {0x1f, (byte) 0x8b, 8})))
                .isInstanceOf(UnsupportedTargetException.class)
                .hasMessageEndingWith("unpack it first: gunzip " + folder.resolve("a.gz"));
        assertThatThrownBy(() -> open(file("b", new byte[] {1, 2, 3})))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessageEndingWith("it begins with 01 02 03, which no known format does");
        assertThatThrownBy(() -> open(file("c", new byte[0])))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessageEndingWith("c: is empty");
    }

    @Test
    void refusesSeveralFilesOfAFormatThatHasOne() {
        assertThatThrownBy(() -> open(file("a", lime(0, 4095)), file("b", lime(4096, 8191))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("are two dumps");
        assertThatThrownBy(() -> open(file("a", lime(0, 4095)), file("b", new byte[] {1, 2, 3})))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("b: is no part of the same dump as ");
    }

    @Test
    void isShownInTheHelp() throws IOException {
        var code = Files.readString(Path.of("src/test/java/org/wyrm/program/LimeFormat.java"));
        var shown = Files.readString(Path.of("../../docs/help/add-a-plug-in.md"));

        assertThat(shown).contains(code.substring(code.indexOf("/** Memory images")));
    }
}
