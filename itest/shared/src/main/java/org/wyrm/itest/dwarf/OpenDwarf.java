package org.wyrm.itest.dwarf;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.debuginfo.DebugFile;
import org.wyrm.symbols.dwarf.AddressMapping;
import org.wyrm.symbols.dwarf.DebugSections;
import org.wyrm.symbols.dwarf.DwarfFile;
import org.wyrm.symbols.dwarf.DwarfTypes;
import org.wyrm.symbols.dwarf.IndexSettings;
import org.wyrm.symbols.dwarf.SplitFiles;

/**
 * A file with debugging information, open in this JVM; its index is made anew.
 *
 * @param file the file
 * @param dwarf what is read of it
 */
public record OpenDwarf(DebugFile file, DwarfTypes dwarf) implements AutoCloseable {
    /** Opens a file. */
    public static OpenDwarf open(Path path) {
        var file = DebugFile.open(path);
        var sections = new DebugSections() {
            @Override
            public ByteOrder order() {
                return file.elf().bytes().order();
            }

            @Override
            public Optional<ByteSlice> find(String elfName) {
                return file.section(elfName);
            }
        };
        var dwarf = new DwarfFile(
                file.path().toString(), sections, Optional.empty(), SplitFiles.none(), IndexSettings.none());
        return new OpenDwarf(file, new DwarfTypes(dwarf, AddressMapping.NONE));
    }

    @Override
    public void close() {
        file.close();
    }
}
