package org.wyrm.target.kcore.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.UsageException;
import org.wyrm.elf.BuildId;
import org.wyrm.elf.ElfNote;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetImage;

/**
 * The kernel that runs this machine, by {@code /proc/kcore}, which a user who may not read it has read by sudo. Kernels before 4.19 tell where VMCOREINFO is in {@code
 * /sys/kernel/vmcoreinfo}, and those before 5.9 their build ID in {@code /sys/kernel/notes} only.
 */
@Contributes(type = TargetConnector.class, name = "kernel")
public final class KcoreConnector implements TargetConnector {
    private static final String KCORE = "proc/kcore";
    private static final String VMCOREINFO = "VMCOREINFO";
    private static final String BUILD_ID = "BUILD-ID=";
    private static final int NT_GNU_BUILD_ID = 3;
    private static final int NOTE_ALIGNMENT_BYTES = 4;
    private static final int MOST_NOTE_BYTES = 1 << 20;

    /** {@code "%pa %x\n"}: the physical address and the size of the note. */
    private static final Pattern PLACE = Pattern.compile("0x([0-9a-f]{1,16}) ([0-9a-f]{1,7})\\s*");

    private final Path root;
    private final LongSupplier nanoTime;
    private final List<String> elevate;

    /** The kernel of this machine. */
    public KcoreConnector() {
        this(Path.of("/"), System::nanoTime, PrivilegedBytes.SUDO);
    }

    /**
     * @param root the folder that {@code proc} and {@code sys} are in
     * @param nanoTime the clock
     * @param elevate what a command is put behind to run as root; empty for nothing
     */
    KcoreConnector(Path root, LongSupplier nanoTime, List<String> elevate) {
        this.elevate = elevate;
        this.root = root;
        this.nanoTime = nanoTime;
    }

    @Override
    public TargetImage connect(String address, Cancellation cancellation, Consumer<String> warnings) {
        if (!address.isEmpty()) {
            throw new UsageException("the running kernel has no address: '" + address + "'");
        }
        var path = root.resolve(KCORE);
        KcoreFile file;
        try {
            file = KcoreFile.open(path, bytes(path), nanoTime);
        } catch (IOException e) {
            throw new Refusal(root).of(path, e);
        }
        var opened = false;
        try {
            var image = new KcoreImage(file, vmcoreinfo(file).map(this::withBuildId));
            opened = true;
            return image;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /** Who may not read it himself may be one whom sudo lets. */
    private KcoreBytes bytes(Path path) throws IOException {
        try {
            return KcoreBytes.of(path);
        } catch (AccessDeniedException e) {
            if (elevate.isEmpty() || new Refusal(root).isRoot()) {
                throw e;
            }
            try {
                return PrivilegedBytes.open(elevate, PrivilegedBytes.java(), path);
            } catch (IOException refused) {
                e.addSuppressed(refused);
                throw e;
            }
        }
    }

    @Override
    public boolean isDefault() {
        try {
            var path = root.resolve(KCORE);
            KcoreFile.open(path, KcoreBytes.of(path), nanoTime).close();
            return true;
        } catch (IOException | DebuggerException unreadable) {
            return false;
        }
    }

    private Optional<ByteSlice> vmcoreinfo(KcoreFile file) {
        return vmcoreinfo(file.headers().notes())
                .or(() -> systemFile("sys/kernel/vmcoreinfo")
                        .flatMap(place -> vmcoreinfo(ElfNote.parse(note(file, place), NOTE_ALIGNMENT_BYTES))));
    }

    private static Optional<ByteSlice> vmcoreinfo(List<ElfNote> notes) {
        return notes.stream()
                .filter(note -> note.name().equals(VMCOREINFO))
                .findFirst()
                .map(ElfNote::description);
    }

    private static ByteSlice note(KcoreFile file, ByteSlice place) {
        var words = PLACE.matcher(place.text(0, place.byteSize()));
        var byteSize = words.matches() ? Integer.parseInt(words.group(2), 16) : 0;
        if (byteSize == 0 || byteSize > MOST_NOTE_BYTES) {
            throw place.malformed(0, "it is not the address and the size of a note");
        }
        var memory =
                new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, List.of(new PhysicalMemory(file)));
        return memory.slice(place.name(), Long.parseUnsignedLong(words.group(1), 16), byteSize);
    }

    private ByteSlice withBuildId(ByteSlice vmcoreinfo) {
        var text = vmcoreinfo.text(0, vmcoreinfo.byteSize());
        return text.contains(BUILD_ID)
                ? vmcoreinfo
                : buildId()
                        .map(id -> ByteSlice.of(
                                vmcoreinfo.name(),
                                MemorySegment.ofArray(
                                        (text + "\n" + BUILD_ID + id + "\n").getBytes(StandardCharsets.UTF_8)),
                                vmcoreinfo.order()))
                        .orElse(vmcoreinfo);
    }

    private Optional<String> buildId() {
        return systemFile("sys/kernel/notes")
                .flatMap(notes -> ElfNote.parse(notes, NOTE_ALIGNMENT_BYTES).stream()
                        .filter(note ->
                                note.type() == NT_GNU_BUILD_ID && note.name().equals("GNU"))
                        .findFirst()
                        .flatMap(note -> BuildId.of(note.description()))
                        .map(BuildId::digits));
    }

    /** {@return the content of a small file of the system, if it has it} */
    private Optional<ByteSlice> systemFile(String name) {
        var path = root.resolve(name);
        try {
            var bytes = Files.readAllBytes(path);
            return Optional.of(ByteSlice.of(path.toString(), MemorySegment.ofArray(bytes), ByteOrder.LITTLE_ENDIAN));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
