package org.wyrm.debuginfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.debuginfo.TestFiles.write;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.debuginfo.GivenFile.Kind;
import org.wyrm.elf.BuildId;
import org.wyrm.testkit.dump.ElfBuilder;

class GivenFileTest {
    private static final List<WantedFile> TARGET = List.of(
            new WantedFile.Kernel("6.1.0", Optional.of(new BuildId("abcd"))),
            new WantedFile.KernelModule("6.1.0", "af_key", Optional.of(new BuildId("1234"))));

    @TempDir
    Path folder;

    private GivenFile given(byte[] content) {
        return GivenFile.classify(write(folder.resolve("file"), content));
    }

    @Test
    void isWhatItsContentSays() {
        assertThat(given(TestFiles.kernel("abcd")).kind()).isEqualTo(Kind.KERNEL);
        assertThat(given(TestFiles.debugFile("abcd")).kind()).isEqualTo(Kind.PROGRAM);
        assertThat(given(TestFiles.xz(TestFiles.moduleDebugFile("1234", "af_key"))))
                .isEqualTo(new GivenFile(
                        folder.resolve("file"),
                        Kind.KERNEL_MODULE,
                        Optional.of(new BuildId("1234")),
                        Optional.of("af_key"),
                        true));
        assertThat(given(new ElfBuilder().type(4).build()).kind()).isEqualTo(Kind.CORE_DUMP);
        assertThat(given(new ElfBuilder().type(1).build()).kind()).isEqualTo(Kind.OBJECT);
        assertThat(given(new ElfBuilder().type(99).build()).kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void isAModuleByItsFileNameWhereTheContentDoesNotSay() {
        var path = write(
                folder.resolve("af-key.ko.debug"),
                new ElfBuilder()
                        .type(1)
                        .section(".gnu.linkonce.this_module", 8, new byte[0])
                        .build());

        assertThat(GivenFile.classify(path).moduleName()).contains("af_key");
    }

    @Test
    void isOfTheTargetWithTheRightBuildId() {
        assertThat(given(TestFiles.kernel("abcd")).refusal(TARGET)).isEmpty();
        assertThat(given(TestFiles.moduleDebugFile("1234", "af_key")).refusal(TARGET))
                .isEmpty();
    }

    @Test
    void isRefusedWithTheReason() {
        var file = folder.resolve("file");

        assertThat(given(TestFiles.kernel("ffff")).refusal(TARGET))
                .contains(file
                        + ": is a kernel, but not that of the target: its build ID ffff is not abcd (kernel 6.1.0)");
        assertThat(given(TestFiles.kernel("")).refusal(TARGET))
                .contains(file
                        + ": is a kernel, but not that of the target: has no build ID, and abcd is wanted (kernel"
                        + " 6.1.0)");
        assertThat(given(TestFiles.moduleDebugFile("ffff", "af_key")).refusal(TARGET))
                .contains(
                        file + ": is a kernel module, but not that of the target: its build ID ffff is not 1234 (module"
                                + " af_key)");
        assertThat(given(TestFiles.moduleDebugFile("ffff", "xfs")).refusal(TARGET))
                .contains(file + ": is a kernel module (xfs) with build ID ffff, of no part of the target");
        assertThat(given(TestFiles.debugFile("ffff")).refusal(TARGET))
                .contains(file + ": is an executable or library with build ID ffff, of no part of the target");
    }
}
