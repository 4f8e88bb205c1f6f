package org.wyrm.debuginfo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.ElfSymbolsBuilder;

/** Makes the files that tests look for. */
public final class TestFiles {
    private static final int ET_REL = 1;
    private static final int ET_EXEC = 2;

    private TestFiles() {}

    private static ElfBuilder elf(int type, String buildId) {
        var elf = new ElfBuilder().type(type);
        return buildId.isEmpty() ? elf : elf.buildId(HexFormat.of().parseHex(buildId));
    }

    /** {@return a kernel with debug information} */
    public static byte[] kernel(String buildId) {
        return elf(ET_EXEC, buildId)
                .section(".init.text", 1, 6, 0, 0, new byte[8])
                .section(".debug_info", 1, new byte[] {1, 2, 3})
                .build();
    }

    /** {@return an executable with debug information} */
    public static byte[] debugFile(String buildId) {
        return elf(ET_EXEC, buildId)
                .section(".debug_info", 1, new byte[] {1, 2, 3})
                .build();
    }

    /** {@return a module with debug information} */
    public static byte[] moduleDebugFile(String buildId, String name) {
        return module(buildId, name)
                .section(".debug_info", 1, new byte[] {1, 2, 3})
                .build();
    }

    /** {@return a module as it is loaded: with symbols, without debug information} */
    public static ElfBuilder module(String buildId, String name) {
        return elf(ET_REL, buildId)
                .section(".gnu.linkonce.this_module", 1, 3, 0, 0, new byte[64])
                .section(".modinfo", 1, 2, 0, 0, text("license=GPL\0name=" + name + "\0"));
    }

    /** {@return an executable without debug information, with symbols} */
    public static ElfBuilder stripped(String buildId) {
        var symbols = new ElfSymbolsBuilder(64, ByteOrder.LITTLE_ENDIAN).symbol("main", 0x1000, 8, 0x12, 0, 1);
        // The build ID, where there is one, is section 1.
        var first = buildId.isEmpty() ? 1 : 2;
        return elf(ET_EXEC, buildId)
                .section(".dynsym", 11, 0, first + 1, 0, symbols.symbols())
                .section(".dynstr", 3, symbols.names());
    }

    /** {@return the content of {@code .gnu_debuglink}} */
    public static byte[] debugLink(String name, byte[] target) {
        var crc = new CRC32();
        crc.update(target);
        var section = ByteBuffer.allocate((name.length() + 4 & ~3) + 4).order(ByteOrder.LITTLE_ENDIAN);
        section.put(text(name)).position(section.capacity() - 4).putInt((int) crc.getValue());
        return section.array();
    }

    /** {@return the content of {@code .gnu_debugaltlink}} */
    public static byte[] alternateLink(String name, String buildId) {
        var section = new ByteArrayOutputStream();
        section.writeBytes(text(name + "\0"));
        section.writeBytes(HexFormat.of().parseHex(buildId));
        return section.toByteArray();
    }

    /** {@return the content of {@code .debug_sup}: without a name, that of the file that is shared} */
    public static byte[] supplementary(String name, String checksum) {
        var section = new ByteArrayOutputStream();
        section.writeBytes(new byte[] {5, 0, (byte) (name.isEmpty() ? 1 : 0)});
        section.writeBytes(text(name + "\0"));
        section.write(checksum.length() / 2);
        section.writeBytes(HexFormat.of().parseHex(checksum));
        return section.toByteArray();
    }

    /** {@return text as bytes} */
    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Something that wraps a stream to compress what is written. */
    private interface Codec {
        OutputStream wrap(OutputStream out) throws IOException;
    }

    private static byte[] through(Codec codec, byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var stream = codec.wrap(out)) {
            stream.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** {@return bytes, compressed by xz} */
    public static byte[] xz(byte[] plain) {
        return through(out -> new XZOutputStream(out, new LZMA2Options(1)), plain);
    }

    /** {@return bytes, compressed by gzip} */
    public static byte[] gzip(byte[] plain) {
        return through(GZIPOutputStream::new, plain);
    }

    /** {@return bytes, compressed by zlib} */
    public static byte[] zlib(byte[] plain) {
        return through(DeflaterOutputStream::new, plain);
    }

    /** Writes a file and the folders above it. */
    public static Path write(Path path, byte[] content) {
        try {
            Files.createDirectories(path.getParent());
            return Files.write(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
