package org.wyrm.debuginfo.internal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.SplitFiles;

/**
 * The files of split DWARF of a debug file: {@code FILE.dwp} beside it; of each unit the {@code .dwo} in the folder it
 * was compiled in, or in that of the debug file. Open until it is closed. Thread-safe.
 */
final class SplitDebugFiles implements SplitFiles, AutoCloseable {
    private final Path debugFile;
    private final Map<String, DebugFile> opened = new HashMap<>();

    SplitDebugFiles(Path debugFile) {
        this.debugFile = debugFile.toAbsolutePath();
    }

    @Override
    public Optional<Place> findPackage() {
        return place(debugFile + ".dwp");
    }

    @Override
    public Optional<Place> find(String name, String directory) {
        for (var path : places(name, directory)) {
            var found = place(path);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Override
    public List<String> places(String name, String directory) {
        var folder = debugFile.resolveSibling("");
        var places = new LinkedHashSet<String>();
        try {
            var wanted = Path.of(name);
            places.add(folder.resolve(directory).resolve(wanted).normalize().toString());
            places.add(folder.resolve(wanted).normalize().toString());
            var last = wanted.getFileName();
            if (last != null) {
                places.add(folder.resolve(last).toString());
            }
        } catch (InvalidPathException e) {
            // In a locale without the characters of the name, there is no file of that name.
            return new ArrayList<>(places);
        }
        return new ArrayList<>(places);
    }

    private static Optional<Place> place(String path) {
        try {
            var attributes = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new Place(path, attributes.size() + " " + attributes.lastModifiedTime()))
                    : Optional.empty();
        } catch (IOException e) {
            // Not there, or not for us: both is told as not found, with the places.
            return Optional.empty();
        }
    }

    @Override
    public synchronized DebugSections open(String path) {
        var known = opened.get(path);
        if (known == null) {
            known = DebugFile.open(Path.of(path));
            opened.put(path, known);
        }
        return new Sections(known);
    }

    @Override
    public synchronized void close() {
        opened.values().forEach(DebugFile::close);
        opened.clear();
    }

    /** In an object, type units are sections of their own, all with the same name. */
    private record Sections(DebugFile file) implements DebugSections {
        @Override
        public ByteOrder order() {
            return file.elf().bytes().order();
        }

        @Override
        public Optional<ByteSlice> find(String elfName) {
            var parts = file.elf().sections().stream()
                    .filter(section -> section.name().equals(elfName) && section.type() != ElfSection.SHT_NOBITS)
                    .map(file::content)
                    .toList();
            return parts.size() < 2 ? file.section(elfName) : Optional.of(joined(parts));
        }

        private static ByteSlice joined(List<ByteSlice> parts) {
            var byteSize = parts.stream().mapToLong(ByteSlice::byteSize).sum();
            var bytes = new byte[Math.toIntExact(byteSize)];
            var at = 0;
            for (var part : parts) {
                var content = part.toArray(0, part.byteSize());
                System.arraycopy(content, 0, bytes, at, content.length);
                at += content.length;
            }
            return ByteSlice.of(parts.getFirst().name(), bytes, parts.getFirst().order());
        }
    }
}
