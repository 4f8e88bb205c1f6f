package org.wyrm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.DebugSettings;

class DebuggerTest {
    private static final Path DEMO = Path.of("../../distribution/demo/demo.vmcore");

    @TempDir
    Path folder;

    @Test
    void opensADump() {
        try (var program = Debugger.open(DEMO)) {
            assertThat(program.evaluate("find_task(1)->comm").string()).isEqualTo("init");
            assertThat(Pids.forEachTask(program).count()).isEqualTo(87);
        }
    }

    @Test
    void opensSeveralWhichAreClosedByThemselves() {
        try (var one = Debugger.open(DEMO);
                var other = Debugger.open(DEMO)) {
            assertThat(one.evaluate("find_task(2)->pid").intValue()).isEqualTo(2);
            one.close();

            assertThat(other.evaluate("find_task(2)->comm").string()).isEqualTo("kthreadd");
        }
    }

    @Test
    void refusesAFileThatIsNoDump() throws IOException {
        var file = Files.writeString(folder.resolve("hello.txt"), "hello");

        assertThatThrownBy(() -> Debugger.open(file))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessageContaining("not recognised as a dump");
    }

    @Test
    void saysWhichDebugFileIsOfNoUse() throws IOException {
        var file = Files.writeString(folder.resolve("vmlinux"), "hello");
        var settings = DebugSettings.builder().file(file).build();

        assertThatThrownBy(() -> Debugger.open(DEMO, settings)).hasMessageContaining(file.toString());
        assertThatThrownBy(() -> Debugger.openFiles(settings)).hasMessageContaining(file.toString());
    }

    @Test
    void saysThatNothingIsContributed() {
        assertThatThrownBy(() -> Debugger.opener(ClassLoader.getPlatformClassLoader(), CacheFolder.none()))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("no format of dumps is on the class path");
    }
}
