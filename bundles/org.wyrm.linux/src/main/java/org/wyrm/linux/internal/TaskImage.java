package org.wyrm.linux.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.wyrm.arch.TranslatedMemory;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.mm.Mm;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.TargetImage;

/**
 * The process of a task, as the kernel would dump it: its memory by its page tables, and the notes that tell of its
 * mapped files.
 *
 * @kernel fs/binfmt_elf.c
 */
record TaskImage(String description, String architecture, List<MemorySource> virtualMemory, List<Note> notes)
        implements TargetImage {
    private static final String CORE = "CORE";
    private static final int NT_PRSTATUS = 1;
    private static final int NT_AUXV = 6;
    private static final int NT_FILE = 0x4649_4c45;

    /** {@code struct elf_prstatus} of 64 bits, the registers included. */
    private static final int PRSTATUS_BYTES = 336;

    private static final int PID_OFFSET = 32;

    /** More than {@code vm.max_map_count} is by default, sixteen times. */
    private static final int MOST_AREAS = 1 << 20;

    private record Mapping(long start, long end, long pageOffset, String path) {}

    /** {@return the process of a task that has one} */
    static TaskImage of(Value task) {
        var program = task.program();
        var mm = task.member("mm");
        var memory = new TranslatedMemory(Mm.pageTables(mm), program.physicalMemory());
        var pid = task.member("pid").intValue();
        return new TaskImage(
                "process of task " + pid,
                program.architecture().name(),
                List.of(memory),
                List.of(
                        new Note(CORE, NT_PRSTATUS, status(program, pid)),
                        new Note(CORE, NT_AUXV, auxiliaryVector(mm)),
                        new Note(CORE, NT_FILE, files(mm))));
    }

    /** Of its registers the kernel's stack tells. */
    private static ByteSlice status(Program program, int pid) {
        var content = buffer(program, PRSTATUS_BYTES).putInt(PID_OFFSET, pid);
        return slice(program, "NT_PRSTATUS", content);
    }

    private static ByteSlice auxiliaryVector(Value mm) {
        var vector = mm.member("saved_auxv");
        var byteSize = (int) Value.sizeOf(vector.type());
        return ByteSlice.of(
                "saved_auxv",
                mm.program().bytes(vector.address(), byteSize),
                mm.program().memory().order());
    }

    private static ByteSlice files(Value mm) {
        var mappings = new ArrayList<Mapping>();
        try (var areas = Mm.forEachVma(mm)) {
            areas.limit(MOST_AREAS).forEach(area -> {
                var file = area.member("vm_file");
                if (!file.isNull()) {
                    mappings.add(new Mapping(
                            area.member("vm_start").longValue(),
                            area.member("vm_end").longValue(),
                            area.member("vm_pgoff").longValue(),
                            path(file)));
                }
            });
        }
        var paths = new ArrayList<byte[]>();
        var byteSize = 2 * Long.BYTES;
        for (var mapping : mappings) {
            var path = mapping.path.getBytes(StandardCharsets.UTF_8);
            paths.add(path);
            byteSize += 3 * Long.BYTES + path.length + 1;
        }
        var program = mm.program();
        var content = buffer(program, byteSize).putLong(mappings.size()).putLong(program.pageByteSize());
        for (var mapping : mappings) {
            content.putLong(mapping.start).putLong(mapping.end).putLong(mapping.pageOffset);
        }
        for (var path : paths) {
            content.put(path).put((byte) 0);
        }
        return slice(program, "NT_FILE", content);
    }

    private static String path(Value file) {
        try {
            return Dcache.filePath(file);
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException damaged) {
            // Where the file is not known, its memory still is.
            return "(file at 0x%x)".formatted(file.longValue());
        }
    }

    private static ByteBuffer buffer(Program program, int byteSize) {
        return ByteBuffer.allocate(byteSize).order(program.memory().order());
    }

    private static ByteSlice slice(Program program, String name, ByteBuffer content) {
        return ByteSlice.of(
                name, MemorySegment.ofBuffer(content.clear()), program.memory().order());
    }
}
