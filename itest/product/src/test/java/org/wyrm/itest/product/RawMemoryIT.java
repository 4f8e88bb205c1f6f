package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dumps of QEMU's whose note VMCOREINFO was taken away, then those of the CPUs too, and their memory as a plain file: each
 * gives the rows of the whole dump. A minute.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RawMemoryIT {
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final long FOUR_GIB = 4L << 30;

    /** Flash and video memory of the guest are below 4 GiB, and no RAM. */
    private static final long LOWEST_DEVICE = 0xc000_0000L;

    private final Wyrm wyrm = Wyrm.built();
    private final Map<String, Path> dumps = new HashMap<>();

    @TempDir
    private Path folder;

    @BeforeAll
    void findDumps() {
        for (var dump : Lab.ensure().files()) {
            if (dump.name().equals("kaslr256") && dump.file().endsWith("vmcore.elf")) {
                dumps.put(dump.kernel(), dump.file());
            }
        }
    }

    private Path dump(String kernel) {
        if (!dumps.containsKey(kernel)) {
            Peer.skipped("NOT COMPARED: no dump of " + kernel + " kaslr256; itest/lab/ensure.sh");
        }
        return dumps.get(kernel);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void givesTheRowsOfTheDump(String kernel) throws IOException {
        var dump = dump(kernel);
        var expected = rows("-c", dump);
        assertThat(expected)
                .hasSize(2)
                .allSatisfy(rows -> assertThat(rows.lines().count()).isGreaterThan(50));

        var copy = folder.resolve("copy-" + kernel);
        Files.copy(dump, copy, StandardCopyOption.REPLACE_EXISTING);
        renameNotes(copy, "VMCOREINFO");
        assertThat(rows("-c", copy)).as("without the note").isEqualTo(expected);
        renameNotes(copy, "QEMU");
        assertThat(rows("-c", copy)).as("by a search").isEqualTo(expected);

        var address = wyrm.run("-c", copy, "sys").err().replaceAll("(?s).*--vmcoreinfo (0x[0-9a-f]+) saves.*", "$1");
        var told = wyrm.run("-c", copy, "--vmcoreinfo", address, "tasks").expectClean();
        assertThat(told.out()).as("by its address").isEqualTo(expected.getFirst());
        Files.delete(copy);

        var flat = flatten(dump, folder.resolve("flat-" + kernel));
        assertThat(rows("-c", flat)).as("a plain file").isEqualTo(expected);
        Files.delete(flat);
    }

    @Test
    void placesPartsByAMemoryMap() throws IOException {
        var dump = dump("6.1");
        var map = Files.writeString(folder.resolve("map"), memoryMap(dump));

        var run = wyrm.run("-c", dump, "--memory-map", map, "tasks");

        assertThat(run.out()).isEqualTo(wyrm.run("-c", dump, "tasks").out());
        assertThat(run.code()).isZero();
    }

    @Test
    void aLargeFileOfOtherContentIsRefusedAtOnce() throws IOException {
        var file = folder.resolve("large");
        try (var made = new RandomAccessFile(file.toFile(), "rw")) {
            made.setLength(64L << 30);
        }

        var run = wyrm.run("-c", file, "tasks");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("not recognised as a dump", "--raw");
    }

    /** {@return the rows of some commands} */
    private List<String> rows(Object... target) {
        var all = new ArrayList<String>();
        for (var command : List.of("tasks", "log")) {
            var words = new ArrayList<Object>(List.of(target));
            words.add(command);
            var run = wyrm.run(words.toArray());
            assertThat(run.code()).as(run.err()).isZero();
            all.add(run.out());
        }
        return all;
    }

    /** @param physicalAddress of its first byte */
    private record Segment(int type, long offset, long physicalAddress, long byteSize) {}

    private static List<Segment> segments(Path elf) throws IOException {
        try (var file = FileChannel.open(elf)) {
            var header = read(file, 0, 64);
            var segments = new ArrayList<Segment>();
            for (var index = 0; index < header.getShort(56); index++) {
                var segment = read(file, header.getLong(32) + 56L * index, 56);
                segments.add(
                        new Segment(segment.getInt(0), segment.getLong(8), segment.getLong(24), segment.getLong(32)));
            }
            return segments;
        }
    }

    private static ByteBuffer read(FileChannel file, long offset, int byteSize) throws IOException {
        var bytes = ByteBuffer.allocate(byteSize).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, offset);
        return bytes;
    }

    private static void renameNotes(Path elf, String name) throws IOException {
        try (var file = FileChannel.open(elf, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (var segment : segments(elf)) {
                if (segment.type == PT_NOTE) {
                    var notes =
                            read(file, segment.offset, (int) segment.byteSize).array();
                    var renamed = new String(notes, StandardCharsets.ISO_8859_1)
                            .replace(name + "\0", "X" + name.substring(1) + "\0");
                    assertThat(renamed.getBytes(StandardCharsets.ISO_8859_1)).isNotEqualTo(notes);
                    file.write(ByteBuffer.wrap(renamed.getBytes(StandardCharsets.ISO_8859_1)), segment.offset);
                }
            }
        }
    }

    private static Path flatten(Path elf, Path flat) throws IOException {
        try (var from = FileChannel.open(elf);
                var to = FileChannel.open(flat, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (var segment : segments(elf)) {
                if (isRam(segment)) {
                    to.position(segment.physicalAddress);
                    from.transferTo(segment.offset, segment.byteSize, to);
                }
            }
        }
        return flat;
    }

    private static String memoryMap(Path elf) throws IOException {
        var map = new StringBuilder("# of " + elf + "\n");
        for (var segment : segments(elf)) {
            if (isRam(segment)) {
                map.append("0x%x 0x%x %d%n".formatted(segment.offset, segment.physicalAddress, segment.byteSize));
            }
        }
        return map.toString();
    }

    private static boolean isRam(Segment segment) {
        return segment.type == PT_LOAD
                && (segment.physicalAddress < LOWEST_DEVICE || segment.physicalAddress >= FOUR_GIB);
    }
}
