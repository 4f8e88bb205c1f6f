package org.wyrm.itest.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.wyrm.arch.spi.PageTables;
import org.wyrm.base.error.FaultException;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.program.Program;

/**
 * A dump that is damaged again and again: each damage is undone when it is closed, so that nothing is copied twice.
 * Confined.
 */
final class WorkingCopy implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int NOTES_AT = 1 << 20;
    private static final int NOTES_BYTES = 1 << 16;
    private static final int MEMORY_AT = NOTES_AT + NOTES_BYTES;

    private final Path file;
    private final FileChannel channel;
    /** Where a run of physical memory begins in the file; empty for a copy that is no ELF. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    private WorkingCopy(Path file) throws IOException {
        this.file = file;
        this.channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    /** Undoes a damage. */
    interface Damage extends AutoCloseable {
        @Override
        void close();
    }

    static WorkingCopy of(Path dump, Path target) throws IOException {
        Files.copy(dump, target, StandardCopyOption.REPLACE_EXISTING);
        return new WorkingCopy(target);
    }

    /** {@return a copy of an ELF core dump whose memory can be damaged by physical address} */
    static WorkingCopy ofElf(Path dump, Path target) throws IOException {
        var copy = of(dump, target);
        var header = ByteBuffer.wrap(copy.read(0, 64)).order(ByteOrder.LITTLE_ENDIAN);
        for (var i = 0; i < header.getShort(56); i++) {
            var segment =
                    ByteBuffer.wrap(copy.read(header.getLong(32) + 56 * i, 56)).order(ByteOrder.LITTLE_ENDIAN);
            if (segment.getInt(0) == 1) {
                copy.runs.put(segment.getLong(24), segment.getLong(8));
            }
        }
        return copy;
    }

    /** {@return the memory of a dump as an ELF core dump, as QEMU writes one: page by page as it lies in memory} */
    static WorkingCopy asElf(Path dump, Path target) throws IOException {
        Files.deleteIfExists(target);
        var copy = new WorkingCopy(target);
        try (var program = InProcess.open(dump)) {
            var at = (long) MEMORY_AT;
            var next = -1L;
            for (var range : program.physicalMemory().ranges()) {
                for (var page = range.firstAddress() & -PAGE; page <= range.lastAddress(); page += PAGE) {
                    byte[] bytes;
                    try {
                        bytes = program.physicalMemory().bytes(page, PAGE);
                    } catch (FaultException leftOut) {
                        continue;
                    }
                    if (page != next) {
                        copy.runs.put(page, at);
                    }
                    copy.write(at, bytes);
                    at += PAGE;
                    next = page + PAGE;
                }
            }
            copy.writeTables(at);
            copy.vmcoreinfo(vmcoreinfo(program));
        }
        return copy;
    }

    private void writeTables(long end) {
        var headers = ByteBuffer.allocate(64 + 56 * (runs.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        headers.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        headers.putShort((short) 4)
                .putShort((short) 62)
                .putInt(1)
                .putLong(0)
                .putLong(64)
                .putLong(0);
        headers.putInt(0).putShort((short) 64).putShort((short) 56).putShort((short) (runs.size() + 1));
        headers.position(64);
        segment(headers, 4, NOTES_AT, 0, NOTES_BYTES);
        var ends = new ArrayList<>(runs.values());
        ends.add(end);
        var i = 0;
        for (var run : runs.entrySet()) {
            segment(headers, 1, run.getValue(), run.getKey(), ends.get(++i) - run.getValue());
        }
        if (headers.capacity() > NOTES_AT || runs.size() > 60_000) {
            throw new AssertionError(runs.size() + " runs of memory are more than this ELF file takes");
        }
        write(0, headers.array());
    }

    private static void segment(ByteBuffer headers, int type, long at, long address, long byteSize) {
        headers.putInt(type).putInt(7).putLong(at).putLong(address).putLong(address);
        headers.putLong(byteSize).putLong(byteSize).putLong(0);
    }

    Path file() {
        return file;
    }

    long byteSize() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces VMCOREINFO. */
    Damage vmcoreinfo(String text) {
        var description = text.getBytes(StandardCharsets.UTF_8);
        var note = ByteBuffer.allocate(NOTES_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(11).putInt(description.length).putInt(0);
        note.put("VMCOREINFO\0\0".getBytes(StandardCharsets.US_ASCII)).put(description);
        // What is left is a note of nobody's.
        note.position((note.position() + 3) & -4);
        note.putInt(4).putInt(note.remaining() - 4 - 4 - 4).putInt(0).put(new byte[] {'N', 'O', 'N', 0});
        return patch(NOTES_AT, note.array());
    }

    /** Overwrites bytes of the file. */
    Damage patch(long at, byte[] bytes) {
        var before = read(at, bytes.length);
        write(at, bytes);
        return () -> write(at, before);
    }

    /** Overwrites some of the kernel's memory, which need not be in one piece physically. */
    Damage patch(PageTables pageTables, long virtualAddress, byte[] bytes) {
        var damages = new ArrayList<Damage>();
        for (var at = 0; at < bytes.length; ) {
            var address = virtualAddress + at;
            var part = (int) Math.min(bytes.length - at, PAGE - (address & PAGE - 1));
            damages.add(patch(fileOffset(physical(pageTables, address)), Arrays.copyOfRange(bytes, at, at + part)));
            at += part;
        }
        return () -> damages.forEach(Damage::close);
    }

    /** Overwrites 8 bytes of the kernel's memory. */
    Damage patch64(PageTables pageTables, long virtualAddress, long value) {
        return patch64(physical(pageTables, virtualAddress), value);
    }

    Damage patch64(long physicalAddress, long value) {
        return patch(
                fileOffset(physicalAddress),
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    static long physical(PageTables pageTables, long virtualAddress) {
        var page = pageTables.translate(virtualAddress);
        return page.firstPhysicalAddress() + (virtualAddress - page.firstVirtualAddress());
    }

    long fileOffset(long physicalAddress) {
        var run = runs.floorEntry(physicalAddress);
        return run.getValue() + (physicalAddress - run.getKey());
    }

    /** {@return the kernel's page tables, as the undamaged dump has them} */
    static PageTables pageTables(Program program) {
        return program.architecture()
                .kernelPageTables(
                        program.physicalMemory(),
                        program.extension(LinuxKernel.class).vmcoreinfo());
    }

    /** Cuts the file; not to be undone. */
    void truncate(long byteSize) {
        try {
            channel.truncate(byteSize);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(long at, int byteSize) {
        var bytes = ByteBuffer.allocate(byteSize);
        try {
            while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.array();
    }

    private void write(long at, byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer, at + buffer.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String vmcoreinfo(Program program) {
        var text = program.image().vmcoreinfo().orElseThrow();
        return text.text(0, text.byteSize());
    }

    /** {@return the lines of VMCOREINFO, by key} */
    static Map<String, String> lines(String vmcoreinfo) {
        var lines = new TreeMap<String, String>();
        for (var line : List.of(vmcoreinfo.split("\n"))) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                lines.put(line.substring(0, equals), line);
            }
        }
        return lines;
    }
}
