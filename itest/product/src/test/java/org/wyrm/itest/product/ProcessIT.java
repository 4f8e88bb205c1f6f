package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.testkit.dwarf.Compiler;

/** Processes that run: their stacks are those that gdb reads, and they go on as they were, whatever happens to wyrm. */
@Timeout(120)
@Tag("alone")
class ProcessIT {
    private static final Path STACKS = Wyrm.root().resolve("itest/product/src/test/resources/stacks/stacks.gdb.py");
    private static final int WAITERS = 2;
    private static final int THREADS = WAITERS + 3;
    private static final int MANY = 200;

    private final Wyrm wyrm = Wyrm.built();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"gcc, -O0", "gcc, -O1", "gcc, -O2 -no-pie", "clang, -O2", "gcc, -O2 -s"})
    void framesAreThoseOfGdbAndOfACoreDump(String compiler, String flags) throws IOException {
        var program = LiveProcess.compile(folder, compiler, flags);
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            live.stop();
            var ours = run(live, "--format", "json", "bt", "-v").expectClean().out();
            assertThat(live.status(live.thread("spinner"))).isEqualTo("T 0");
            var core = folder.resolve("core");
            var theirs = gdb(live.pid(), core);
            var dumped = wyrm.run("-c", core, "--format", "json", "bt", "-v", "--all");

            assertThat(ofWyrm(ours)).hasSize(THREADS).isEqualTo(ofGdb(theirs));
            assertThat(frames(ours)).isEqualTo(frames(dumped.out()));
        }
    }

    /** {@return the frames of each thread, by code and place in the source, as far as both tell them} */
    private static TreeMap<Long, List<String>> ofGdb(JsonNode stacks) {
        var threads = new TreeMap<Long, List<String>>();
        stacks.fields().forEachRemaining(thread -> {
            var texts = new ArrayList<String>();
            for (var frame : thread.getValue()) {
                // Functions that were left by a jump are compared by GdbStacksIT.
                if (!frame.required("kind").asText().equals("tail")) {
                    texts.add(text(
                            "0x%016x"
                                    .formatted(Long.parseUnsignedLong(
                                            frame.required("pc").asText(), 16)),
                            frame.required("kind").asText().equals("inline"),
                            frame.required("function").asText(),
                            frame.required("file").asText(""),
                            frame.required("line").asInt()));
                }
            }
            threads.put(Long.parseLong(thread.getKey()), texts);
        });
        return threads;
    }

    private static TreeMap<Long, List<String>> ofWyrm(String json) {
        var threads = new TreeMap<Long, List<String>>();
        for (var row : Json.rows(json)) {
            var texts = new ArrayList<String>();
            for (var frame : row.required("frames")) {
                if (!frame.required("tail_call").asBoolean()) {
                    texts.add(text(
                            frame.required("pc").asText(),
                            frame.required("inline").asBoolean(),
                            frame.required("function").asText(),
                            frame.required("file").asText(""),
                            frame.required("line").asInt(0)));
                }
            }
            threads.put(row.required("pid").asLong(), texts);
        }
        return threads;
    }

    /** The C library has several names for its functions, and gdb has other lines for those that call what is inlined. */
    private static String text(String pc, boolean isInlined, String function, String file, int line) {
        var name = file.substring(file.lastIndexOf('/') + 1);
        return pc + (isInlined ? " inlined" : "") + (name.equals("threads.c") ? " " + function + ":" + line : "");
    }

    /** {@return what gdb reads of the stacks of a process, which it also dumps} */
    private JsonNode gdb(String pid, Path core) throws IOException {
        var json = folder.resolve("stacks.json");
        var words = new ArrayList<>(List.of("-nx", "-batch", "-iex", "set debuginfod enabled off"));
        for (var command : List.of(
                "attach " + pid,
                "set backtrace past-main on",
                "set backtrace past-entry on",
                "set print entry-values no",
                "generate-core-file " + core,
                "set $stacks=\"" + json + "\"",
                "source " + STACKS)) {
            words.addAll(List.of("-ex", command));
        }
        Peer.of("gdb").ask(List.of(), words.toArray(String[]::new));
        return Files.exists(json)
                ? Json.value(Files.readString(json))
                : Peer.skipped("NOT COMPARED: gdb cannot attach to a process here");
    }

    /** {@return all that is told of the frames of each thread, variables too} */
    private static TreeMap<Long, List<String>> frames(String json) {
        var frames = new TreeMap<Long, List<String>>();
        for (var row : Json.rows(json)) {
            var texts = new ArrayList<String>();
            row.required("frames").forEach(frame -> texts.add(frame.toString()));
            frames.put(row.required("pid").asLong(), texts);
        }
        return frames;
    }

    @Test
    void aProcessGoesOn() throws IOException {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            var rows = Json.rows(
                    run(live, "--format", "json", "bt", "-v").expectClean().out());

            assertThat(rows).hasSize(THREADS).allSatisfy(row -> {
                assertThat(row.required("problem").isNull()).as("%s", row).isTrue();
                assertThat(row.required("frames").size()).isPositive();
            });
            live.expectGoingOn();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "KILL, 137"})
    void aProcessGoesOnWhenWyrmIsEnded(String signal, int code) throws Exception {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, MANY, program.toString())) {
            var ended = 0;
            // Longer and longer after its start, so that some are amid its work.
            for (var millis = 100; millis <= 800; millis += 100) {
                var words = wyrm.line("-p", live.pid(), "--no-default-symbols", "bt");
                var command = new ArrayList<>(List.of(
                        "timeout",
                        "--signal=" + signal,
                        "--preserve-status",
                        "%d.%03d".formatted(millis / 1000, millis % 1000)));
                command.addAll(words);
                var run = wyrm.execute(command);
                ended += run.code() == code ? 1 : 0;
                live.expectGoingOn();
            }
            assertThat(ended).as("runs that were ended").isPositive();
        }
    }

    @Test
    void aThreadThatIsKeptGoesOnWhenItsKeeperIsKilled() throws Exception {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            var spinner = live.thread("spinner");
            var holder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            StopHolder.class.getName(),
                            spinner)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine())
                        .isEqualTo("stopped");
                assertThat(live.status(spinner)).startsWith("t ");
                var count = live.count();
                var run = run(live, "bt", "spinner").expectClean();
                assertThat(run.out()).contains("thread " + spinner + " is traced by process " + holder.pid() + " (");
                assertThat(live.count()).isEqualTo(count);
                LiveProcess.signal(holder, "KILL");
                holder.waitFor();
                live.expectGoingOn();
            } finally {
                holder.destroyForcibly();
            }
        }
    }

    @Test
    void aThreadThatCannotStopIsLeftAsItIs() throws Exception {
        var compiler = new Compiler(folder);
        // The parent waits in vfork until its child has ended.
        compiler.source("wait.c", """
                #include <sys/syscall.h>
                #include <unistd.h>
                int main(void)
                {
                	long minute[] = {60, 0};
                	if (vfork() == 0) {
                		syscall(SYS_nanosleep, minute, 0L);
                		_exit(0);
                	}
                	return 0;
                }
                """);
        var program = compiler.compile("wait", "gcc", "-D_GNU_SOURCE", "wait.c")
                .orElseGet(() -> Peer.skipped("NOT TESTED: gcc does not run"));
        var process = new ProcessBuilder(program.toString()).start();
        try {
            var status = Path.of("/proc", Long.toString(process.pid()), "status");
            while (!Files.readString(status).contains("D (disk sleep)")) {
                Thread.onSpinWait();
            }
            var run = wyrm.run("-p", process.pid(), "bt").expectClean();

            assertThat(run.out()).contains("no stack: thread %d did not stop within 1 s".formatted(process.pid()));
            assertThat(Files.readString(status)).contains("D (disk sleep)", "TracerPid:\t0\n");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void aDeletedProgramIsReadByItsProcess() throws IOException {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            Files.delete(program);

            assertThat(run(live, "print", "global_number").expectClean().out()).isEqualTo("(int)42\n");
            assertThat(run(live, "bt", "-l", "sleeper").expectClean().out()).contains("sleeper (", "threads.c:");
        }
    }

    @Test
    void aProgramOfAnotherMountNamespaceIsReadByItsProcess() throws IOException {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        Files.createDirectory(folder.resolve("mount"));
        var hidden = folder.resolve("mount/threads");
        var script = "mount -t tmpfs none %s && cp %s %s && exec %s \"$@\""
                .formatted(hidden.getParent(), program, hidden, hidden);
        if (new Compiler(folder)
                .run("may", "unshare", "--mount", "sh", "-c", "mount -t tmpfs none mount; touch may")
                .isEmpty()) {
            Peer.skipped("NOT TESTED: no mount namespace can be made here");
        }
        try (var live = LiveProcess.start(folder, WAITERS, "unshare", "--mount", "sh", "-c", script, "sh")) {
            assertThat(hidden).doesNotExist();
            assertThat(run(live, "print", "global_number").expectClean().out()).isEqualTo("(int)42\n");
        }
    }

    @Test
    void commandsAreAboutTheProcess() throws IOException {
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            expect(live, "(int)-2", "print", "first.next->value");
            expect(live, "(enum state)BUSY", "print", "state");
            expect(live, "struct node *next;", "type", "struct node");
            expect(live, "enum state state;", "whatis", "state");
            expect(live, "count_once", "sym", "count_once");
            expect(live, "0000002a", "rd", "-32", "global_number");
            expect(live, "global_number", "names", "global_num*");
            expect(live, "second", "search", "-c", "second");
            expect(live, "sleeper+0x", "stack", live.thread("sleeper"));
            expect(live, "clock_nanosleep", "regs", "sleeper");
            expect(live, "__clock_nanosleep", "frame", "--task", "sleeper", "0");
            expect(live, "at depth 0", "bt", "-v", "waiter");
            expect(live, "threads.c", "line", "main");
            expect(live, "build ID", "debuginfo");
            for (var command : List.of("tasks", "super", "net", "disks", "bpfmaps")) {
                assertThat(run(live, command).err())
                        .isEqualTo("wyrm: the target is a process: this command is about kernels\n");
            }
            assertThat(run(live, "bt", "nobody").err()).isEqualTo("wyrm: no thread 'nobody'\n");
            live.expectGoingOn();
        }
    }

    private void expect(LiveProcess live, String text, String... words) {
        assertThat(run(live, words).expectClean().out()).contains(text);
    }

    private Wyrm.Run run(LiveProcess live, String... words) {
        var all = new ArrayList<Object>(List.of("-p", live.pid()));
        all.addAll(List.of(words));
        return wyrm.run(all.toArray());
    }

    @Test
    void whatIsNoProcessToLookAtIsSaid() throws IOException {
        expectRefused(2, "'12x' is not the number of a process", "12x");
        expectRefused(3, "process 2147483647: there is none", "2147483647");
        expectRefused(3, "is a thread of the kernel", "2");
        var program = LiveProcess.compile(folder, "gcc", "-O2");
        try (var live = LiveProcess.start(folder, WAITERS, program.toString())) {
            expectRefused(3, "is a thread of process " + live.pid(), live.thread("sleeper"));
            var refused = OtherUser.run(wyrm, "-p", "1", "rd", "main");
            assertThat(refused.code()).as("%s", refused).isEqualTo(3);
            assertThat(refused.err()).contains("process 1: permission denied: it is of user 0", "run wyrm by sudo");
        }
    }

    private void expectRefused(int code, String why, String pid) {
        var run = wyrm.run("-p", pid, "bt");
        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.err()).contains(why);
    }

    @Test
    void aZombieIsSaid() throws IOException {
        // A shell would take the child's end away from who looks: the child ends when the shell is no shell any more.
        var child = "until grep -q sleep /proc/$$/comm; do :; done";
        var parent = new ProcessBuilder("sh", "-c", "(" + child + ") & echo $!; exec sleep 100").start();
        try {
            var zombie = parent.inputReader(StandardCharsets.UTF_8).readLine();
            LiveProcess.until("it has ended", () -> LiveProcess.stat(zombie).contains(") Z "));
            expectRefused(3, "has ended, and its memory with it", zombie);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aProcessOf32BitsIsNotSupported() throws IOException {
        var compiler = new Compiler(folder);
        compiler.source("pause.s", ".globl _start\n_start: mov $29,%eax\nint $0x80\njmp _start\n");
        if (compiler.run("pause.o", "as", "--32", "pause.s", "-o", "pause.o").isEmpty()
                || compiler.run("pause", "ld", "-m", "elf_i386", "pause.o", "-o", "pause")
                        .isEmpty()) {
            Peer.skipped("NOT TESTED: no assembler of 32-bit programs");
        }
        Process process;
        try {
            process = new ProcessBuilder(folder.resolve("pause").toString()).start();
        } catch (IOException e) {
            Peer.skipped("NOT TESTED: this kernel runs no 32-bit programs");
            return;
        }
        try {
            expectRefused(7, "architecture i686, which is not supported", Long.toString(process.pid()));
        } finally {
            process.destroyForcibly();
        }
    }
}
