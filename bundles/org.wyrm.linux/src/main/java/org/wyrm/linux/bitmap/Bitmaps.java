package org.wyrm.linux.bitmap;

import org.wyrm.linux.bitops.Bitops;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Bitmaps: arrays of {@code unsigned long}. */
@ProvidesHelpers(names = {"bitmap_weight"})
public final class Bitmaps {
    private Bitmaps() {}

    /**
     * {@return how many bits are set}
     *
     * @param bitmap {@code unsigned long *}
     * @param bitCount how many bits it has
     * @kernel include/linux/bitmap.h
     */
    @KernelName("bitmap_weight")
    public static long bitmapWeight(Value bitmap, long bitCount) {
        return Bitops.forEachSetBit(bitmap, bitCount).count();
    }
}
