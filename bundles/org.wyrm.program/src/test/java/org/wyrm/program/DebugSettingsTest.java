package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.wyrm.program.DebugSettings.Directories;
import org.wyrm.program.DebugSettings.Search;

class DebugSettingsTest {
    @Test
    void areNoneUnlessSomethingIsSaid() {
        assertThat(DebugSettings.builder().build()).isEqualTo(DebugSettings.NONE);
        assertThat(DebugSettings.NONE.isWanted()).isFalse();
    }

    @Test
    void areWhatWasSaid() {
        var debug = new Directories(List.of(Path.of("debug")), false);
        var kernels = new Directories(List.of(Path.of("kernels")), true);

        var settings = DebugSettings.builder()
                .file(Path.of("vmlinux"))
                .file(Path.of("ext4.ko.debug"))
                .extraFile(Path.of("types.o"))
                .search(Search.MAIN)
                .debugDirectories(debug)
                .kernelDirectories(kernels)
                .tryBy("debuginfod")
                .notBy("build-id")
                .environment(Map.of("A", "b"))
                .build();

        assertThat(settings)
                .isEqualTo(new DebugSettings(
                        List.of(Path.of("vmlinux"), Path.of("ext4.ko.debug")),
                        List.of(Path.of("types.o")),
                        Search.MAIN,
                        debug,
                        kernels,
                        List.of("debuginfod"),
                        List.of("build-id"),
                        Map.of("A", "b")));
        assertThat(settings.isWanted()).isTrue();
    }
}
