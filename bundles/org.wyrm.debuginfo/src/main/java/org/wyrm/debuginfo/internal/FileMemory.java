package org.wyrm.debuginfo.internal;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSection;
import org.wyrm.elf.constants.ElfType;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.spi.MemorySource;

/**
 * What an executable's own sections say of memory before it runs: its constants, and the values that variables start
 * with. Only of files that are linked to fixed addresses: the pointers of others are not yet written.
 *
 * @elf sections
 */
final class FileMemory implements MemorySource {
    private static final int ZEROS = 1 << 16;

    private final ElfSection section;
    private final MemorySegment bytes;

    private FileMemory(ElfSection section, MemorySegment bytes) {
        this.section = section;
        this.bytes = bytes;
    }

    /** {@return the memory of a file; none of one that holds debugging information only} */
    static List<MemorySource> of(ElfFile file) {
        var found = new ArrayList<MemorySource>();
        var hasCode = false;
        if (file.type() == ElfType.ET_EXEC.number()) {
            for (var section : file.sections()) {
                var hasBytes = section.type() != ElfSection.SHT_NOBITS;
                hasCode |= hasBytes && section.has(ElfSection.SHF_EXECINSTR);
                var isThreadLocal = section.has(ElfSection.SHF_TLS);
                if (section.has(ElfSection.SHF_ALLOC) && section.byteSize() > 0 && !isThreadLocal) {
                    found.add(new FileMemory(
                            section,
                            hasBytes
                                    ? file.bytes(section).segment()
                                    : MemorySegment.ofArray(new byte[(int) Math.min(ZEROS, section.byteSize())])));
                }
            }
        }
        return hasCode ? found : List.of();
    }

    @Override
    public long firstAddress() {
        return section.address();
    }

    @Override
    public long lastAddress() {
        return section.address() + section.byteSize() - 1;
    }

    @Override
    public Chunk chunk(long address, long wantedByteSize) {
        // Zeros are the same wherever they lie.
        var offset = address - section.address();
        var start = section.address() + offset / bytes.byteSize() * bytes.byteSize();
        var left = lastAddress() - start + 1;
        return new Chunk(start, left < bytes.byteSize() ? bytes.asSlice(0, left) : bytes);
    }
}
