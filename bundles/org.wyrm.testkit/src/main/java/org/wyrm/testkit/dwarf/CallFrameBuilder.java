package org.wyrm.testkit.dwarf;

import java.nio.ByteOrder;

/**
 * Builds {@code .debug_frame} or {@code .eh_frame}, entry by entry.
 *
 * <pre>{@code
 * var frames = new CallFrameBuilder(ByteOrder.LITTLE_ENDIAN, 4, 8, true);
 * var cie = frames.cie(1, "zR", more -> more.uleb(1).u8(0x1b), program -> program.u8s(0x0c, 7, 8));
 * frames.fde(cie, head -> head.u32(0x1000).u32(0x20).uleb(0), program -> program.u8(0x44));
 * }</pre>
 *
 * <p>Confined to one thread.
 */
public final class CallFrameBuilder {
    /** What addresses of a program are multiplied by. */
    public static final int CODE_ALIGNMENT = 2;

    /** What offsets of a program are multiplied by. */
    public static final int DATA_ALIGNMENT = -8;

    /** The register of the return address. */
    public static final int RETURN_ADDRESS = 16;

    private final SectionBuilder section;
    private final int addressByteSize;
    private final boolean isEh;

    /**
     * Starts an empty section.
     *
     * @param offsetByteSize 4 for the 32-bit format, 8 for the 64-bit format
     * @param isEh whether it is an {@code .eh_frame}
     */
    public CallFrameBuilder(ByteOrder order, int offsetByteSize, int addressByteSize, boolean isEh) {
        section = new SectionBuilder(order, offsetByteSize);
        this.addressByteSize = addressByteSize;
        this.isEh = isEh;
    }

    /** {@return where the next entry will be} */
    public int position() {
        return section.position();
    }

    /** {@return the section so far, to add what is not sound} */
    public SectionBuilder section() {
        return section;
    }

    /**
     * Adds a CIE.
     *
     * @param augmentation its letters
     * @param data of the augmentation
     * @return where it is
     */
    public int cie(int version, String augmentation, SectionBuilder.Part data, SectionBuilder.Part instructions) {
        var offset = position();
        section.unit(entry -> {
            entry.number(isEh ? 0 : -1, isEh ? 4 : entry.offsetByteSize());
            entry.u8(version).string(augmentation);
            if (version >= 4) {
                entry.u8(addressByteSize).u8(0);
            }
            if (augmentation.equals("eh")) {
                entry.number(0, addressByteSize);
            }
            entry.uleb(CODE_ALIGNMENT).sleb(DATA_ALIGNMENT).u8(RETURN_ADDRESS);
            data.addTo(entry);
            instructions.addTo(entry);
        });
        return offset;
    }

    /** Adds a CIE without an augmentation. */
    public int cie(int version, SectionBuilder.Part instructions) {
        return cie(version, "", none -> {}, instructions);
    }

    /**
     * Adds an FDE.
     *
     * @param cie where its CIE is
     * @param head addresses, and data of an augmentation
     * @return where it is
     */
    public int fde(long cie, SectionBuilder.Part head, SectionBuilder.Part instructions) {
        var offset = position();
        section.unit(entry -> {
            if (isEh) {
                entry.u32(entry.position() - cie);
            } else {
                entry.offset(cie);
            }
            head.addTo(entry);
            instructions.addTo(entry);
        });
        return offset;
    }

    /** Adds an FDE with addresses as they are. */
    public int fde(long cie, long start, long byteSize, SectionBuilder.Part instructions) {
        return fde(cie, head -> head.number(start, addressByteSize).number(byteSize, addressByteSize), instructions);
    }

    /** {@return the bytes} */
    public byte[] build() {
        return section.build();
    }
}
