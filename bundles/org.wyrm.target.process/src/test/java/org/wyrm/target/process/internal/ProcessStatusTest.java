package org.wyrm.target.process.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes as a folder laid out as {@code /proc} tells of them. */
class ProcessStatusTest {
    private static final int PF_KTHREAD = 0x0020_0000;

    @TempDir
    Path proc;

    private ProcessFolder folder;

    @BeforeEach
    void aProcessIsThere() throws IOException {
        folder = new ProcessFolder(proc, 12);
        Files.createDirectories(proc.resolve("self"));
        process('S', 0, 12, 1000);
        task(12);
    }

    private void process(char state, int flags, int process, int user) throws IOException {
        Files.createDirectories(folder.path());
        Files.writeString(
                folder.path().resolve("status"),
                "Name:\ta) b\nTgid:\t%d\nPPid:\t7\nUid:\t%d\t0\t0\t0\n".formatted(process, user));
        Files.writeString(
                folder.path().resolve("stat"),
                "12 (a) b) %c 7 12 12 0 -1 %d ".formatted(state, flags) + "0 ".repeat(29) + "3 0 0\n");
    }

    private void task(int thread) throws IOException {
        Files.createDirectories(folder.task(thread));
    }

    private String refusal() {
        return folder.status().refusal().orElse("");
    }

    @Test
    void oneThatRunsIsNotRefused() {
        assertThat(refusal()).isEmpty();
        assertThat(folder.status().name()).isEqualTo("a) b");
        assertThat(folder.threadIds()).containsExactly(12);
    }

    @Test
    void stateAndCpuAreBehindTheName() throws IOException {
        var stat = Files.readString(folder.path().resolve("stat"));

        assertThat(ProcessStatus.state(stat)).isEqualTo('S');
        assertThat(ProcessStatus.cpu(stat)).isEqualTo(3);
    }

    @Test
    void aThreadOfTheKernelIsRefused() throws IOException {
        process('S', PF_KTHREAD | 0x40, 12, 0);

        assertThat(refusal()).contains("is a thread of the kernel");
    }

    @Test
    void aThreadIsRefusedAndItsProcessNamed() throws IOException {
        process('S', 0, 10, 0);

        assertThat(refusal()).isEqualTo("is a thread of process 10: say --pid 10");
    }

    @Test
    void oneThatHasEndedIsRefused() throws IOException {
        process('Z', 0, 12, 0);

        assertThat(refusal())
                .isEqualTo("'a) b' has ended, and its memory with it; it waits for process 7 to take note");
    }

    @Test
    void oneWhoseFirstThreadHasEndedIsRefused() throws IOException {
        process('Z', 0, 12, 0);
        task(13);

        assertThat(refusal()).contains("its first thread has ended");
    }

    private String permission(String reason) {
        return Permission.refusal(folder, folder.status(), reason);
    }

    private void scope(int value) throws IOException {
        var file = proc.resolve("sys/kernel/yama/ptrace_scope");
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    @Test
    void permissionOfNobodyIsThatOfTheScope() throws IOException {
        scope(3);

        assertThat(permission("permission denied")).contains("kernel.yama.ptrace_scope is 3: nobody may");
    }

    @Test
    void permissionOfAnotherUserIsThatUsers() throws IOException {
        scope(1);
        var here = ((Number) Files.getAttribute(proc.resolve("self"), "unix:uid")).intValue();
        process('S', 0, 12, here + 1);

        assertThat(permission("permission denied"))
                .contains(
                        here == 0
                                ? "needs the capability SYS_PTRACE"
                                : "it is of user %d, and this is user %d: run wyrm by sudo".formatted(here + 1, here));
    }

    @Test
    void anotherReasonIsLeft() {
        assertThat(permission("too many open files")).isEqualTo("too many open files");
    }

    @Test
    void oneThatEndedMeanwhileIsSaid() throws IOException {
        var status = folder.status();
        for (var file : new String[] {"task/12", "task", "status", "stat", ""}) {
            Files.delete(folder.path().resolve(file));
        }

        assertThat(Permission.refusal(folder, status, "no such file")).isEqualTo("it has ended");
    }
}
