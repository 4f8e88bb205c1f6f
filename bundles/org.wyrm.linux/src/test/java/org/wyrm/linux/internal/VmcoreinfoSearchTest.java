package org.wyrm.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.arch.x86_64.internal.X86Architecture;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.ImageSettings;
import org.wyrm.program.ProgramOpener;
import org.wyrm.program.spi.OperatingSystem;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.PageTableBuilder;

/**
 * Kernels built in 16 MiB of memory: page tables, a release that they lead to, and a text that tells of both.
 */
class VmcoreinfoSearchTest {
    private static final int MEMORY_BYTES = 16 << 20;
    private static final long IMAGE_BASE = 0xffff_ffff_8000_0000L;
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;
    private static final int TABLES = 0x10_0000;
    private static final int NAMES = 0x20_0000;
    private static final int NOTE_TEXT = 0x30_0018;
    private static final int TEXT = 0x31_0000;

    private final ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<TargetImage.Note> notes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private ImageSettings settings = ImageSettings.NONE;
    private boolean isRemote;

    /** A kernel whose image begins at the physical address, mapped where KASLR of 0 puts it. */
    private static String text(String release, int tables, int names) {
        return """
                OSRELEASE=%s
                BUILD-ID=00
                PAGESIZE=4096
                SYMBOL(init_uts_ns)=%x
                OFFSET(uts_namespace.name)=0
                SYMBOL(swapper_pg_dir)=%x
                NUMBER(phys_base)=0
                """.formatted(release, IMAGE_BASE + names, IMAGE_BASE + tables);
    }

    private void kernel(String release, int tables, int names) {
        var builder = new PageTableBuilder(4, tables);
        for (var at = 0; at < MEMORY_BYTES; at += 1 << 21) {
            builder.mapLarge(IMAGE_BASE + at, at, 21);
            builder.mapLarge(DIRECT_MAP + at, at, 21);
        }
        memory.put(tables, builder.build());
        put(names, "Linux\0");
        put(names + 130, release + "\0");
    }

    private void put(int physicalAddress, String text) {
        memory.put(physicalAddress, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void kernelWithText(String release) {
        kernel(release, TABLES, NAMES);
        put(TEXT, text(release, TABLES, NAMES));
    }

    private void cpu(long cr3) {
        var state = ByteBuffer.allocate(440).order(ByteOrder.LITTLE_ENDIAN);
        state.putInt(0, 1).putInt(4, 440).putLong(416, cr3);
        notes.add(new TargetImage.Note("QEMU", 0, ByteSlice.of("QEMU", state.array(), ByteOrder.LITTLE_ENDIAN)));
    }

    private String release() {
        try (var program = new ProgramOpener(new Only(), CacheFolder.none())
                .with(settings)
                .connect("test", "", DebugSettings.NONE, cancellation, warnings::add, Progress.NONE)) {
            return LinuxKernel.of(program).vmcoreinfo().get("OSRELEASE");
        }
    }

    @Nested
    class InMemoryWithoutANote {
        @Test
        void isFoundAndTheUserToldWhere() {
            kernelWithText("6.1.0-test");

            assertThat(release()).isEqualTo("6.1.0-test");
            assertThat(warnings).singleElement().asString().contains("6.1.0-test", "physical 0x310000");
        }

        @Test
        void isFoundInANoteToo() {
            kernel("6.1.0-test", TABLES, NAMES);
            put(NOTE_TEXT, text("6.1.0-test", TABLES, NAMES));

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        /** At a border of what is scanned by one thread, and of pages. */
        @ParameterizedTest
        @ValueSource(ints = {0, (6 << 20) - 5, (6 << 20) - 100, MEMORY_BYTES - 512})
        void isFoundAnywhere(int address) {
            kernel("6.1.0-test", TABLES, NAMES);
            put(address, text("6.1.0-test", TABLES, NAMES));

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @Test
        void takesTheLongerOfTwoCopies() {
            kernelWithText("6.1.0-test");
            put(NOTE_TEXT, text("6.1.0-test", TABLES, NAMES) + "CRASHTIME=1\n");

            release();

            assertThat(warnings).singleElement().asString().contains("0x300018");
        }

        @Test
        void tellsTheStaleTextOfAnEarlierKernelApart() {
            kernelWithText("6.1.0-test");
            put(0x1000, text("5.10.0-stale", 0x90_0000, 0xa0_0000));

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @Test
        void saysWhenThereAreTwoKernels() {
            kernelWithText("6.1.0-test");
            kernel("6.1.0-crash", 0x90_0000, 0xa0_0000);
            put(0xb0_0000, text("6.1.0-crash", 0x90_0000, 0xa0_0000));

            assertThat(release()).isEqualTo("6.1.0-test");
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("several kernels", "6.1.0-test at physical 0x310000, 6.1.0-crash at physical 0xb00000");
        }

        @Test
        void isNotSearchedForOverAWire() {
            kernelWithText("6.1.0-test");
            isRemote = true;

            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContaining("--vmcoreinfo");
        }

        @Test
        void endsTheSearchWhenCancelled() {
            kernelWithText("6.1.0-test");
            cancellation.cancel("test");

            assertThatThrownBy(VmcoreinfoSearchTest.this::release).isInstanceOf(CancelledException.class);
        }
    }

    @Nested
    class OfACpuThatQemuDescribes {
        @Test
        void isFoundByAPointerInTheImageWithoutASearch() {
            kernelWithText("6.1.0-test");
            memory.putLong(0x40_0008, DIRECT_MAP + TEXT);
            isRemote = true;
            cpu(TABLES);

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @Test
        void countsMoreThanOtherKernelsInMemory() {
            kernelWithText("6.1.0-test");
            kernel("6.1.0-crash", 0x90_0000, 0xa0_0000);
            put(0xb0_0000, text("6.1.0-crash", 0x90_0000, 0xa0_0000));
            memory.putLong(0x40_0008, DIRECT_MAP + 0xb0_0000);
            cpu(0x90_0000);

            assertThat(release()).isEqualTo("6.1.0-crash");
        }

        @Test
        void isFoundFromTheTablesOfUserSpaceToo() {
            kernelWithText("6.1.0-test");
            memory.putLong(0x40_0008, DIRECT_MAP + TEXT);
            isRemote = true;
            cpu(TABLES | 1 << 12 | 0xfff);

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @ParameterizedTest
        @ValueSource(longs = {0, -1, 0x7fff_ffff_f000L, MEMORY_BYTES})
        void leavesTheSearchIfItsTablesAreNone(long cr3) {
            kernelWithText("6.1.0-test");
            cpu(cr3);

            assertThat(release()).isEqualTo("6.1.0-test");
        }
    }

    @Nested
    class ThatIsNone {
        private void isRefused(String... words) {
            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContainingAll(words);
        }

        @Test
        void isRefusedWithWhatHelps() {
            isRefused("VMCOREINFO", "there is none in its memory", "--vmcoreinfo FILE");
        }

        @Test
        void isTheSourceOfTheText() {
            put(TEXT, "OSRELEASE=%s\n\0PAGESIZE=%ld\n\0SYMBOL(%s)=%lx\n\0");

            isRefused("there is none in its memory");
        }

        @Test
        void saysWhyTheTextsWereNotTaken() {
            put(TEXT, text("5.10.0-stale", 0x90_0000, 0xa0_0000));
            put(NOTE_TEXT, text("5.10.0-stale", 0x90_0000, 0xa0_0000));

            isRefused("of 2 texts of it in memory none leads to its kernel", "init_uts_ns where memory cannot be read");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SYMBOL(swapper_pg_dir)=xyz",
                    "SYMBOL(swapper_pg_dir)=ffffffffffffffff",
                    "NUMBER(phys_base)=99999999999999999999",
                    "NUMBER(phys_base)=-1",
                    "SYMBOL(init_uts_ns)=",
                    "OFFSET(uts_namespace.name)=x"
                })
        void mayLieInAnyLine(String lie) {
            kernel("6.1.0-test", TABLES, NAMES);
            var key = lie.substring(0, lie.indexOf('=') + 1);
            put(TEXT, text("6.1.0-test", TABLES, NAMES).replace(key, lie + "\nX="));

            isRefused("of 1 texts");
        }

        /** Linear, however many starts there are: 1.6 million here. */
        @Test
        void mayBeginEverywhere() {
            for (var at = 0; at < MEMORY_BYTES - 10; at += 10) {
                put(at, "OSRELEASE=");
            }

            isRefused("there is none in its memory");
        }

        @Test
        void mayBeDamagedAnywhere() {
            kernel("6.1.0-test", TABLES, NAMES);
            var whole = text("6.1.0-test", TABLES, NAMES);
            var random = new Random(1);
            for (var round = 0; round < 200; round++) {
                var damaged = new StringBuilder(whole);
                damaged.setCharAt(random.nextInt(whole.length()), (char) random.nextInt(256));
                put(TEXT, damaged + "\0");
                try {
                    assertThat(release()).isNotEmpty();
                } catch (DebuggerException refused) {
                    assertThat(refused).isInstanceOf(UnsupportedTargetException.class);
                }
            }
        }
    }

    @Nested
    class ThatTheUserGives {
        @TempDir
        private Path folder;

        private void gives(byte[] content) throws java.io.IOException {
            settings = given(Files.write(folder.resolve("vmcoreinfo"), content));
        }

        private ImageSettings given(Path file) {
            return new ImageSettings(Optional.of(file), OptionalLong.empty(), false, Optional.empty());
        }

        private byte[] given() {
            return text("6.1.0-test", TABLES, NAMES).getBytes(StandardCharsets.US_ASCII);
        }

        @Test
        void countsAsText() throws Exception {
            kernel("6.1.0-test", TABLES, NAMES);
            gives(given());

            assertThat(release()).isEqualTo("6.1.0-test");
            assertThat(warnings).isEmpty();
        }

        @Test
        void countsAsANote() throws Exception {
            kernel("6.1.0-test", TABLES, NAMES);
            var note = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            gives(note.putInt(11)
                    .putInt(given().length)
                    .putInt(0)
                    .put("VMCOREINFO\0\0".getBytes(StandardCharsets.US_ASCII))
                    .put(given())
                    .array());

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @Test
        void countsByItsAddress() {
            kernelWithText("6.1.0-test");
            settings = new ImageSettings(Optional.empty(), OptionalLong.of(TEXT), false, Optional.empty());

            assertThat(release()).isEqualTo("6.1.0-test");
        }

        @Test
        void isRefusedWhereTheAddressHasNone() {
            settings = new ImageSettings(Optional.empty(), OptionalLong.of(TEXT), false, Optional.empty());

            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("0x310000");
        }

        @Test
        void isRefusedIfItIsOfAnotherKernel() throws Exception {
            kernel("6.1.0-other", TABLES, NAMES);
            gives(given());

            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContainingAll("6.1.0-test", "6.1.0-other");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "root:x:0:0", "OSRELEAS"})
        void isRefusedIfItIsNone(String content) throws Exception {
            gives(content.getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(UnreadableTargetException.class)
                    .hasMessageContaining("is no VMCOREINFO");
        }

        @Test
        void isRefusedIfItIsTooLong() throws Exception {
            gives(("OSRELEASE=1\n" + "x".repeat(1 << 17)).getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(VmcoreinfoSearchTest.this::release).isInstanceOf(UnreadableTargetException.class);
        }

        @Test
        void isRefusedIfThereIsNoSuchFile() {
            settings = given(folder.resolve("none"));

            assertThatThrownBy(VmcoreinfoSearchTest.this::release)
                    .isInstanceOf(UnreadableTargetException.class)
                    .hasMessageContaining("none");
        }
    }

    private final class Only implements Contributions {
        @Override
        @SuppressWarnings("unchecked")
        public <T> List<Contribution<T>> of(Class<T> type) {
            if (type == Architecture.class) {
                return List.of((Contribution<T>) new Made("x86_64", new X86Architecture()));
            }
            if (type == OperatingSystem.class) {
                return List.of((Contribution<T>) new Made("linux", new LinuxSystem()));
            }
            return type == TargetConnector.class
                    ? List.of(
                            (Contribution<T>) new Made("test", (TargetConnector) (address, token, told) -> new Image()))
                    : List.of();
        }
    }

    private record Made(String name, Object get) implements Contribution<Object> {
        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of();
        }
    }

    private final class Image implements TargetImage {
        @Override
        public String description() {
            return "built memory";
        }

        @Override
        public String architecture() {
            return "x86_64";
        }

        @Override
        public List<MemorySource> physicalMemory() {
            return List.of(new Ram());
        }

        @Override
        public List<Note> notes() {
            return notes;
        }

        @Override
        public boolean isRemote() {
            return isRemote;
        }
    }

    private final class Ram implements MemorySource {
        @Override
        public long firstAddress() {
            return 0;
        }

        @Override
        public long lastAddress() {
            return MEMORY_BYTES - 1;
        }

        @Override
        public Chunk chunk(long address, long wantedByteSize) {
            return new Chunk(0, MemorySegment.ofArray(memory.array()));
        }
    }
}
