package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Files that are no dumps, and dumps that are damaged: one clear line with place and cause, the documented exit code,
 * within seconds and a bounded heap. Most run in this JVM, whose heap is bounded too; a sample through the product.
 */
@Tag("alone")
class BadInputIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long MAX_PEAK_BYTES = 512L << 20;
    private static final List<String> COMMANDS = List.of("tasks", "log", "mod", "mount", "sys");

    /** Seeds the samples; another one is given by {@code -Dwyrm.seed}. */
    private static final long SEED = Long.getLong("wyrm.seed", 20261121);

    /** What may come of a damaged dump: all well, or not a dump any more, or an error in what it holds. */
    private static final List<Integer> CODES = List.of(0, 3, 4, 5, 6, 7);

    @TempDir
    static Path folder;

    private static final Wyrm PRODUCT = Wyrm.built().limited(LIMIT);
    private static WorkingCopy kdump;
    private static WorkingCopy elf;
    private static String vmcoreinfo;
    private static final Map<String, Map<Integer, Integer>> TALLY = new TreeMap<>();

    /** How often the product ran for each kind of damage: two of them are enough beside all those in this JVM. */
    private static final Map<String, Integer> PRODUCT_RUNS = new TreeMap<>();

    @BeforeAll
    static void makeCopies() throws IOException {
        System.out.println("BadInputIT: seed " + SEED + " (-Dwyrm.seed=N for another)");
        var demo = Wyrm.root().resolve("distribution/demo/demo.vmcore");
        kdump = WorkingCopy.of(demo, folder.resolve("damaged.kdump"));
        elf = WorkingCopy.asElf(demo, folder.resolve("damaged.elf"));
        try (var program = InProcess.open(demo)) {
            vmcoreinfo = WorkingCopy.vmcoreinfo(program);
        }
    }

    @AfterAll
    static void tell() {
        TALLY.forEach((what, codes) -> System.out.println("BadInputIT: " + what + ": runs by exit code " + codes));
        kdump.close();
        elf.close();
    }

    /** Runs all commands, or some, on a damaged dump in this JVM. */
    private static void endsWell(String what, Path dump, String... commands) {
        for (var command : commands.length == 0 ? COMMANDS : List.of(commands)) {
            var outcome = InProcess.run(dump, command, LIMIT);
            TALLY.computeIfAbsent(what, _ -> new TreeMap<>()).merge(outcome.code(), 1, Integer::sum);
            assertThat(CODES).as("exit code of %s: %s", command, outcome).contains(outcome.code());
            if (outcome.code() != 0) {
                assertThat(outcome.message())
                        .as("what %s says", command)
                        .isNotBlank()
                        .doesNotContain("\n", "Exception", "null");
            }
        }
    }

    /** Runs a command on a damaged dump through the product. */
    private static Wyrm.Run productEndsWell(Path dump, String command) {
        var run = PRODUCT.run("-c", dump, command);

        assertThat(CODES).as("exit code of %s", run).contains(run.code());
        assertThat(run.errLines()).as("stderr of %s", run).allMatch(line -> line.startsWith("wyrm: "));
        var errors = run.errLines().stream()
                .filter(line -> !line.startsWith("wyrm: warning: "))
                .toList();
        if (run.code() == 0) {
            assertThat(errors).allMatch(line -> line.matches("wyrm: \\d+ rows? holds? values that could not be read"));
        } else {
            assertThat(errors).as("stderr of %s", run).hasSize(1);
        }
        assertThat(run.out()).doesNotContain("\tat ", "Exception");
        assertThat(run.peakBytes()).as("peak of %s", run).isPositive().isLessThanOrEqualTo(MAX_PEAK_BYTES);
        return run;
    }

    @Test
    void theCopiesAreGoodBeforeTheyAreDamaged() {
        for (var copy : List.of(kdump, elf)) {
            for (var command : COMMANDS) {
                var outcome = InProcess.run(copy.file(), command, LIMIT);

                assertThat(outcome.code()).as("%s on %s", command, copy.file()).isZero();
                assertThat(outcome.rows()).as("%s on %s", command, copy.file()).isPositive();
                assertThat(outcome.failedValues())
                        .as("%s on %s", command, copy.file())
                        .isZero();
            }
            assertThat(productEndsWell(copy.file(), "tasks").code()).isZero();
        }
    }

    @Nested
    class AFileThatIsNoDump {
        private void isRefused(Path file, String says) {
            var run = productEndsWell(file, "tasks");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.out()).isEmpty();
            assertThat(run.errLines())
                    .singleElement()
                    .asString()
                    .startsWith("wyrm: " + file + ": ")
                    .contains(says);
        }

        @Test
        void isEmpty() throws IOException {
            isRefused(Files.createFile(folder.resolve("empty")), "is empty");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 7, 8, 63, 4096})
        void isText(int byteSize) throws IOException {
            isRefused(Files.writeString(folder.resolve("text" + byteSize), "x".repeat(byteSize)), "not recognised");
        }

        @Test
        void isADirectory() throws IOException {
            isRefused(Files.createDirectory(folder.resolve("directory")), "is a directory");
        }

        @Test
        void isMissing() {
            isRefused(folder.resolve("no-such-file"), "no such file");
        }

        @Test
        void isMissingWithAnOddName() {
            var run = PRODUCT.run("-c", folder + "/no\nsuch\u001b[31mfile", "tasks");

            assertThat(run.code()).isEqualTo(3);
            assertThat(run.errLines()).hasSize(1);
            assertThat(run.err()).doesNotContain("\u001b");
        }

        @Test
        void isADevice() {
            isRefused(Path.of("/dev/zero"), "is not a regular file");
            isRefused(Path.of("/dev/null"), "is not a regular file");
        }

        @Test
        void isAPipe() throws Exception {
            var pipe = folder.resolve("pipe");
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                    .isZero();

            isRefused(pipe, "is not a regular file");
        }

        @Test
        void mayNotBeRead() throws IOException {
            var secret = Files.writeString(
                    Path.of("/tmp")
                            .resolve("wyrm-secret-" + ProcessHandle.current().pid()),
                    "KDUMP   ");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
            try {
                var run = OtherUser.run(PRODUCT, "-c", secret.toString(), "tasks");

                assertThat(run.code()).isEqualTo(3);
                assertThat(run.errLines())
                        .singleElement()
                        .asString()
                        .startsWith("wyrm: " + secret + ": ")
                        .contains("denied");
            } finally {
                Files.delete(secret);
            }
        }

        @Test
        void isAnElfFileOfAnotherKind() {
            var run = productEndsWell(Path.of("/bin/sh").toAbsolutePath(), "tasks");

            assertThat(run.code()).isEqualTo(7);
            assertThat(run.errLines()).singleElement().asString().startsWith("wyrm: /bin/sh: ");
        }
    }

    @Nested
    class ADumpThatIsCutShort {
        private static final int PLACES = 200;

        static Stream<String> forms() {
            return Stream.of("kdump", "elf");
        }

        @ParameterizedTest
        @MethodSource("forms")
        void endsWellWhereverItIsCut(String form) throws IOException {
            var demo = Wyrm.root().resolve("distribution/demo/demo.vmcore");
            var target = folder.resolve("cut." + form);
            var random = new Random(SEED);
            var productRuns = 0;
            try (var copy = form.equals("elf") ? WorkingCopy.asElf(demo, target) : WorkingCopy.of(demo, target)) {
                // From the longest to the shortest, so that the file is cut and never copied; headers more densely.
                var places = LongStream.concat(
                                random.longs(PLACES / 2, 0, copy.byteSize()), random.longs(PLACES / 2, 1, 1 << 21))
                        .boxed()
                        .sorted((a, b) -> Long.compare(b, a))
                        .toList();
                for (var i = 0; i < places.size(); i++) {
                    copy.truncate(places.get(i));
                    endsWell(form + " cut short", target, COMMANDS.get(i % COMMANDS.size()));
                    if (i % 20 == 7) {
                        productRuns++;
                        productEndsWell(target, COMMANDS.get(i / 20 % COMMANDS.size()));
                    }
                }
                copy.truncate(0);
                assertThat(productEndsWell(target, "tasks").code()).isEqualTo(3);
            }
            assertThat(productRuns).isEqualTo(PLACES / 20);
        }

        @Test
        void saysSo() throws IOException {
            var target = folder.resolve("cut.warned");
            try (var copy = WorkingCopy.of(kdump.file(), target)) {
                copy.truncate(copy.byteSize() - 5_000_000);

                var run = productEndsWell(target, "tasks");

                assertThat(run.err()).containsIgnoringCase("cut short");
            }
        }
    }

    @Nested
    class AHeaderField {
        private static final long[] EXTREMES = {
            0,
            1,
            2,
            7,
            0x7f,
            0xff,
            0x7fff,
            0xffff,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_ffffL,
            1L << 40,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -2,
            -1
        };

        private record Field(int at, int width) {}

        private void atItsExtremes(WorkingCopy copy, List<Field> fields, String what) {
            var runs = 0;
            for (var field : fields) {
                for (var value : EXTREMES) {
                    try (var _ = copy.patch(field.at, bytes(field.width, value))) {
                        endsWell(what, copy.file(), "tasks");
                        if (++runs % 100 == 0) {
                            productEndsWell(copy.file(), "mod");
                        }
                    }
                }
            }
            assertThat(runs).isGreaterThan(100);
        }

        private static byte[] bytes(int width, long value) {
            var all = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array();
            return java.util.Arrays.copyOf(all, width);
        }

        /** {@code Elf64_Ehdr}, and the program headers of the notes and of the first and last memory. */
        @Test
        void ofElfMayHaveAnyValue() {
            var fields = new ArrayList<Field>();
            IntStream.range(4, 16).forEach(at -> fields.add(new Field(at, 1)));
            IntStream.of(16, 18, 52, 54, 56, 58, 60, 62).forEach(at -> fields.add(new Field(at, 2)));
            IntStream.of(20, 48).forEach(at -> fields.add(new Field(at, 4)));
            IntStream.of(24, 32, 40).forEach(at -> fields.add(new Field(at, 8)));
            for (var header : List.of(0, 1, 2)) {
                var first = 64 + 56 * header;
                fields.add(new Field(first, 4));
                IntStream.range(1, 7).forEach(i -> fields.add(new Field(first + 8 * i, 8)));
            }
            // n_namesz, n_descsz, n_type of VMCOREINFO
            IntStream.of(0, 4, 8).forEach(at -> fields.add(new Field((1 << 20) + at, 4)));

            atItsExtremes(elf, fields, "ELF header fields");
        }

        /** {@code struct disk_dump_header} from {@code status} on, and {@code struct kdump_sub_header}. */
        @Test
        void ofADiskdumpMayHaveAnyValue() {
            var fields = new ArrayList<Field>();
            fields.add(new Field(8, 4));
            IntStream.range(0, 16).forEach(i -> fields.add(new Field(0x198 + 4 * i, 4)));
            IntStream.range(0, 13).forEach(i -> fields.add(new Field(4096 + 8 * i, 8)));

            atItsExtremes(kdump, fields, "diskdump header fields");
        }
    }

    @Nested
    class DamagedPages {
        private static final int ROUNDS = 60;

        /** From one damaged place to this many: few are met by a command or two, many by all. */
        private static final int MOST_PLACES = 512;

        /** Beyond the headers and bitmaps of the demo dump lie descriptors, then compressed pages. */
        @Test
        void showAsErrorsOrAreNotedInTheirRows() {
            var random = new Random(SEED);
            for (var round = 0; round < ROUNDS; round++) {
                var damages = new ArrayList<WorkingCopy.Damage>();
                for (var i = 0; i < MOST_PLACES >> (round % 10); i++) {
                    var junk = new byte[1 + random.nextInt(16)];
                    random.nextBytes(junk);
                    damages.add(kdump.patch(random.nextLong(1 << 15, kdump.byteSize() - 16), junk));
                }
                endsWell("damaged pages", kdump.file());
                if (round % 15 == 0) {
                    productEndsWell(kdump.file(), "tasks");
                }
                damages.reversed().forEach(WorkingCopy.Damage::close);
            }
            assertThat(InProcess.run(kdump.file(), "tasks", LIMIT).failedValues())
                    .as("all damage is undone")
                    .isZero();
        }
    }

    /** In each of these, memory is all there and says what cannot be. */
    @Nested
    class DamagedStructures {
        private static Program whole;
        private static PageTables pageTables;

        @BeforeAll
        static void open() {
            whole = InProcess.open(Wyrm.root().resolve("distribution/demo/demo.vmcore"));
            pageTables = WorkingCopy.pageTables(whole);
        }

        @AfterAll
        static void close() {
            whole.close();
        }

        private static InProcess.Outcome after(String what, String command, WorkingCopy.Damage... damages) {
            try {
                var outcome = InProcess.run(elf.file(), command, LIMIT);
                TALLY.computeIfAbsent(what, _ -> new TreeMap<>()).merge(outcome.code(), 1, Integer::sum);
                if (outcome.code() != 0 && PRODUCT_RUNS.merge(what, 1, Integer::sum) <= 2) {
                    var run = productEndsWell(elf.file(), command);
                    assertThat(run.code()).isEqualTo(outcome.code());
                }
                return outcome;
            } finally {
                for (var damage : damages) {
                    damage.close();
                }
            }
        }

        private static WorkingCopy.Damage set(long virtualAddress, long value) {
            return elf.patch64(pageTables, virtualAddress, value);
        }

        private static long next(long listHead) {
            return whole.memory().u64(listHead);
        }

        @Test
        void aListOfModulesThatLoopsEndsAtAnError() {
            var first = next(whole.variable("modules").address());
            var second = next(first);

            var outcome = after("lists that loop", "mod", set(second, first));

            assertThat(outcome.code()).isEqualTo(6);
            assertThat(outcome.message()).contains("0x").doesNotContain("Exception");
            assertThat(outcome.rows()).as("rows before the loop was seen").isPositive();
        }

        @Test
        void aListThatPointsToItselfEndsAtAnError() {
            var first = next(whole.variable("modules").address());

            assertThat(after("lists that loop", "mod", set(first, first)).code())
                    .isEqualTo(6);
        }

        @Test
        void aListThatLeadsToNowhereIsAFault() {
            var first = next(whole.variable("modules").address());

            var outcome = after("lists that lead nowhere", "mod", set(first, 0xdead_0000_0000_0100L));

            assertThat(outcome.code()).isIn(5, 6);
            assertThat(outcome.message()).contains("0xdead0000");
        }

        @Test
        void aListOfMountsThatLoopsEndsAtAnError() {
            var list = whole.variable("init_task")
                    .member("nsproxy")
                    .member("mnt_ns")
                    .member("list")
                    .address();
            var second = next(next(list));

            assertThat(after("lists that loop", "mount", set(second, next(list)))
                            .code())
                    .isEqualTo(6);
        }

        @Test
        void aPathThatLoopsIsToldInItsRow() {
            var list = whole.variable("init_task")
                    .member("nsproxy")
                    .member("mnt_ns")
                    .member("list");
            var mount = whole.type("struct mount");
            var offset = whole.field("struct mount", "mnt_list").byteOffset();
            var second = whole.object(mount, next(next(list.address())) - offset);
            var third = whole.object(mount, next(next(next(list.address()))) - offset);

            // The directories that they are mounted on lie in each other.
            var proc = second.member("mnt_mountpoint");
            var sys = third.member("mnt_mountpoint");

            var outcome = after(
                    "paths that loop",
                    "mount",
                    set(proc.member("d_parent").address(), sys.longValue()),
                    set(sys.member("d_parent").address(), proc.longValue()));

            assertThat(outcome.code()).isZero();
            assertThat(outcome.failedValues()).isGreaterThanOrEqualTo(2);
        }

        @Test
        void aTreeOfPidsThatLoopsEndsAtAnError() {
            var root =
                    whole.variable("init_pid_ns").member("idr").member("idr_rt").member("xa_head");
            var node = root.longValue() & ~3L;
            var slots = node + whole.field("struct xa_node", "slots").byteOffset();

            var outcome = after("trees that loop", "tasks", set(slots, node | 2), set(slots + 8, node | 2));

            assertThat(outcome.code()).isIn(5, 6);
        }

        @Test
        void aTreeOfPidsWithAnImpossibleShiftEndsAtAnError() {
            var root =
                    whole.variable("init_pid_ns").member("idr").member("idr_rt").member("xa_head");
            var node = root.longValue() & ~3L;
            var header = whole.memory().u64(node);
            for (var shift : List.of(1L, 5L, 61L, 0xffL)) {
                var outcome = after("trees with bad shifts", "tasks", set(node, header & ~0xffL | shift));

                assertThat(outcome.code()).as("shift %d: %s", shift, outcome).isIn(4, 5, 6);
            }
        }

        @Test
        void everyPointerOfATaskMayBeJunk() {
            var random = new Random(SEED);
            var task = whole.variable("init_task");
            var first = next(task.member("tasks").address())
                    - whole.field("struct task_struct", "tasks").byteOffset();
            for (var member :
                    List.of("real_parent", "mm", "signal", "group_leader", "thread_node", "nsproxy", "comm")) {
                var at = first + whole.field("struct task_struct", member).byteOffset();
                for (var junk : List.of(0L, 1L, -1L, random.nextLong(), first, 0xffff_8000_0000_0000L)) {
                    var outcome = after("junk in a task", "tasks", set(at, junk));

                    assertThat(CODES).contains(outcome.code());
                }
            }
        }

        @Test
        void aLogRingThatLiesEndsAtAnErrorOrIsReadAsFarAsItGoes() {
            var ring = whole.memory().u64(whole.variable("prb").address());
            var size = Value.sizeOf(whole.type("struct printk_ringbuffer"));
            for (var at = 0; at + 8 <= size; at += 8) {
                for (var value : List.of(0L, 1L, -1L, Long.MAX_VALUE, ring, 64L, 0x1_0000_0000L)) {
                    var outcome = after("a log ring that lies", "log", set(ring + at, value));

                    assertThat(CODES).as("+%d = %x: %s", at, value, outcome).contains(outcome.code());
                }
            }
        }

        /** Each entry of the root leads back to the root: every walk ends after as many levels as there are. */
        @Test
        void pageTablesThatLoopAreAnError() {
            var root = WorkingCopy.physical(
                    pageTables,
                    Long.parseUnsignedLong(
                            WorkingCopy.lines(vmcoreinfo)
                                    .get("SYMBOL(init_top_pgt)")
                                    .split("=")[1],
                            16));
            var damages = IntStream.range(0, 512)
                    .mapToObj(i -> elf.patch64(root + 8L * i, root | 0x63))
                    .toArray(WorkingCopy.Damage[]::new);

            var outcome = after("page tables that loop", "tasks", damages);

            assertThat(outcome.code()).isIn(4, 5, 6);
        }

        @Test
        void pageTablesWithJunkAreAnError() {
            var random = new Random(SEED);
            var root = WorkingCopy.physical(
                    pageTables,
                    Long.parseUnsignedLong(
                            WorkingCopy.lines(vmcoreinfo)
                                    .get("SYMBOL(init_top_pgt)")
                                    .split("=")[1],
                            16));
            for (var round = 0; round < 10; round++) {
                var damages = IntStream.range(256, 512)
                        .mapToObj(i -> elf.patch64(root + 8L * i, random.nextLong()))
                        .toArray(WorkingCopy.Damage[]::new);

                assertThat(after("page tables with junk", "sys", damages).code())
                        .isIn(4, 5, 6);
            }
        }
    }

    @Nested
    class Vmcoreinfo {
        private void says(String what, UnaryOperator<String> lie) {
            try (var _ = elf.vmcoreinfo(lie.apply(vmcoreinfo))) {
                endsWell(what, elf.file(), "sys");
            }
        }

        @Test
        void thatIsMissingIsFoundInMemory() {
            var owner = (1 << 20) + 12;
            try (var _ = elf.patch(owner, "SOMETHING!".getBytes(StandardCharsets.US_ASCII))) {
                var run = productEndsWell(elf.file(), "tasks");

                assertThat(run.code()).isZero();
                assertThat(run.err()).contains("no note VMCOREINFO", "was found in memory");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\n", "=", "\0", "x", "OSRELEASE=", "=6.1", "\u00ff\u00fe"})
        void thatIsNoneEndsWell(String text) {
            says("VMCOREINFO that is none", _ -> text);
        }

        /** Each line in turn is left out, and made to lie in two ways of many. */
        @Test
        void maySayAnythingInAnyLine() {
            var lies = List.of(
                    "",
                    "0",
                    "1",
                    "-1",
                    "ffffffffffffffff",
                    "8000000000000000",
                    "ffffffff81000000",
                    "zzzz",
                    "99999999999999999999",
                    " ");
            var random = new Random(SEED);
            var runs = 0;
            for (var line : WorkingCopy.lines(vmcoreinfo).entrySet()) {
                says("VMCOREINFO without a line", text -> text.replace(line.getValue() + "\n", ""));
                for (var i = 0; i < 2; i++) {
                    var lie = lies.get(random.nextInt(lies.size()));
                    says(
                            "VMCOREINFO that lies",
                            text -> text.replace(line.getValue() + "\n", line.getKey() + "=" + lie + "\n"));
                    if (++runs % 30 == 0) {
                        try (var _ = elf.vmcoreinfo(
                                vmcoreinfo.replace(line.getValue() + "\n", line.getKey() + "=" + lie + "\n"))) {
                            productEndsWell(elf.file(), "tasks");
                        }
                    }
                }
            }
            assertThat(runs).isGreaterThan(150);
        }

        @Test
        void ofAnotherKernelIsSeen() {
            try (var _ = elf.vmcoreinfo(vmcoreinfo.replaceFirst("OSRELEASE=.*", "OSRELEASE=4.4.0-1-generic"))) {
                var run = productEndsWell(elf.file(), "tasks");

                assertThat(run.code()).isEqualTo(6);
                assertThat(run.err()).contains("4.4.0-1-generic");
            }
        }

        @Test
        void ofAnotherMemoryIsSeen() {
            // Every address as it was at another boot: KASLR moved the kernel.
            var moved = vmcoreinfo
                    .lines()
                    .map(line -> line.startsWith("SYMBOL(") && line.contains("=ffffffff")
                            ? line.substring(0, line.indexOf('=') + 1)
                                    + Long.toHexString(Long.parseUnsignedLong(line.substring(line.indexOf('=') + 1), 16)
                                            + (2 << 20))
                            : line)
                    .collect(Collectors.joining("\n", "", "\n"));
            try (var _ = elf.vmcoreinfo(moved)) {
                assertThat(productEndsWell(elf.file(), "tasks").code()).isEqualTo(6);
            }
        }
    }
}
