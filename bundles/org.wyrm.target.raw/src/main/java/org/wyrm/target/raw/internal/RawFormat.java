package org.wyrm.target.raw.internal;

import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.FileView;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.program.spi.TargetFormat;
import org.wyrm.program.spi.TargetImage;

/**
 * Physical memory of a PC as a plain file: that of QEMU's {@code memory-backend-file}, of its {@code pmemsave}, of a
 * hypervisor's snapshot. Asked last: such a file has no mark, only what a BIOS leaves at its start. One that does not begin
 * so is opened where the user says that it is one.
 */
@Contributes(type = TargetFormat.class, name = TargetFormat.RAW, rank = 1000)
public final class RawFormat implements TargetFormat {
    private static final long PAGE_BYTES = 1 << 12;
    private static final long LEAST_BYTES = 16L << 20;

    @Override
    public boolean recognises(FileView file) {
        return file.byteSize() >= LEAST_BYTES && file.byteSize() % PAGE_BYTES == 0 && PcLayout.isBegunBy(file);
    }

    @Override
    public TargetImage open(FileView file) {
        return RawImage.of(
                file,
                PcLayout.of(file)
                        .orElseThrow(() -> new UnsupportedTargetException(
                                "%s: is physical memory of 0x%x bytes, and nothing in it tells where the hole below 4 GiB begins; say it by --memory-map FILE"
                                        .formatted(file.name(), file.byteSize()))));
    }

    @Override
    public TargetImage open(FileView file, ByteSlice memoryMap) {
        return RawImage.of(file, MemoryMap.parse(memoryMap, file));
    }
}
