package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.Program;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.unwind.StackFrame;
import org.wyrm.unwind.StackTrace;
import org.wyrm.unwind.UnwindMethod;
import org.wyrm.unwind.Unwinder;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/**
 * Stacks of a machine that crashed, with damage to the stacks, to where they are said to be, and to the tables that tell
 * the way: the frames before the damage stay, a reason is given, nothing hangs. Most run in this JVM; a sample through
 * the product.
 */
@Timeout(600)
@Tag("alone")
class BadStacksIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int DAMAGES = 150;
    private static final int TABLE_DAMAGES = 12;
    private static final int MIN_FRAMES = 500;
    private static final int ORC_BYTES = 1 << 20;
    private static final int MAX_SHOWN_FRAMES = 16 * Unwinder.MAX_FRAMES;

    /** Seeds the damages; another one is given by {@code -Dwyrm.seed}. */
    private static final long SEED = Long.getLong("wyrm.seed", 20261122);

    private static final Wyrm PRODUCT = Wyrm.built().limited(LIMIT);

    private static final Map<String, Integer> TALLY = new TreeMap<>();

    @TempDir
    static Path folder;

    private static LabKernel kernel;
    private static WorkingCopy copy;
    private static Program program;
    private static PageTables pageTables;
    private static List<TargetThread> sleeping;

    @BeforeAll
    static void makeCopy() throws IOException {
        System.out.println("BadStacksIT: seed " + SEED + " (-Dwyrm.seed=N for another)");
        kernel = LabKernel.find("6.1").orElseGet(() -> Peer.skipped("NOT TESTED: the lab has no kernel 6.1"));
        var dump = kernel.root().resolveSibling("../out/panic256/vmcore.elf").normalize();
        if (!Files.exists(dump)) {
            Peer.skipped("NOT TESTED: " + dump + " is not there");
        }
        copy = WorkingCopy.ofElf(dump, folder.resolve("damaged.elf"));
        program = InProcess.open(copy.file());
        pageTables = WorkingCopy.pageTables(program);
        sleeping = threads(program).stream()
                .filter(thread -> !thread.isOnCpu()
                        && !thread.object().orElseThrow().member("stack").isNull())
                .toList();
        assertThat(sleeping).hasSizeGreaterThan(100);
    }

    @AfterAll
    static void tell() {
        TALLY.forEach((what, times) -> System.out.println("BadStacksIT: " + what + ": " + times));
        if (program != null) {
            program.close();
            copy.close();
        }
    }

    private static List<TargetThread> threads(Program program) {
        return program.extension(ThreadFinder.class).threads(program).toList();
    }

    private static void count(String what) {
        TALLY.merge(what, 1, Integer::sum);
    }

    private static StackTrace trace(Program program, TargetThread thread) {
        var trace = Unwinder.of(program).trace(thread);
        assertThat(trace.frames()).hasSizeLessThan(MAX_SHOWN_FRAMES);
        trace.problem().ifPresent(BadStacksIT::isAReason);
        return trace;
    }

    private static void isAReason(String text) {
        assertThat(text).isNotBlank().doesNotContain("\n", "Exception", "null");
    }

    private static List<Long> pcs(List<StackFrame> frames) {
        return frames.stream().map(StackFrame::pc).toList();
    }

    /** What a stack has in place of its own. */
    enum Content {
        RANDOM,
        ZEROS,
        ONES,
        /** Each word is the address of the first: a chain of frame pointers that leads to itself. */
        LOOP,
        /** Each word is where the innermost frame returns to. */
        RETURN_ADDRESS,
        /** Return addresses of other stacks, one after the other. */
        RETURN_ADDRESSES,
        /** The words that were there, in another order. */
        SHUFFLED;

        byte[] bytes(long start, int byteSize, List<Long> returnAddresses, Random random) {
            var bytes = ByteBuffer.allocate(byteSize).order(ByteOrder.LITTLE_ENDIAN);
            if (this == RANDOM) {
                random.nextBytes(bytes.array());
                return bytes.array();
            }
            var old = new ArrayList<Long>();
            for (var at = 0; at < byteSize; at += Long.BYTES) {
                old.add(program.memory().u64(start + at));
            }
            Collections.shuffle(old, random);
            while (bytes.hasRemaining()) {
                bytes.putLong(
                        switch (this) {
                            case RANDOM, ZEROS -> 0;
                            case ONES -> -1;
                            case LOOP -> start;
                            case RETURN_ADDRESS -> returnAddresses.getFirst();
                            case RETURN_ADDRESSES -> returnAddresses.get(random.nextInt(returnAddresses.size()));
                            case SHUFFLED -> old.get(bytes.position() / Long.BYTES);
                        });
            }
            return bytes.array();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOverwrittenStackIsShownUpToTheDamage(Content content) {
        var random = new Random(SEED + content.ordinal());
        var returnAddresses = sleeping.stream()
                .flatMap(thread -> pcs(trace(program, thread).frames()).stream())
                .toList();
        for (var i = 0; i < DAMAGES; i++) {
            var thread = sleeping.get(random.nextInt(sleeping.size()));
            var good = trace(program, thread);
            var first = good.frames().getFirst().stackPointer().orElseThrow();
            var end = thread.stackAt(first).orElseThrow().range().lastAddress() + 1;
            var start = first + Long.BYTES * random.nextLong((end - first) / Long.BYTES);
            var byteSize = random.nextBoolean()
                    ? (int) (end - start)
                    : Long.BYTES * (1 + random.nextInt((int) ((end - start) / Long.BYTES)));
            var what = "%s of %d bytes at 0x%x of task %d".formatted(content, byteSize, start, thread.id());

            try (var _ = copy.patch(pageTables, start, content.bytes(start, byteSize, returnAddresses, random))) {
                var began = System.nanoTime();
                var bad = trace(program, thread);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).as(what).isLessThan(LIMIT);

                var before = good.frames().stream()
                        .takeWhile(frame ->
                                !frame.isUserSpace() && frame.stackPointer().orElseThrow() <= start)
                        .toList();
                assertThat(before).as(what).isNotEmpty();
                assertThat(pcs(bad.frames())).as(what).startsWith(pcs(before).toArray(new Long[0]));
                count(content
                        + (bad.problem().isPresent() ? ", with a reason" : ", to an end")
                        + (pcs(bad.frames()).equals(pcs(good.frames())) ? ", the same" : ""));
                if (i % (DAMAGES / 2) == 0) {
                    productEndsWell("bt", "-v", "-f", thread.id());
                    productEndsWell("bt", "--all");
                }
            }
        }
        assertThat(TALLY).containsKey(content + ", with a reason");
        for (var thread : sleeping.subList(0, 20)) {
            assertThat(trace(program, thread).problem())
                    .as("when the damage is undone")
                    .isEmpty();
        }
    }

    /** Runs the product on the damaged copy, without debug files. */
    private static String productEndsWell(Object... command) {
        var words = new ArrayList<Object>(List.of("-c", copy.file(), "--no-default-symbols", "--format", "json"));
        words.addAll(List.of(command));
        return endsWell(PRODUCT.run(words.toArray()));
    }

    private static String endsWell(Wyrm.Run run) {
        assertThat(run.code()).as("%s", run).isZero();
        assertThat(run.errLines())
                .as("%s", run)
                .allMatch(line ->
                        line.matches("wyrm: warning: .*|wyrm: \\d+ rows? holds? values that could not be read"));
        assertThat(run.out()).doesNotContain("\tat ", "Exception");
        for (var row : Json.rows(run.out())) {
            assertThat(row.required("frames").isEmpty()
                            && row.required("problem").isNull())
                    .as("neither frames nor a reason: %s", row)
                    .isFalse();
            if (!row.required("problem").isNull()) {
                isAReason(row.required("problem").asText());
            }
        }
        count("runs of the product");
        return run.out();
    }

    @Test
    void aStackPointerOutsideTheStackIsSaidToBeSo() {
        var thread = sleeping.get(new Random(SEED).nextInt(sleeping.size()));
        var other = sleeping.get(sleeping.indexOf(thread) == 0 ? 1 : 0);
        var sp = thread.object().orElseThrow().member("thread").member("sp");
        var stack = thread.stackAt(sp.longValue()).orElseThrow().range();
        var inOther = other.object().orElseThrow().member("thread").member("sp").longValue();

        for (var outside : LongStream.of(
                        0,
                        1,
                        8,
                        -1,
                        -8,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        1L << 47,
                        -(1L << 47),
                        stack.firstAddress() - 8,
                        stack.lastAddress() + 1,
                        inOther)
                .toArray()) {
            try (var _ = copy.patch64(pageTables, sp.address(), outside)) {
                assertThatThrownBy(() -> trace(program, thread))
                        .as("0x%x", outside)
                        .isInstanceOf(DebuggerException.class)
                        .hasMessageContaining("its stack pointer 0x%x is not in its stack".formatted(outside));
            }
        }
        try (var _ = copy.patch64(pageTables, sp.address(), 8)) {
            assertThat(productEndsWell("bt", thread.id()))
                    .contains("\"problem\":\"", "its stack pointer 0x8 is not in its stack");
        }
        // Inside, and where no frame is.
        for (var inside = stack.firstAddress(); inside <= stack.lastAddress(); inside += 61) {
            try (var _ = copy.patch64(pageTables, sp.address(), inside)) {
                var traced = Attempt.of(() -> trace(program, thread));
                count("a stack pointer somewhere in the stack, "
                        + (traced instanceof Attempt.Failure<?>
                                ? "no frames"
                                : traced.map(trace -> trace.problem().isPresent() ? "with a reason" : "to an end")
                                        .orElse("")));
            }
        }
    }

    @Test
    void aTaskWhoseStackIsElsewhereIsSaidToBeSo() {
        var thread = sleeping.get(new Random(SEED + 1).nextInt(sleeping.size()));
        var stack = thread.object().orElseThrow().member("stack");

        for (var elsewhere : List.of(1L, -1L, 1L << 47, Long.MIN_VALUE, 0xffff_8880_0000_0000L)) {
            try (var _ = copy.patch64(pageTables, stack.address(), elsewhere)) {
                assertThat(productEndsWell("bt", thread.id())).containsAnyOf("is not in its stack", "has no end");
            }
        }
        try (var _ = copy.patch64(pageTables, stack.address(), 0)) {
            assertThat(productEndsWell("bt", thread.id())).contains("its stack is freed");
        }
    }

    /** The size of all stacks is that of the first task's. */
    @Test
    void aFirstTaskThatIsDamagedIsNoReasonToShowNoOther() {
        var thread = sleeping.get(new Random(SEED + 2).nextInt(sleeping.size()));
        var stack = program.variable("init_task").member("stack");
        var before = productEndsWell("bt", thread.id());

        for (var elsewhere : List.of(0L, 1L, -1L, stack.longValue() + 8)) {
            try (var _ = copy.patch64(pageTables, stack.address(), elsewhere)) {
                assertThat(productEndsWell("bt", thread.id())).isEqualTo(before);
            }
        }
    }

    /** Traces all tasks of a program whose tables are damaged. */
    private static void traceAll(String what, Program damaged) {
        var began = System.nanoTime();
        for (var thread : threads(damaged)) {
            var traced = Attempt.of(() -> trace(damaged, thread));
            if (traced instanceof Attempt.Failure<StackTrace> failure) {
                isAReason(failure.error().getMessage());
                count(what + ", no frames");
            } else {
                count(what
                        + traced.map(trace -> trace.problem().isPresent() ? ", with a reason" : ", to an end")
                                .orElse(""));
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as(what).isLessThan(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"__start_orc_unwind_ip, __stop_orc_unwind_ip", "__start_orc_unwind, __stop_orc_unwind"})
    void aDamagedOrcTableEndsTracesWithAReason(String first, String last) {
        var start = program.symbols(first).getFirst().address();
        var byteSize = (int) (program.symbols(last).getFirst().address() - start);
        var random = new Random(SEED + byteSize);
        for (var i = 0; i < TABLE_DAMAGES; i++) {
            var from = i < 4 ? 0 : random.nextInt(byteSize);
            var bytes = new byte[i < 4 ? byteSize : 1 + random.nextInt(byteSize - from)];
            if (i % 2 == 0) {
                random.nextBytes(bytes);
            }
            try (var _ = copy.patch(pageTables, start + from, bytes);
                    var damaged = InProcess.open(copy.file())) {
                traceAll("ORC, " + first, damaged);
                if (i % 3 == 0) {
                    productEndsWell("bt", "--all");
                }
            }
        }
        assertThat(TALLY).containsKey("ORC, " + first + ", with a reason");
    }

    /** A dump that was cut short has the beginning of the memory, and not all of the tables. */
    @Test
    void anOrcTableThatIsCutOffEndsTracesWithAReason() throws IOException {
        var start = program.symbols("__start_orc_unwind_ip").getFirst().address();
        var target = folder.resolve("cut.elf");
        try (var cut = WorkingCopy.ofElf(copy.file(), target)) {
            cut.truncate(cut.fileOffset(WorkingCopy.physical(pageTables, start)) + 100_000);
            var outcome = InProcess.run(target, "tasks", LIMIT);
            var run = PRODUCT.run("-c", target, "--no-default-symbols", "--format", "json", "bt", "--all");
            assertThat(run.out()).doesNotContain("\tat ", "Exception");
            assertThat(run.err()).as("%s", run).contains("cut short");
            assertThat(run.code()).as("%s", run).isEqualTo(outcome.code());
        }
    }

    private static long framesByCallFrameInformation(Program program) {
        return threads(program).stream()
                .flatMap(thread -> Attempt.of(() -> trace(program, thread).frames()).orElse(List.of()).stream())
                .filter(frame -> frame.foundBy().equals(Optional.of(UnwindMethod.CALL_FRAMES)))
                .count();
    }

    @Test
    void damagedCallFrameInformationEndsTracesWithAReasonOrIsPassedOver() throws IOException {
        var random = new Random(SEED);
        var orc = program.symbols("__start_orc_unwind_ip").getFirst().address();
        try (var file = WorkingCopy.of(kernel.vmlinux(), folder.resolve("vmlinux"));
                var undamaged = DebugFile.open(kernel.vmlinux())) {
            var section = undamaged.elf().findSection(".debug_frame").orElseThrow();
            var at = section.offsetBytes();
            var byteSize = (int) section.byteSize();
            var orcInFile = undamaged.elf().findSection(".orc_unwind_ip").orElseThrow();
            var settings = DebugSettings.builder().file(file.file()).build();
            try (var good = InProcess.open(copy.file(), settings)) {
                assertThat(framesByCallFrameInformation(good)).isGreaterThan(MIN_FRAMES);
            }
            for (var i = 0; i < TABLE_DAMAGES; i++) {
                var from = i < 2 ? 0 : random.nextInt(byteSize);
                var bytes = new byte[i < 2 ? byteSize : 1 + random.nextInt(byteSize - from)];
                if (i % 2 == 0) {
                    random.nextBytes(bytes);
                }
                // Half of the times nothing else tells the way, either: neither the file's ORC nor the target's.
                var isOrcDamaged = i / 2 % 2 == 1;
                var orcBytes = new byte[isOrcDamaged ? ORC_BYTES : 0];
                try (var _ = file.patch(at + from, bytes);
                        var _ = file.patch(orcInFile.offsetBytes(), orcBytes);
                        var _ = copy.patch(pageTables, orc, orcBytes);
                        var damaged = InProcess.open(copy.file(), settings)) {
                    traceAll(isOrcDamaged ? "CFI and ORC" : "CFI", damaged);
                    if (i == 0) {
                        assertThat(framesByCallFrameInformation(damaged)).isZero();
                    }
                    if (i % 6 < 2) {
                        endsWell(PRODUCT.run("-c", copy.file(), "-s", file.file(), "--format", "json", "bt", "--all"));
                    }
                }
            }
            assertThat(TALLY).containsKey("CFI and ORC, with a reason").doesNotContainKey("CFI, with a reason");
            file.truncate(at + byteSize / 2);
            var run = PRODUCT.run("-c", copy.file(), "-s", file.file(), "--format", "json", "bt", "--all");
            assertThat(run.out()).doesNotContain("\tat ", "Exception");
            assertThat(run.code()).as("%s", run).isIn(0, 6);
            assertThat(run.err()).as("%s", run).contains("vmlinux").doesNotContain("\tat ");
        }
    }
}
