package org.wyrm.testkit.dump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds the two sections of a symbol table, of 32 or 64 bits, in either byte order. Confined. */
public final class ElfSymbolsBuilder {
    private final boolean wide;
    private final ByteOrder order;
    private final ByteArrayOutputStream symbols = new ByteArrayOutputStream();
    private final ByteArrayOutputStream names = new ByteArrayOutputStream();

    /** Starts with the entry that stands for none. */
    public ElfSymbolsBuilder(int bits, ByteOrder order) {
        wide = bits == 64;
        this.order = order;
        names.write(0);
        symbol("", 0, 0, 0, 0, 0);
    }

    /**
     * Adds a symbol.
     *
     * @param info binding in the upper four bits, type in the lower
     * @param other visibility
     * @param section {@code st_shndx}
     */
    public ElfSymbolsBuilder symbol(String name, long value, long byteSize, int info, int other, int section) {
        var entry = ByteBuffer.allocate(wide ? 24 : 16).order(order);
        entry.putInt(name.isEmpty() ? 0 : names.size());
        if (wide) {
            entry.put((byte) info)
                    .put((byte) other)
                    .putShort((short) section)
                    .putLong(value)
                    .putLong(byteSize);
        } else {
            entry.putInt((int) value).putInt((int) byteSize);
            entry.put((byte) info).put((byte) other).putShort((short) section);
        }
        symbols.writeBytes(entry.array());
        if (!name.isEmpty()) {
            names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return this;
    }

    /** {@return the content of {@code .symtab}} */
    public byte[] symbols() {
        return symbols.toByteArray();
    }

    /** {@return the content of {@code .strtab}} */
    public byte[] names() {
        return names.toByteArray();
    }
}
