package org.wyrm.target.kdump.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.elf.ElfNote;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/**
 * Compressed dumps of a kernel, as makedumpfile and QEMU ({@code dump-guest-memory -z}) write them, and the
 * parts of split ones. The older diskdump is recognised too, and refused.
 */
@Contributes(type = TargetFormat.class, name = "kdump", rank = 20)
public final class KdumpFormat implements TargetFormat {
    private static final String KDUMP = "KDUMP   ";
    private static final String DISKDUMP = "DISKDUMP";

    private static final int MOST_VMCOREINFO_BYTES = 1 << 20; // Linux has room for a page

    /** What {@code uname -m} calls the little-endian machines of 64 bits, whose headers are all alike. */
    private static final Set<String> MACHINES = Set.of("x86_64", "aarch64", "ppc64le", "riscv64", "loongarch64");

    @Override
    public boolean recognises(FileView file) {
        return begins(file, KDUMP) || begins(file, DISKDUMP);
    }

    private static boolean begins(FileView file, String signature) {
        var expected = signature.getBytes(StandardCharsets.US_ASCII);
        if (file.byteSize() < expected.length) {
            return false;
        }
        for (var i = 0; i < expected.length; i++) {
            if (file.u8(i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public TargetImage open(FileView file) {
        return open(SplitDump.of(List.of(header(file))));
    }

    @Override
    public TargetImage open(List<FileView> files) {
        return open(SplitDump.of(files.stream().map(KdumpFormat::header).toList()));
    }

    private static KdumpHeader header(FileView file) {
        if (begins(file, DISKDUMP)) {
            throw new UnsupportedTargetException(
                    file.name() + ": is a dump of diskdump, the predecessor of kdump, which is not supported");
        }
        KdumpHeader.requireWhole(file);
        refuseOtherLayouts(file);
        return KdumpHeader.parse(file);
    }

    private static TargetImage open(SplitDump dump) {
        var header = dump.header();
        var notes = ElfNote.parse(header.notes(), 4).stream()
                .map(note -> new TargetImage.Note(note.name(), note.type(), note.description()))
                .toList();
        var vmcoreinfo = vmcoreinfo(header, notes);
        var architecture = machine(header, vmcoreinfo, notes);
        var cache = new PageCache(header.blockByteSize());
        var memory = KdumpMemory.of(dump, cache);
        return new KdumpImage(header, architecture, memory, cache, notes, vmcoreinfo, warnings(dump, memory));
    }

    private static Optional<ByteSlice> vmcoreinfo(KdumpHeader header, List<TargetImage.Note> notes) {
        var found = header.vmcoreinfo()
                .or(() -> notes.stream()
                        .filter(note -> note.name().equals("VMCOREINFO"))
                        .map(TargetImage.Note::description)
                        .findFirst());
        found.filter(text -> text.byteSize() > MOST_VMCOREINFO_BYTES).ifPresent(text -> {
            throw text.malformed(0, "VMCOREINFO has %d bytes".formatted(text.byteSize()));
        });
        return found;
    }

    /** A header of another byte order or width has its fields elsewhere: the machine's name is where it always is. */
    private static void refuseOtherLayouts(FileView file) {
        var version = KdumpHeader.version(file);
        var machine = KdumpHeader.machine(file);
        if (Integer.reverseBytes(version) >= 1 && Integer.reverseBytes(version) <= 0xff) {
            throw new UnsupportedTargetException("%s: is a compressed dump of a big-endian machine (%s)"
                    .formatted(file.name(), machine.isEmpty() ? "it has no name" : machine));
        }
        if (isNamed(machine) && !MACHINES.contains(machine)) {
            throw new UnsupportedTargetException("%s: is a compressed dump of the machine '%s', which is not supported"
                    .formatted(file.name(), machine));
        }
        if (version > KdumpHeader.HIGHEST_VERSION && version <= 0xff) {
            throw new UnsupportedTargetException("%s: is a compressed dump of header version %d; up to %d are supported"
                    .formatted(file.name(), version, KdumpHeader.HIGHEST_VERSION));
        }
    }

    /** QEMU writes no name, or "Unknown" (seen of version 10). */
    private static boolean isNamed(String machine) {
        return !machine.isEmpty() && !machine.equals("Unknown");
    }

    private static String machine(KdumpHeader header) {
        if (!isNamed(header.machine())) {
            throw new UnsupportedTargetException(
                    header.file().name() + ": is a compressed dump that does not say of which machine it is");
        }
        return header.machine();
    }

    private static String machine(KdumpHeader header, Optional<ByteSlice> vmcoreinfo, List<TargetImage.Note> notes) {
        // Only x86-64 gives phys_base, a symbol first and a number since Linux 4.10.
        var ofX86 = vmcoreinfo
                .filter(text -> text.text(0, text.byteSize()).contains("(phys_base)="))
                .isPresent();
        // QEMU writes notes of its own for x86 only, those of 32 bits with registers of 64 too.
        var ofQemu = notes.stream().anyMatch(note -> note.name().equals("QEMU"));
        return !isNamed(header.machine()) && (ofX86 || ofQemu) ? "x86_64" : machine(header);
    }

    private static List<String> warnings(SplitDump dump, List<MemorySource> memory) {
        var warnings = new ArrayList<String>();
        for (var source : memory) {
            if (source instanceof KdumpMemory part) {
                for (var warning : part.warnings()) {
                    warnings.add(dump.parts().size() == 1 ? warning : part.fileName() + ": " + warning);
                }
            }
        }
        for (var pages : dump.missing()) {
            warnings.add("the part of a split dump with %s is not given; give each part by a --core of its own"
                    .formatted(pages));
        }
        if (dump.header().eraseInfoByteSize() != 0) {
            warnings.add("parts of the memory were erased when the dump was written (makedumpfile's filter)");
        }
        return List.copyOf(warnings);
    }
}
