package org.wyrm.process.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FaultException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.MappedFile;
import org.wyrm.program.MappedFile.Mapping;
import org.wyrm.program.spi.RunningProcess;
import org.wyrm.program.spi.TargetImage;

/**
 * The files that a process has mapped: as it runs, or as {@code NT_FILE} of its dump lists them.
 *
 * <pre>
 * count, page size                  8 bytes each
 * start, end, offset in pages       for each mapping
 * paths                             each ends with a NUL
 * </pre>
 *
 * @kernel fs/binfmt_elf.c fill_files_note
 */
final class MappedFiles {
    /** Where the program headers of the executable are. */
    private static final long AT_PHDR = 3;

    private static final int HEADER_BYTES = 2 * Long.BYTES;
    private static final int ENTRY_BYTES = 3 * Long.BYTES;

    /** More than {@code vm.max_map_count} is by default, sixteen times. */
    private static final long MOST_MAPPINGS = 1 << 20;

    private MappedFiles() {}

    /**
     * {@return the files, in the order of their first addresses, but the executable first}
     *
     * @throws org.wyrm.base.error.MalformedDataException if the list is damaged
     */
    static List<MappedFile> read(TargetImage image, TargetMemory memory) {
        var files = image instanceof RunningProcess running
                ? running.mappedFiles()
                : ProcessNotes.files(image).map(MappedFiles::ofNote).orElse(List.of());
        var known = new ArrayList<MappedFile>();
        var headers = ProcessNotes.auxiliary(image, AT_PHDR);
        for (var file : files) {
            var isExecutable = headers.filter(address -> has(file, address)).isPresent();
            known.add(isExecutable ? 0 : known.size(), file.withBuildId(buildId(file.mappings(), memory)));
        }
        return known;
    }

    private static boolean has(MappedFile file, long address) {
        return file.mappings().stream()
                .anyMatch(mapping -> Long.compareUnsigned(address - mapping.firstAddress(), mapping.byteSize()) < 0);
    }

    private static List<MappedFile> ofNote(ByteSlice note) {
        var files = new ArrayList<MappedFile>();
        mappings(note).forEach((path, mappings) -> files.add(new MappedFile(path, Optional.empty(), mappings)));
        return files;
    }

    private static Map<String, List<Mapping>> mappings(ByteSlice note) {
        var count = note.u64(0);
        var pageByteSize = note.u64(Long.BYTES);
        if (count < 0 || count > MOST_MAPPINGS || note.byteSize() < HEADER_BYTES + count * ENTRY_BYTES) {
            throw note.malformed(0, "NT_FILE tells of %d mappings in %d bytes".formatted(count, note.byteSize()));
        }
        var byPath = new LinkedHashMap<String, List<Mapping>>();
        var text = HEADER_BYTES + count * ENTRY_BYTES;
        for (var index = 0L; index < count; index++) {
            var entry = HEADER_BYTES + index * ENTRY_BYTES;
            var path = note.cString(text);
            text += path.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + 1;
            var start = note.u64(entry);
            var byteSize = note.u64(entry + Long.BYTES) - start;
            if (byteSize <= 0) {
                throw note.malformed(entry, "a mapping of 0x%x bytes at 0x%x".formatted(byteSize, start));
            }
            byPath.computeIfAbsent(path, made -> new ArrayList<>())
                    .add(new Mapping(start, byteSize, note.u64(entry + 2 * Long.BYTES) * pageByteSize));
        }
        return byPath;
    }

    /** {@return the build ID in the notes of an ELF file's first page, which dumps have for that} */
    private static Optional<String> buildId(List<Mapping> mappings, TargetMemory memory) {
        for (var mapping : mappings) {
            if (mapping.fileOffset() == 0) {
                try {
                    return MemoryElf.read(memory, mapping.firstAddress()).flatMap(MemoryElf::buildId);
                } catch (FaultException absent) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
