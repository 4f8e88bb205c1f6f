package org.wyrm.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dump.Sample;

/** Compares with binutils' readelf what is read of the lab's kernel 6.1 and of a sample of its modules. */
class ElfLabTest {
    private static final Sample SAMPLE = Sample.of(25);
    private static final Pattern ROW =
            Pattern.compile(" *\\d+: ([0-9a-f]+) +(\\w+) (\\w+) +(\\w+) +(\\w+) +(\\w+)(?: (.*))?");

    private static LabKernel kernel() {
        return LabKernel.find("6.1")
                .orElseGet(() -> abort("NOT COMPARED with readelf: no kernel 6.1 in the lab; itest/lab/ensure.sh"));
    }

    private static List<String> readelf(String... words) {
        var command = new ArrayList<>(List.of("readelf"));
        command.addAll(Arrays.asList(words));
        return LabKernel.output(command.toArray(String[]::new))
                .orElseGet(() -> abort("NOT COMPARED with readelf: it is not installed (binutils)"));
    }

    private static List<Path> sample(LabKernel kernel) {
        System.out.println("ElfLabTest: " + SAMPLE);
        return SAMPLE.from(kernel.moduleDebugFiles());
    }

    @Test
    void symbolsAreThoseOfReadelf() {
        var kernel = kernel();
        var files = new ArrayList<>(sample(kernel));
        files.add(kernel.vmlinux());
        var count = 0;
        for (var path : files) {
            try (var file = MappedFile.open(path)) {
                var elf = ElfFile.parse(file.bytes());
                var names = elf.sections().stream().map(ElfSection::name).toList();
                var ours = new ArrayList<String>();
                for (var symbol : elf.symbolTable().orElseThrow().symbols()) {
                    ours.add(row(symbol, names));
                }
                var theirs = readelf("-sW", path.toString()).stream()
                        .map(ROW::matcher)
                        .filter(row -> row.matches())
                        .map(row -> "%x %d %s %s %s %s %s"
                                .formatted(
                                        Long.parseUnsignedLong(row.group(1), 16),
                                        Long.decode(row.group(2)),
                                        row.group(3),
                                        row.group(4),
                                        row.group(5),
                                        row.group(6),
                                        row.group(7) == null ? "" : row.group(7)))
                        .toList();

                assertThat(ours).as(path.toString()).isEqualTo(theirs);
                count += ours.size();
            }
        }
        System.out.printf("ElfLabTest: %d symbols of %d files are those of readelf%n", count, files.size());
        assertThat(count).isGreaterThan(100_000);
    }

    private static String row(ElfSymbol symbol, List<String> sectionNames) {
        var types = List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON", "TLS");
        var section = switch (symbol.sectionIndex()) {
            case ElfSymbol.SHN_UNDEF -> "UND";
            case ElfSymbol.SHN_ABS -> "ABS";
            case ElfSymbol.SHN_COMMON -> "COM";
            default -> Integer.toString(symbol.sectionIndex());
        };
        return "%x %d %s %s %s %s %s"
                .formatted(
                        symbol.value(),
                        symbol.byteSize(),
                        types.get(symbol.type()),
                        List.of("LOCAL", "GLOBAL", "WEAK").get(symbol.binding()),
                        List.of("DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED").get(symbol.visibility()),
                        section,
                        symbol.type() == ElfSymbol.STT_SECTION && symbol.name().isEmpty()
                                ? sectionNames.get(symbol.sectionIndex())
                                : symbol.name());
    }

    @Test
    void relocatedSectionsAreThoseOfReadelf() {
        var kernel = kernel();
        var relocations = 0L;
        var sections = 0;
        var nanos = 0L;
        for (var path : sample(kernel)) {
            try (var file = MappedFile.open(path)) {
                var elf = ElfFile.parse(file.bytes());
                var relocator = new ElfRelocator(elf, ElfSectionAddresses.ofHeaders());
                for (var table : elf.sections()) {
                    if (table.type() != ElfSection.SHT_RELA || !table.name().startsWith(".rela.debug_")) {
                        continue;
                    }
                    var section = elf.sections().get(table.info());
                    var bytes = elf.bytes(section);
                    var content = bytes.toArray(0, bytes.byteSize());
                    var start = System.nanoTime();
                    relocator.apply(section, content);
                    nanos += System.nanoTime() - start;

                    assertThat(Arrays.equals(content, dump(path, section)))
                            .as("%s %s", path, section.name())
                            .isTrue();
                    relocations += table.byteSize() / 24;
                    sections++;
                }
            }
        }
        System.out.printf(
                "ElfLabTest: %d relocations of %d sections are as readelf applies them, in %d ms%n",
                relocations, sections, nanos / 1_000_000);
        assertThat(relocations).isGreaterThan(50_000);
    }

    /** {@return a section as {@code readelf -R} prints it: lines of an address, four words and their text} */
    private static byte[] dump(Path path, ElfSection section) {
        var digits = new StringBuilder();
        for (var line : readelf("-W", "-R", section.name(), path.toString())) {
            if (line.startsWith("  0x")) {
                var words = line.indexOf(' ', 2) + 1;
                digits.append(line.substring(words, words + 36).replace(" ", ""));
            }
        }
        return HexFormat.of().parseHex(digits);
    }
}
