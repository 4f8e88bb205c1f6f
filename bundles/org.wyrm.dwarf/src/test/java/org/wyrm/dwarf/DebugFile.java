package org.wyrm.dwarf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.elf.ElfFile;

/** A file with debugging information, and what other tools print of it. */
record DebugFile(Path path, ElfFile elf) {
    /** What a tool printed, line by line. */
    interface Lines {
        void accept(String line);
    }

    static DebugFile open(Path path) {
        return new DebugFile(path, ElfFile.parse(MappedFile.open(path).bytes()));
    }

    /** {@return the kernels of the lab; none is a skipped test, said loudly} */
    static List<DebugFile> kernels() {
        var home = Path.of(System.getProperty("user.home"), ".cache/kernel-lab");
        var lab = Optional.ofNullable(System.getenv("LAB_DIR")).map(Path::of).orElse(home);
        var found = new ArrayList<DebugFile>();
        for (var cache : List.of(lab.resolve("cache"), lab.resolve("k6.12/cache"))) {
            for (var kernel : list(cache)) {
                for (var file : list(kernel.resolve("usr/lib/debug/boot"))) {
                    if (file.getFileName().toString().startsWith("vmlinux-")) {
                        found.add(open(file));
                    }
                }
            }
        }
        requireOrSkip(!found.isEmpty(), "no vmlinux with debugging information below " + lab);
        return found;
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void requireOrSkip(boolean condition, String missing) {
        if (!condition) {
            System.err.println("SKIPPED: " + missing);
        }
        Assumptions.assumeTrue(condition, missing);
    }

    static void requireTool(String... tools) {
        for (var tool : tools) {
            var isThere = Stream.of(System.getenv("PATH").split(":"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            requireOrSkip(isThere, "no " + tool + " to compare with");
        }
    }

    /** {@return a section, empty if there is none} */
    ByteSlice section(String name) {
        return elf.findSection(name).map(elf::bytes).orElseGet(() -> elf.bytes().section(name, 0, 0));
    }

    int addressByteSize() {
        return elf.addressBits() / Byte.SIZE;
    }

    /** {@return the table of the one unit that has one} */
    AddressTable addresses() {
        var section = section(".debug_addr");
        if (section.byteSize() == 0) {
            return AddressTable.none();
        }
        var offsetByteSize = section.s32(0) == -1 ? 8 : 4;
        return AddressTable.of(
                section, offsetByteSize == 8 ? 16 : 8, new UnitEncoding(5, offsetByteSize, addressByteSize()));
    }

    /** {@return the addresses of that table, as LLVM reads them} */
    List<Long> addressesByLlvm() {
        var addresses = new ArrayList<Long>();
        print(
                text -> {
                    if (text.startsWith("0x")) {
                        addresses.add(Long.parseUnsignedLong(text, 2, text.length(), 16));
                    }
                },
                "llvm-dwarfdump",
                "--debug-addr");
        return addresses;
    }

    LineStrings lineStrings() {
        return new LineStrings(section(".debug_line_str"), section(".debug_str"), index -> "#" + index);
    }

    /** Runs a tool on the file and hands out what it prints. */
    void print(Lines lines, String... command) {
        run(lines, Stream.concat(Stream.of(command), Stream.of(path.toString())).toList());
    }

    static void run(Lines lines, List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.accept(line);
                }
            }
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }
}
