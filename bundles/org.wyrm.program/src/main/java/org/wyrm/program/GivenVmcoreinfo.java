package org.wyrm.program;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;

/** The text of VMCOREINFO where the user gives it, in the place of what an image says itself. */
final class GivenVmcoreinfo {
    private static final String START = "OSRELEASE=";

    /** A page in all kernels; of 64 KiB at most. */
    private static final int MOST_TEXT_BYTES = 1 << 16;

    /** The header of a note and its name come before the text. */
    private static final int MOST_BYTES_BEFORE = 64;

    private GivenVmcoreinfo() {}

    /** {@return what the settings give for an image} */
    static Optional<ByteSlice> of(TargetImage image, ImageSettings settings) {
        if (settings.vmcoreinfo().isPresent()) {
            return Optional.of(ofFile(settings.vmcoreinfo().get()));
        }
        var address = settings.vmcoreinfoAddress();
        return address.isPresent() ? Optional.of(inMemory(image, address.getAsLong())) : Optional.empty();
    }

    private static ByteSlice ofFile(Path file) {
        var text = start(file, MOST_BYTES_BEFORE + MOST_TEXT_BYTES + 1);
        var first = text.indexOf(START);
        if (first < 0 || first > MOST_BYTES_BEFORE || text.length() > MOST_BYTES_BEFORE + MOST_TEXT_BYTES) {
            throw new UnreadableTargetException(file
                    + ": is no VMCOREINFO: neither its text, which begins with OSRELEASE=, nor the ELF note of it");
        }
        var end = text.indexOf('\0', first);
        return slice(file.toString(), text.substring(first, end < 0 ? text.length() : end));
    }

    /** {@return a file's content, or the start of it, a character for each byte} */
    static String start(Path file, int mostBytes) {
        try (var content = Files.newInputStream(file)) {
            return new String(content.readNBytes(mostBytes), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UnreadableTargetException(file + ": " + FileErrors.reason(e), e);
        }
    }

    private static ByteSlice inMemory(TargetImage image, long address) {
        var physical = new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
        var text = new String(physical.bytesToNul(address, MOST_TEXT_BYTES), StandardCharsets.ISO_8859_1);
        if (!text.startsWith(START)) {
            throw new UsageException("--vmcoreinfo 0x%x: no VMCOREINFO is at that physical address".formatted(address));
        }
        return slice("VMCOREINFO at physical 0x%x".formatted(address), text);
    }

    static ByteSlice slice(String name, String text) {
        return ByteSlice.of(name, text.getBytes(StandardCharsets.ISO_8859_1), ByteOrder.LITTLE_ENDIAN);
    }
}
