package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.arch.spi.PageTables.Walk;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.linux.mm.Mm;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.symbols.spi.SymbolFinder;
import org.wyrm.testkit.dump.LabDump;
import org.wyrm.testkit.dump.Sample;

/** The page tables of real dumps, as crash shows them: {@code vtop}, {@code ptov} and {@code pte}. */
class CrashPageTablesIT {
    private static final Sample SAMPLE = Sample.of(200, 5_000);
    private static final long MEMORY_BYTES = 256L << 20;
    private static final long PRESENT = 1;
    private static final Pattern STEP =
            Pattern.compile("(?:(PAGE DIRECTORY)|\\s*\\w+: \\p{XDigit}+ =>):? *(\\p{XDigit}+)");
    private static final Pattern ENTRY = Pattern.compile("\\s*(\\p{XDigit}+)\\s+(\\p{XDigit}+)\\s+\\(([A-Z|]+)\\)\\s*");
    private static final Pattern ADDRESS = Pattern.compile("(\\p{XDigit}+)\\s+(.*?)\\s*");

    /** What crash says of an address. */
    private record Answer(String physical, List<Long> entries) {}

    /** All that crash said in one run. */
    private record Crash(Map<Long, Answer> addresses, Map<Long, String> entries) {
        static Crash ask(Path dump, List<String> commands) {
            var said = new ArrayList<>(commands);
            said.add("quit");
            var program = Wyrm.root().resolve("itest/lab/trixie.sh").toString();
            var lines = Peer.of(program, "crash", "-s", Lab.vmlinux("6.1").toString(), dump.toString())
                    .ask(said);
            var crash = new Crash(new LinkedHashMap<>(), new LinkedHashMap<>());
            for (var i = 0; i < lines.size(); i++) {
                var entry = ENTRY.matcher(lines.get(i));
                if (entry.matches()) {
                    crash.entries.put(hex(entry.group(1)), entry.group(2) + " " + entry.group(3));
                }
                if (lines.get(i).matches(".*VIRTUAL +PHYSICAL *") && i + 1 < lines.size()) {
                    crash.add(lines.subList(i + 1, lines.size()));
                }
            }
            return crash;
        }

        private void add(List<String> lines) {
            var address = ADDRESS.matcher(lines.getFirst());
            assertThat(address.matches()).as(lines.getFirst()).isTrue();
            var steps = new ArrayList<Long>();
            for (var line : lines.subList(1, lines.size())) {
                if (line.contains("VIRTUAL")) {
                    break;
                }
                var step = STEP.matcher(line);
                if (step.matches()) {
                    steps.add(hex(step.group(2)));
                }
            }
            addresses.put(hex(address.group(1)), new Answer(address.group(2), steps));
        }
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    private static Path dump(String guest) {
        Lab.vmlinux("6.1");
        return LabDump.lab().resolve("out").resolve(guest).resolve("vmcore.elf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic256", "la57-256", "nokaslr256"})
    void kernelAddressesAreWhereCrashFindsThem(String guest) {
        var dump = dump(guest);
        try (var program = InProcess.open(dump)) {
            var kinds = kernelAddresses(program);
            var all = new LinkedHashSet<Long>();
            kinds.values().forEach(all::addAll);
            var commands = all.stream()
                    .map(address -> "vtop -k " + Long.toHexString(address))
                    .toList();
            var crash = Crash.ask(dump, commands);
            kinds.forEach((kind, addresses) -> {
                assertThat(addresses).as(kind).hasSizeGreaterThanOrEqualTo(SAMPLE.size());
                compare(guest + " " + kind, Mm.pageTables(program), addresses, crash);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic256", "la57-256"})
    void addressesOfAProcessAreWhereCrashFindsThem(String guest) {
        var dump = dump(guest);
        try (var program = InProcess.open(dump)) {
            var tables = Mm.pageTables(Pids.findTask(program, 1).orElseThrow().member("mm"));
            var addresses = new LinkedHashSet<>(SAMPLE.from(pages(tables, 0, 1L << 47)));
            assertThat(addresses).hasSizeGreaterThanOrEqualTo(SAMPLE.size());
            SAMPLE.random().longs(20, 0, 1L << 47).forEach(addresses::add);
            var commands = new ArrayList<>(List.of("set 1"));
            addresses.forEach(address -> commands.add("vtop -u " + Long.toHexString(address)));

            compare(guest + " process", tables, addresses, Crash.ask(dump, commands));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"panic256", "la57-256"})
    void physicalAddressesAndEntriesAreWhatCrashSays(String guest) {
        var dump = dump(guest);
        try (var program = InProcess.open(dump)) {
            var physical = SAMPLE.random().longs(SAMPLE.size(), 0, MEMORY_BYTES).toArray();
            var entries = SAMPLE.random()
                    .longs(SAMPLE.size())
                    .map(bits -> bits & 0x8000_3fff_ffff_ffffL | PRESENT)
                    .toArray();
            var commands = new ArrayList<String>();
            for (var i = 0; i < SAMPLE.size(); i++) {
                commands.add("ptov " + Long.toHexString(physical[i]));
                commands.add("pte " + Long.toHexString(entries[i]));
            }
            var crash = Crash.ask(dump, commands);
            for (var address : physical) {
                assertThat(crash.addresses.get(Mm.physToVirt(program, address)).physical)
                        .isEqualTo(Long.toHexString(address));
            }
            var parameters = LinuxKernel.of(program).vmcoreinfo();
            for (var bits : entries) {
                var entry = program.architecture().pageTableEntry(parameters, bits);
                assertThat(crash.entries.get(bits))
                        .isEqualTo(Long.toHexString(entry.physicalAddress()) + " " + String.join("|", entry.flags()));
            }
        }
    }

    private static void compare(String what, PageTables tables, Set<Long> addresses, Crash crash) {
        var mapped = 0;
        for (var address : addresses) {
            var answer = crash.addresses.get(address);
            var walk = tables.walk(address);
            assertThat(answer).as("crash on %s 0x%x", what, address).isNotNull();
            mapped += walk.page().isPresent() ? 1 : 0;
            // Where crash knows by other means that an address is none, it does not show the tables.
            if (walk.page().isPresent() || !answer.entries.isEmpty()) {
                compare("%s 0x%x".formatted(what, address), address, walk, answer, crash);
            }
        }
        System.out.printf("CrashPageTablesIT: %s: %d, %d of them mapped, %s%n", what, addresses.size(), mapped, SAMPLE);
    }

    private static void compare(String what, long address, Walk walk, Answer answer, Crash crash) {
        assertThat(answer.entries)
                .as(what)
                .isEqualTo(
                        walk.steps().stream().map(step -> step.entry().value()).toList());
        if (walk.page().isPresent()) {
            var page = walk.page().get();
            var last = walk.steps().getLast().entry();
            assertThat(hex(answer.physical))
                    .as(what)
                    .isEqualTo(page.firstPhysicalAddress() + (address - page.firstVirtualAddress()));
            assertThat(crash.entries.get(last.value())).as(what).endsWith(" " + String.join("|", last.flags()));
        }
    }

    private static Map<String, Set<Long>> kernelAddresses(Program program) {
        var random = SAMPLE.random();
        var tables = Mm.pageTables(program);
        var image = SAMPLE.from(LinuxKernel.of(program)
                .kallsyms()
                .allSymbols()
                .map(symbol -> symbol.address())
                .filter(address -> address < 0 && tables.walk(address).page().isPresent())
                .toList());
        var kinds = new LinkedHashMap<String, Set<Long>>();
        kinds.put("image", new LinkedHashSet<>(image));
        kinds.put("direct map", longs(random, bound -> Mm.physToVirt(program, bound % MEMORY_BYTES)));
        var vmalloc = base(program, "vmalloc_base", 0xffff_c900_0000_0000L);
        var vmemmap = base(program, "vmemmap_base", 0xffff_ea00_0000_0000L);
        kinds.put("vmalloc", new LinkedHashSet<>(SAMPLE.from(pages(tables, vmalloc, vmemmap))));
        // 4 MiB describe 256 MiB of memory.
        kinds.put("vmemmap", longs(random, bound -> vmemmap + bound % (4L << 20)));
        var percpu = program.variable("__per_cpu_offset").subscript(0).longValue();
        kinds.put("per-CPU", longs(random, bound -> percpu + bound % 0x2_0000));
        kinds.put("anywhere", longs(random, bound -> bound | 0xffff_8000_0000_0000L));
        return kinds;
    }

    private static Set<Long> longs(Random random, java.util.function.LongUnaryOperator address) {
        var found = new LinkedHashSet<Long>();
        while (found.size() < SAMPLE.size()) {
            found.add(address.applyAsLong(random.nextLong() >>> 1));
        }
        return found;
    }

    private static long base(Program program, String symbol, long otherwise) {
        SymbolFinder kallsyms = LinuxKernel.of(program).kallsyms();
        return kallsyms.findSymbols(symbol).stream()
                .findFirst()
                .map(each -> program.memory().u64(each.address()))
                .orElse(otherwise);
    }

    private static List<Long> pages(PageTables tables, long first, long end) {
        var pages = new ArrayList<Long>();
        var next = tables.nextPage(first, new Cancellation());
        while (next.isPresent() && Long.compareUnsigned(next.get().firstVirtualAddress(), end) < 0) {
            var page = next.get();
            pages.add(page.firstVirtualAddress() + 0x123);
            next = tables.nextPage(page.firstVirtualAddress() + page.pageByteSize(), new Cancellation());
        }
        return pages;
    }
}
