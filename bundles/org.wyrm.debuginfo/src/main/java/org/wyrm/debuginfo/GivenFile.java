package org.wyrm.debuginfo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.constants.ElfType;

/**
 * A file that the user named, and what its content says it is.
 *
 * @param path as it was named
 * @param kind by its content
 * @param buildId its own, if it has one
 * @param moduleName of a kernel module, by its content or else by the file's name; with underscores
 * @param hasDebugInformation whether there is DWARF in it
 */
public record GivenFile(
        Path path, Kind kind, Optional<BuildId> buildId, Optional<String> moduleName, boolean hasDebugInformation) {
    /** What a file is. */
    public enum Kind {
        /** A kernel's main image, or its debug file. */
        KERNEL("a kernel"),
        /** A kernel module, or its debug file. */
        KERNEL_MODULE("a kernel module"),
        /** An executable or a library, or its debug file. */
        PROGRAM("an executable or library"),
        /** What a compiler makes of one source file. */
        OBJECT("an object file that is not linked"),
        /** A dump. */
        CORE_DUMP("a core dump"),
        /** Another kind of ELF file. */
        OTHER("an unknown kind of ELF file");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** {@return the words for it in messages} */
        public String label() {
            return label;
        }
    }

    /**
     * {@return what a file is}
     *
     * @throws UnreadableTargetException if it cannot be read, or is no ELF file
     * @throws MalformedDataException if it is damaged
     */
    public static GivenFile classify(Path path) {
        try (var file = DebugFile.open(path)) {
            return of(file);
        }
    }

    /** {@return what an open file is} */
    public static GivenFile of(DebugFile file) {
        var elf = file.elf();
        var kind = kind(elf);
        return new GivenFile(
                file.path(),
                kind,
                elf.buildId(),
                kind == Kind.KERNEL_MODULE ? Optional.of(moduleName(elf, file.path())) : Optional.empty(),
                file.hasDebugInformation());
    }

    private static Kind kind(ElfFile elf) {
        var type = ElfType.of(elf.type());
        if (type.isEmpty()) {
            return Kind.OTHER;
        }
        return switch (type.get()) {
            case ET_CORE -> Kind.CORE_DUMP;
            case ET_REL -> elf.findSection(".gnu.linkonce.this_module").isPresent() ? Kind.KERNEL_MODULE : Kind.OBJECT;
            // Every kernel has code for its start, which is gone afterwards, and nothing else has.
            case ET_EXEC, ET_DYN -> elf.findSection(".init.text").isPresent() ? Kind.KERNEL : Kind.PROGRAM;
        };
    }

    private static String moduleName(ElfFile elf, Path path) {
        // Since Linux kernel commit 3e2e857f9c3a ("module: Add module name to modinfo") (in v4.13).
        return elf.findSection(".modinfo")
                .filter(section -> section.type() != ElfSection.SHT_NOBITS)
                .flatMap(section -> find(elf.bytes(section), "name="))
                .orElseGet(() -> moduleName(path));
    }

    private static Optional<String> find(ByteSlice modinfo, String key) {
        for (var line : new String(modinfo.toArray(0, modinfo.byteSize()), StandardCharsets.ISO_8859_1).split("\0")) {
            if (line.startsWith(key)) {
                return Optional.of(line.substring(key.length()));
            }
        }
        return Optional.empty();
    }

    /** {@return the name of the module that a file is of, by the file's name: {@code af_key} of {@code af-key.ko.xz}} */
    static String moduleName(Path path) {
        var name = String.valueOf(path.getFileName());
        var end = name.indexOf(".ko");
        return (end < 0 ? name : name.substring(0, end)).replace('-', '_');
    }

    /** {@return why this file is not of what is wanted; empty if it is} */
    public Optional<String> mismatch(WantedFile wanted) {
        // No switch over types: its first use costs a start 20 ms, see docs/adr/0003.
        var right = wanted instanceof WantedFile.KernelModule module
                ? kind == Kind.KERNEL_MODULE && moduleName.equals(Optional.of(module.name()))
                : kind == (wanted instanceof WantedFile.Kernel ? Kind.KERNEL : Kind.PROGRAM);
        if (!right) {
            return Optional.of("is %s%s, not %s"
                    .formatted(
                            kind.label(),
                            moduleName.map(name -> " (" + name + ")").orElse(""),
                            wanted.label()));
        }
        return buildIdMismatch(wanted.buildId(), buildId);
    }

    static Optional<String> buildIdMismatch(Optional<BuildId> wanted, Optional<BuildId> found) {
        if (wanted.isEmpty() || found.equals(wanted)) {
            return Optional.empty();
        }
        return Optional.of(found.map(id -> "its build ID %s is not %s".formatted(id, wanted.get()))
                .orElseGet(() -> "has no build ID, and %s is wanted".formatted(wanted.get())));
    }

    /**
     * {@return why this file is of no use to a target; empty if it is of one of its parts}
     *
     * @param parts what the target consists of
     */
    public Optional<String> refusal(Iterable<? extends WantedFile> parts) {
        String nearest = null;
        for (var part : parts) {
            var mismatch = mismatch(part);
            if (mismatch.isEmpty()) {
                return Optional.empty();
            }
            var near =
                    mismatch.get().startsWith("its build ID") || mismatch.get().startsWith("has no build ID");
            // A program's build ID tells nothing of one that happens to be of the same kind.
            if (near && !(part instanceof WantedFile.Program)) {
                nearest = "%s: is %s, but not that of the target: %s (%s)"
                        .formatted(path, kind.label(), mismatch.get(), part.label());
            }
        }
        return Optional.of(
                nearest != null
                        ? nearest
                        : "%s: is %s%s%s, of no part of the target"
                                .formatted(
                                        path,
                                        kind.label(),
                                        moduleName
                                                .map(name -> " (" + name + ")")
                                                .orElse(""),
                                        buildId.map(id -> String.format(Locale.ROOT, " with build ID %s", id))
                                                .orElse("")));
    }
}
