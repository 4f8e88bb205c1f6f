package org.wyrm.testkit.kallsyms;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Builds the kernel's tables of its own symbols, compressed, in every order and form that kernels have had.
 *
 * <p>Confined to one thread.
 */
public final class KallsymsBuilder {
    private static final int TOKEN_COUNT = 256;

    /**
     * A symbol.
     *
     * @param type the letter of its type
     */
    public record Entry(long address, char type, String name) {
        private byte[] text() {
            return (type + name).getBytes(StandardCharsets.UTF_8);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int pointerByteSize = Long.BYTES;
    private KallsymsLayout layout = KallsymsLayout.BEFORE_6_2;
    private KallsymsForm form = KallsymsForm.RELATIVE;
    private int markerByteSize = Integer.BYTES;
    private long imageAddress = 0xffff_ffff_8200_0000L;
    private int bytesBefore = 64;
    private int bytesAfter = 64;

    private static final class Names {
        final ByteArrayOutputStream names = new ByteArrayOutputStream();
        final List<Integer> markers = new ArrayList<>();
        byte[] tokenTable = {};
        byte[] tokenIndex = {};
    }

    /** Adds a symbol; the tables have them in the order of their addresses. */
    public KallsymsBuilder add(long address, char type, String name) {
        entries.add(new Entry(address, type, name));
        return this;
    }

    /** Says the order of bytes; little-endian unless said. */
    public KallsymsBuilder order(ByteOrder byteOrder) {
        order = byteOrder;
        return this;
    }

    /** Says the size of a pointer, 4 or 8 bytes; 8 unless said. */
    public KallsymsBuilder pointerByteSize(int byteSize) {
        pointerByteSize = byteSize;
        return this;
    }

    /** Says the order of the tables. */
    public KallsymsBuilder layout(KallsymsLayout tableLayout) {
        layout = tableLayout;
        return this;
    }

    /** Says the form of the addresses. */
    public KallsymsBuilder form(KallsymsForm addressForm) {
        form = addressForm;
        return this;
    }

    /** Says the size of a marker, which was that of a pointer before v4.20; 4 unless said. */
    public KallsymsBuilder markerByteSize(int byteSize) {
        markerByteSize = byteSize;
        return this;
    }

    /** Says where the memory with the tables starts. */
    public KallsymsBuilder imageAddress(long address) {
        imageAddress = address;
        return this;
    }

    /** Says how much other memory is before and after the tables, in bytes. */
    public KallsymsBuilder surroundings(int byteSizeBefore, int byteSizeAfter) {
        bytesBefore = byteSizeBefore;
        bytesAfter = byteSizeAfter;
        return this;
    }

    /** {@return the symbols in the order of the tables} */
    public List<Entry> sorted() {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::address, Long::compareUnsigned))
                .toList();
    }

    /** {@return memory with the tables} */
    public KallsymsImage build() {
        var sorted = sorted();
        var names = compress(sorted);
        var image = new Image(layout == KallsymsLayout.FROM_7_0 ? Integer.BYTES : pointerByteSize);
        image.bytes.writeBytes(new byte[bytesBefore]);
        if (layout == KallsymsLayout.BEFORE_6_2 || layout == KallsymsLayout.FROM_6_2) {
            putAddresses(image, sorted);
        }
        image.table("kallsyms_num_syms");
        image.bytes.writeBytes(number(sorted.size(), Integer.BYTES));
        image.table("kallsyms_names");
        image.bytes.writeBytes(names.names.toByteArray());
        image.table("kallsyms_markers");
        names.markers.forEach(marker -> image.bytes.writeBytes(number(marker, markerByteSize)));
        if (layout == KallsymsLayout.FROM_6_2) {
            putSequences(image, sorted);
        }
        image.table("kallsyms_token_table");
        image.bytes.writeBytes(names.tokenTable);
        image.table("kallsyms_token_index");
        image.bytes.writeBytes(names.tokenIndex);
        if (layout == KallsymsLayout.FROM_6_4 || layout == KallsymsLayout.FROM_7_0) {
            putAddresses(image, sorted);
            putSequences(image, sorted);
        }
        image.bytes.writeBytes(new byte[bytesAfter]);
        return new KallsymsImage(imageAddress, image.bytes.toByteArray(), image.addresses);
    }

    private final class Image {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Map<String, Long> addresses = new HashMap<>();
        private final int alignment;

        Image(int alignment) {
            this.alignment = alignment;
        }

        void table(String name) {
            while (bytes.size() % alignment != 0) {
                bytes.write(0);
            }
            addresses.put(name, imageAddress + bytes.size());
        }
    }

    private void putAddresses(Image image, List<Entry> sorted) {
        if (form == KallsymsForm.ABSOLUTE) {
            image.table("kallsyms_addresses");
            sorted.forEach(entry -> image.bytes.writeBytes(number(entry.address, pointerByteSize)));
            return;
        }
        var base = sorted.stream()
                .filter(entry -> form != KallsymsForm.RELATIVE_PER_CPU_ABSOLUTE || !isPerCpu(entry))
                .mapToLong(Entry::address)
                .findFirst()
                .orElse(0);
        image.table("kallsyms_offsets");
        for (var entry : sorted) {
            var place = imageAddress + image.bytes.size();
            image.bytes.writeBytes(number(offset(entry, base, place), Integer.BYTES));
        }
        if (form != KallsymsForm.PLACE_RELATIVE) {
            image.table("kallsyms_relative_base");
            image.bytes.writeBytes(number(base, pointerByteSize));
        }
    }

    private static boolean isPerCpu(Entry entry) {
        return entry.address >= 0 && entry.address < 1 << 30;
    }

    private long offset(Entry entry, long base, long place) {
        return switch (form) {
            case ABSOLUTE, RELATIVE -> entry.address - base;
            case RELATIVE_PER_CPU_ABSOLUTE -> isPerCpu(entry) ? entry.address : base - 1 - entry.address;
            case PLACE_RELATIVE -> entry.address - place;
        };
    }

    /** The numbers of the symbols in the order of their names, 3 bytes each, the highest first. */
    private static void putSequences(Image image, List<Entry> sorted) {
        image.table("kallsyms_seqs_of_names");
        IntStream.range(0, sorted.size())
                .boxed()
                .sorted(Comparator.comparing(number -> sorted.get(number).name))
                .forEach(number -> {
                    image.bytes.write(number >>> 16);
                    image.bytes.write(number >>> 8);
                    image.bytes.write(number);
                });
    }

    private byte[] number(long value, int byteSize) {
        var bytes = ByteBuffer.allocate(Long.BYTES).order(order);
        if (order == ByteOrder.LITTLE_ENDIAN) {
            return Arrays.copyOf(bytes.putLong(value).array(), byteSize);
        }
        return Arrays.copyOfRange(bytes.putLong(value).array(), Long.BYTES - byteSize, Long.BYTES);
    }

    /**
     * Compresses names: every character is its own token, and the characters that do not occur get pairs that often do.
     */
    private Names compress(List<Entry> sorted) {
        var texts = sorted.stream().map(Entry::text).toList();
        var tokens = tokens(texts);
        var result = new Names();
        for (var symbol = 0; symbol < texts.size(); symbol++) {
            if (symbol % TOKEN_COUNT == 0) {
                result.markers.add(result.names.size());
            }
            var compressed = compress(texts.get(symbol), tokens);
            if (compressed.length > 0x7f) {
                result.names.write(compressed.length & 0x7f | 0x80);
                result.names.write(compressed.length >>> 7);
            } else {
                result.names.write(compressed.length);
            }
            result.names.writeBytes(compressed);
        }
        var table = new ByteArrayOutputStream();
        var index = new ByteArrayOutputStream();
        for (var token : tokens) {
            index.writeBytes(number(table.size(), Short.BYTES));
            table.writeBytes(token);
            table.write(0);
        }
        result.tokenTable = table.toByteArray();
        result.tokenIndex = index.toByteArray();
        return result;
    }

    private static byte[][] tokens(List<byte[]> texts) {
        var isUsed = new boolean[TOKEN_COUNT];
        // A kernel's names have all digits and letters; that its table is found depends on it.
        for (var character : "0123456789abcdefghijklmnopqrstuvwxyz_".getBytes(StandardCharsets.US_ASCII)) {
            isUsed[character] = true;
        }
        var pairs = new LinkedHashMap<String, Integer>();
        for (var text : texts) {
            for (var at = 0; at < text.length; at++) {
                isUsed[text[at] & 0xff] = true;
                if (at + 1 < text.length) {
                    pairs.merge(new String(text, at, 2, StandardCharsets.ISO_8859_1), 1, Integer::sum);
                }
            }
        }
        var best = pairs.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .iterator();
        var tokens = new byte[TOKEN_COUNT][];
        for (var token = 0; token < TOKEN_COUNT; token++) {
            if (isUsed[token]) {
                tokens[token] = new byte[] {(byte) token};
            } else {
                tokens[token] = best.hasNext() ? best.next().getBytes(StandardCharsets.ISO_8859_1) : new byte[0];
            }
        }
        return tokens;
    }

    private static byte[] compress(byte[] text, byte[][] tokens) {
        var compressed = new ByteArrayOutputStream();
        for (var at = 0; at < text.length; ) {
            var best = text[at] & 0xff;
            for (var token = 0; token < TOKEN_COUNT; token++) {
                var candidate = tokens[token];
                if (candidate.length > tokens[best].length
                        && at + candidate.length <= text.length
                        && Arrays.equals(text, at, at + candidate.length, candidate, 0, candidate.length)) {
                    best = token;
                }
            }
            compressed.write(best);
            at += tokens[best].length;
        }
        return compressed.toByteArray();
    }
}
