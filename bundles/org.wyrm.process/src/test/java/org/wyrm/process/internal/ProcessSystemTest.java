package org.wyrm.process.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.arch.spi.Architecture;
import org.wyrm.arch.x86_64.internal.X86Architecture;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.MappedFile;
import org.wyrm.program.MappedFile.Mapping;
import org.wyrm.program.Program;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

class ProcessSystemTest {
    private static final int NT_PRSTATUS = 1;
    private static final int NT_FPREGSET = 2;
    private static final int NT_X86_XSTATE = 0x202;
    private static final int NT_PRPSINFO = 3;
    private static final int NT_AUXV = 6;
    private static final int NT_FILE = 0x4649_4c45;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int STATUS_BYTES = 336;
    private static final int RIP = 16;
    private static final int XMM0 = 17;
    private static final long HEADER = 0x40_0000;

    private final Image image = new Image();

    /** A process's core dump. */
    private static final class Image implements TargetImage {
        private final List<Note> notes = new ArrayList<>();
        private final byte[] memory = new byte[0x1000];
        private Optional<ByteSlice> vmcoreinfo = Optional.empty();

        Image note(int type, byte[] content) {
            return note("CORE", type, content);
        }

        Image note(String name, int type, byte[] content) {
            notes.add(new Note(name, type, ByteSlice.of("note", content, ByteOrder.LITTLE_ENDIAN)));
            return this;
        }

        @Override
        public String description() {
            return "built";
        }

        @Override
        public String architecture() {
            return "x86_64";
        }

        @Override
        public List<MemorySource> virtualMemory() {
            return List.of(new MemorySource() {
                @Override
                public long firstAddress() {
                    return HEADER;
                }

                @Override
                public long lastAddress() {
                    return HEADER + memory.length - 1;
                }

                @Override
                public Chunk chunk(long address, long wantedByteSize) {
                    return new Chunk(HEADER, MemorySegment.ofArray(memory));
                }
            });
        }

        @Override
        public Optional<ByteSlice> vmcoreinfo() {
            return vmcoreinfo;
        }

        @Override
        public List<Note> notes() {
            return notes;
        }
    }

    private record X86() implements Contribution<X86Architecture> {
        @Override
        public String name() {
            return "x86_64";
        }

        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of();
        }

        @Override
        public X86Architecture get() {
            return new X86Architecture();
        }
    }

    private static final class OnlyX86 implements Contributions {
        @Override
        @SuppressWarnings("unchecked")
        public <T> List<Contribution<T>> of(Class<T> type) {
            return type == Architecture.class ? List.of((Contribution<T>) new X86()) : List.of();
        }
    }

    private Program.Builder attached() {
        var builder = new Program.Builder(image, new OnlyX86(), () -> {}, CacheFolder.none());
        new ProcessSystem().attach(image, builder, new OnlyX86());
        return builder;
    }

    private List<MappedFile> files() {
        return attached().mappedFiles();
    }

    private List<TargetThread> threads() {
        var program = attached().build();
        return program.extension(ThreadFinder.class).threads(program).toList();
    }

    private static byte[] status(int id, long rip) {
        return ByteBuffer.allocate(STATUS_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(12, (short) 11)
                .putInt(32, id)
                .putLong(112 + 16 * 8, rip)
                .array();
    }

    /** Text {@code start end offset path}, numbers in hexadecimal. */
    private static byte[] fileNote(int count, String... mappings) {
        var numbers = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 8).u64(count).u64(0x1000);
        var paths = new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 8);
        for (var mapping : mappings) {
            var words = mapping.split(" ", -1);
            for (var index = 0; index < 3; index++) {
                numbers.u64(Long.parseUnsignedLong(words[index], 16));
            }
            paths.string(words[3]);
        }
        var built = Arrays.copyOf(numbers.build(), numbers.position() + paths.position());
        System.arraycopy(paths.build(), 0, built, numbers.position(), paths.position());
        return built;
    }

    @Test
    void aDumpWithTheStatusOfAThreadIsRecognised() {
        assertThat(new ProcessSystem().recognises(image)).isFalse();
        assertThat(new ProcessSystem().recognises(image.note("LINUX", NT_PRSTATUS, status(1, 1))))
                .isFalse();
        assertThat(new ProcessSystem().recognises(image.note(NT_PRSTATUS, status(1, 1))))
                .isTrue();

        image.vmcoreinfo = Optional.of(ByteSlice.of("VMCOREINFO", new byte[0], ByteOrder.LITTLE_ENDIAN));
        assertThat(new ProcessSystem().recognises(image)).isFalse();
    }

    @Nested
    class Threads {
        @Test
        void areThoseOfTheNotesInTheirOrder() {
            image.note(NT_PRSTATUS, status(12, 0x40_1000)).note(NT_PRSTATUS, status(7, 0x40_2000));

            assertThat(threads().stream().map(TargetThread::id)).containsExactly(12L, 7L);
            var start = threads().getFirst().start();
            assertThat(start.isInterrupted()).isTrue();
            assertThat(start.registers().get(RIP)).hasValue(0x40_1000);
            assertThat(start.registers().has(58)).as("fs_base").isTrue();
        }

        @Test
        void haveTheFloatingPointRegistersThatFollowTheirStatus() {
            var area = ByteBuffer.allocate(512)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(160, 1)
                    .putLong(160 + 15 * 16, 16);
            image.note(NT_FPREGSET, new byte[512])
                    .note(NT_PRSTATUS, status(12, 1))
                    .note(NT_PRSTATUS, status(7, 2))
                    .note(NT_FPREGSET, area.array());

            assertThat(threads()).hasSize(2);
            assertThat(threads().getFirst().start().registers().has(XMM0)).isFalse();
            var registers = threads().getLast().start().registers();
            assertThat(registers.get(XMM0)).hasValue(1);
            assertThat(registers.get(XMM0 + 15)).hasValue(16);
            assertThat(registers.has(XMM0 + 16)).isFalse();
            assertThat(registers.get(RIP)).hasValue(2);
        }

        @Test
        void haveTheNoteWithMoreRegistersRatherThanThatBeforeIt() {
            var area = ByteBuffer.allocate(832)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(160, 1)
                    .putLong(464, 7)
                    .putLong(512, 7);
            image.note(NT_PRSTATUS, status(12, 1))
                    .note(NT_FPREGSET, new byte[512])
                    .note("OTHER", NT_X86_XSTATE, new byte[832])
                    .note("LINUX", NT_X86_XSTATE, area.array());

            var registers = threads().getFirst().start().registers();

            assertThat(registers.get(XMM0)).hasValue(1);
            assertThat(registers.bytes(XMM0).orElseThrow()).hasSize(32);
        }

        @Test
        void areFoundByTheirNumbers() {
            image.note(NT_PRSTATUS, status(12, 1)).note(NT_PRSTATUS, status(7, 2));
            var program = attached().build();
            var finder = program.extension(ThreadFinder.class);

            assertThat(finder.isKernel()).isFalse();
            assertThat(finder.withId(program, 7)).hasSize(1);
            assertThat(finder.withId(program, 8)).isEmpty();
            assertThat(finder.crashed(program).orElseThrow().id()).isEqualTo(12);
            assertThat(finder.onCpu(program, 0)).isEmpty();
            assertThat(finder.at(program, 0x1000)).isEmpty();
            assertThat(finder.running(program)).hasSize(2);
        }

        @Test
        void haveTheNameOfTheProcess() {
            image.note(NT_PRSTATUS, status(12, 1));
            assertThat(threads().getFirst().name()).isEmpty();

            image.note(NT_PRPSINFO, new byte[20]);
            assertThat(threads().getFirst().name()).as("of a note cut short").isEmpty();
        }

        @Test
        void haveTheNameThatTheNoteTells() {
            var info = new byte[136];
            System.arraycopy("server\0junk".getBytes(StandardCharsets.UTF_8), 0, info, 40, 11);
            image.note(NT_PRSTATUS, status(12, 1)).note(NT_PRPSINFO, info);

            assertThat(threads().getFirst().name()).hasValue("server");
        }

        @Test
        void ofNotesCutShortAreErrors() {
            image.note(NT_PRSTATUS, new byte[111]);
            assertThatThrownBy(ProcessSystemTest.this::threads)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("NT_PRSTATUS has 111 bytes, fewer than 112");
        }

        @Test
        void withoutAllRegistersAreErrors() {
            image.note(NT_PRSTATUS, Arrays.copyOf(status(12, 1), 112 + 167));

            assertThatThrownBy(() -> threads().getFirst().start())
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("only 167 bytes of registers");
        }
    }

    @Nested
    class Files {
        @Test
        void haveTheirMappingsTogether() {
            image.note(
                    NT_FILE,
                    fileNote(3, "500000 501000 0 /bin/a", "600000 602000 0 /lib/b.so", "501000 503000 1 /bin/a"));

            assertThat(files())
                    .containsExactly(
                            new MappedFile(
                                    "/bin/a",
                                    Optional.empty(),
                                    List.of(new Mapping(0x50_0000, 0x1000, 0), new Mapping(0x50_1000, 0x2000, 0x1000))),
                            new MappedFile("/lib/b.so", Optional.empty(), List.of(new Mapping(0x60_0000, 0x2000, 0))));
        }

        @Test
        void haveTheExecutableFirst() {
            image.note(NT_FILE, fileNote(2, "500000 501000 0 /lib/b.so", "600000 602000 0 /bin/a"));
            image.note(
                    NT_AUXV,
                    new SectionBuilder(ByteOrder.LITTLE_ENDIAN, 8)
                            .u64(3)
                            .u64(0x60_0040)
                            .build());

            assertThat(files()).extracting(MappedFile::path).containsExactly("/bin/a", "/lib/b.so");
        }

        @Test
        void areNoneWithoutTheNote() {
            assertThat(files()).isEmpty();
        }

        @Test
        void ofACountThatIsTooLargeAreErrors() {
            for (var count : new int[] {2, -1, Integer.MAX_VALUE}) {
                image.notes.clear();
                image.note(NT_FILE, fileNote(count, "500000 501000 0 /bin/a"));

                assertThatThrownBy(ProcessSystemTest.this::files)
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessageContaining("NT_FILE tells of " + count + " mappings");
            }
        }

        @Test
        void ofANoteCutAnywhereAreErrors() {
            var whole = fileNote(2, "500000 501000 0 /bin/a", "600000 602000 0 /b");
            for (var end = 0; end < whole.length; end++) {
                image.notes.clear();
                image.note(NT_FILE, Arrays.copyOf(whole, end));

                assertThatThrownBy(ProcessSystemTest.this::files)
                        .as("%d bytes", end)
                        .isInstanceOf(MalformedDataException.class);
            }
        }

        @Test
        void thatEndBeforeTheyBeginAreErrors() {
            image.note(NT_FILE, fileNote(1, "501000 500000 0 /bin/a"));

            assertThatThrownBy(ProcessSystemTest.this::files)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("at 0x501000");
        }
    }

    @Nested
    class BuildIds {
        /** Notes of the file in memory: one of another owner, then the build ID. */
        private void mapElf() {
            var header = ByteBuffer.wrap(image.memory).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(0, 0x464c_457f).put(4, (byte) 2).putLong(32, 64).putShort(56, (short) 2);
            header.putInt(64, PT_LOAD).putLong(64 + 40, 0x1000);
            header.putInt(64 + 56, PT_NOTE).putLong(64 + 56 + 16, 0x200).putLong(64 + 56 + 40, 40);
            header.putInt(0x200, 4)
                    .putInt(0x204, 4)
                    .putInt(0x208, 3)
                    .put(0x20c, "ABC\0".getBytes(StandardCharsets.US_ASCII));
            header.putInt(0x214, 4)
                    .putInt(0x218, 4)
                    .putInt(0x21c, 3)
                    .put(0x220, "GNU\0".getBytes(StandardCharsets.US_ASCII));
            header.putInt(0x224, 0x0403_0201);
            image.note(NT_FILE, fileNote(1, "400000 401000 0 /bin/a"));
        }

        private Optional<String> buildId() {
            return files().getFirst().buildId();
        }

        @Test
        void areThoseOfTheFilesFirstPage() {
            mapElf();

            assertThat(buildId()).hasValue("01020304");
        }

        @Test
        void areNotKnownOfOtherFiles() {
            mapElf();
            image.memory[1] = 'F';

            assertThat(buildId()).isEmpty();
        }

        @Test
        void ofDamagedHeadersAreNotKnown() {
            mapElf();
            var sound = image.memory.clone();
            var outcomes = new HashMap<Optional<String>, Integer>();
            for (var at = 0; at < 0x228; at++) {
                System.arraycopy(sound, 0, image.memory, 0, sound.length);
                image.memory[at] = (byte) 0xff;
                outcomes.merge(buildId(), 1, Integer::sum);
            }

            // Each byte overwritten leaves the ID, takes it, or changes one of its bytes; nothing else.
            assertThat(outcomes.keySet()).hasSize(6).contains(Optional.empty(), Optional.of("01020304"));
        }

        @Test
        void ofPagesThatAreNotThereAreNotKnown() {
            image.note(NT_FILE, fileNote(1, "7000000 7001000 0 /bin/a"));

            assertThat(buildId()).isEmpty();
        }
    }
}
