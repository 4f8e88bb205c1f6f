package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.linux.mm.Mm;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.search.Match;
import org.wyrm.memory.search.MemorySearch;
import org.wyrm.memory.search.SearchPattern;
import org.wyrm.program.Program;
import org.wyrm.testkit.dump.LabDump;
import org.wyrm.testkit.dump.Sample;

/** A search of a real dump finds what a byte-wise scan of its file finds: the file is read here by plain code. */
class SearchIT {
    private static final Sample SAMPLE = Sample.of(200, 2_000);
    private static final int REGEX_BYTES = 3 << 20;
    private static final int FIRST_BYTES = 4;

    /** A PT_LOAD of the file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Segment(long address, byte[] bytes) {}

    private static Path dump() {
        Lab.vmlinux("6.1");
        return LabDump.lab().resolve("out/mini80-panic/vmcore.elf");
    }

    private static List<Segment> segments() {
        try {
            var bytes = Files.readAllBytes(dump());
            var file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            var segments = new ArrayList<Segment>();
            var taken = new HashSet<Long>();
            for (var i = 0; i < file.getShort(56); i++) {
                var header = (int) file.getLong(32) + i * file.getShort(54);
                var offset = (int) file.getLong(header + 8);
                // Of two segments with the same memory the first one counts.
                if (file.getInt(header) == 1 && taken.add(file.getLong(header + 24))) {
                    var size = (int) file.getLong(header + 32);
                    segments.add(
                            new Segment(file.getLong(header + 24), Arrays.copyOfRange(bytes, offset, offset + size)));
                }
            }
            return segments;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Chosen from what is there, so that it is found. */
    private static byte[] some(List<Segment> segments, java.util.Random random, int size, int alignment) {
        while (true) {
            var bytes = segments.get(random.nextInt(segments.size())).bytes;
            if (bytes.length > size + alignment) {
                var at = random.nextInt((bytes.length - size) / alignment) * alignment;
                var chosen = Arrays.copyOfRange(bytes, at, at + size);
                if (chosen[0] != 0 && chosen[size - 1] != 0) {
                    return chosen;
                }
            }
        }
    }

    private static List<Match> find(TargetMemory memory, SearchPattern pattern) {
        try (var matches = MemorySearch.of(memory).find(pattern)) {
            return matches.toList();
        }
    }

    private static List<Long> addresses(List<Match> matches) {
        return matches.stream().map(Match::address).toList();
    }

    /** Looks at each multiple of an alignment, once for all patterns; none overlaps itself. */
    private static Map<ByteBuffer, List<Long>> scan(List<Segment> segments, List<byte[]> wanted, int alignment) {
        var byStart = new HashMap<Integer, List<byte[]>>();
        var found = new HashMap<ByteBuffer, List<Long>>();
        for (var each : wanted) {
            byStart.computeIfAbsent(start(each, 0), absent -> new ArrayList<>()).add(each);
            found.put(ByteBuffer.wrap(each), new ArrayList<>());
        }
        for (var segment : segments) {
            for (var at = 0; at < segment.bytes.length; at++) {
                if ((segment.address + at) % alignment == 0) {
                    for (var each : byStart.getOrDefault(start(segment.bytes, at), List.of())) {
                        var end = at + each.length;
                        var places = found.get(ByteBuffer.wrap(each));
                        var address = segment.address + at;
                        if (end <= segment.bytes.length
                                && Arrays.equals(segment.bytes, at, end, each, 0, each.length)
                                && (places.isEmpty() || places.getLast() + each.length <= address)) {
                            places.add(address);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static int start(byte[] bytes, int at) {
        var start = 0;
        for (var i = 0; i < FIRST_BYTES; i++) {
            start = start << 8 | (at + i < bytes.length ? bytes[at + i] & 0xff : 0);
        }
        return start;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void findsTheNumbersThatAreThere(int byteSize) {
        var segments = segments();
        var wanted = new ArrayList<byte[]>();
        var random = SAMPLE.random();
        while (wanted.size() < SAMPLE.size()) {
            wanted.add(some(segments, random, byteSize, byteSize));
        }
        var expected = scan(segments, wanted, byteSize);
        try (var program = InProcess.open(dump())) {
            for (var each : wanted) {
                var number = ByteBuffer.wrap(Arrays.copyOf(each, 8))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
                var pattern = SearchPattern.integer(byteSize, ByteOrder.LITTLE_ENDIAN, number);
                assertThat(addresses(find(program.physicalMemory(), pattern)))
                        .as("0x%x, %s", number, SAMPLE)
                        .isEqualTo(expected.get(ByteBuffer.wrap(each)))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void findsTheBytesThatAreThere() {
        var segments = segments();
        var wanted = new ArrayList<byte[]>();
        var random = SAMPLE.random();
        while (wanted.size() < SAMPLE.size()) {
            wanted.add(some(segments, random, FIRST_BYTES + random.nextInt(60), 1));
        }
        var expected = scan(segments, wanted, 1);
        try (var program = InProcess.open(dump())) {
            for (var each : wanted) {
                assertThat(addresses(find(program.physicalMemory(), SearchPattern.bytes(each))))
                        .as("%s, %s", Arrays.toString(each), SAMPLE)
                        .isEqualTo(expected.get(ByteBuffer.wrap(each)))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void findsWhatRegularExpressionsMatch() {
        var segments = segments().stream()
                .filter(each -> each.bytes.length > REGEX_BYTES)
                .toList();
        var random = SAMPLE.random();
        try (var program = InProcess.open(dump())) {
            for (var i = 0; i < SAMPLE.size(); i++) {
                var segment = segments.get(random.nextInt(segments.size()));
                var offset = random.nextInt(segment.bytes.length - REGEX_BYTES);
                var chosen = some(segments, random, 3, 1);
                var expression = "[\\x%02x\\x%02x]{2,4}.\\x%02x{1,64}".formatted(chosen[0], chosen[1], chosen[2]);
                var text = new String(segment.bytes, offset, REGEX_BYTES, StandardCharsets.ISO_8859_1);
                var expected = new ArrayList<Match>();
                var matcher = Pattern.compile(expression, Pattern.DOTALL).matcher(text);
                while (matcher.find()) {
                    expected.add(
                            new Match(segment.address + offset + matcher.start(), matcher.end() - matcher.start()));
                }
                var first = segment.address + offset;
                try (var matches = MemorySearch.of(program.physicalMemory())
                        .range(new AddressRange(first, first + REGEX_BYTES - 1))
                        .find(SearchPattern.regex(expression))) {
                    var found = matches.toList();
                    assertThat(found)
                            .as("%s at 0x%x, %s", expression, first, SAMPLE)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void findsVirtuallyWhatIsMappedOfThePhysical() {
        var segments = segments();
        var random = SAMPLE.random();
        try (var program = InProcess.open(dump())) {
            for (var i = 0; i < 20; i++) {
                var bytes = some(segments, random, 16, 8);
                if (mayOverlap(bytes)) {
                    // Of a run of such bytes, which hits there are depends on where the run begins.
                    continue;
                }
                var physical = new HashSet<>(addresses(find(program.physicalMemory(), SearchPattern.bytes(bytes))));
                var virtual = new HashSet<>(addresses(find(program.memory(), SearchPattern.bytes(bytes))));

                for (var address : virtual) {
                    assertThat(program.memory().bytes(address, 16)).isEqualTo(bytes);
                    // Over a border of pages, physical memory need not go on as virtual memory does.
                    if ((address & 4095) <= 4096 - 16) {
                        assertThat(physical.contains(physical(program, address)))
                                .as("0x%x", address)
                                .isTrue();
                    }
                }
                for (var address : physical) {
                    var direct = Mm.physToVirt(program, address);
                    if ((address & 4095) <= 4096 - 16
                            && Mm.pageTables(program).walk(direct).page().isPresent()) {
                        assertThat(program.memory().nextPresent(direct, new Cancellation()))
                                .hasValue(direct);
                        assertThat(virtual.contains(direct)).as("0x%x", direct).isTrue();
                    }
                }
            }
        }
    }

    /** {@return whether a hit may begin inside another} */
    private static boolean mayOverlap(byte[] bytes) {
        return IntStream.range(1, bytes.length)
                .anyMatch(shift -> Arrays.equals(bytes, shift, bytes.length, bytes, 0, bytes.length - shift));
    }

    private static long physical(Program program, long address) {
        var page = Mm.pageTables(program).translate(address);
        return page.firstPhysicalAddress() + (address - page.firstVirtualAddress());
    }
}
