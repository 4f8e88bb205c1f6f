package org.wyrm.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.arch.spi.KernelParameters;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.MalformedDataException;

/**
 * VMCOREINFO: what a kernel says of itself to those who read its dumps, lines {@code KEY=VALUE}.
 *
 * <p>Immutable and thread-safe.
 *
 * @kernel Documentation/admin-guide/kdump/vmcoreinfo.rst
 */
public final class Vmcoreinfo implements KernelParameters {
    private static final int MAX_BYTES = 1 << 20;

    private final ByteSlice source;
    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads the text.
     *
     * @throws MalformedDataException if it is absurdly long
     */
    public Vmcoreinfo(ByteSlice source) {
        this.source = source;
        if (source.byteSize() > MAX_BYTES) {
            throw source.malformed(0, "VMCOREINFO has %d bytes; that is too many".formatted(source.byteSize()));
        }
        for (var line : source.text(0, source.byteSize()).split("[\n\0]", -1)) {
            var equals = line.indexOf('=');
            if (equals > 0) {
                values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    /** {@return the value of a line {@code key=value}} */
    public Optional<String> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /**
     * {@return the value of a line {@code key=value}}
     *
     * @throws MalformedDataException if there is no such line
     */
    public String get(String key) {
        return find(key).orElseThrow(() -> missing(key));
    }

    @Override
    public OptionalLong symbol(String name) {
        return number("SYMBOL(" + name + ")", 16);
    }

    @Override
    public OptionalLong number(String name) {
        return number("NUMBER(" + name + ")", 10);
    }

    private MalformedDataException missing(String key) {
        return source.malformed(0, "VMCOREINFO has no line " + key + "=");
    }

    /** {@return the offset of a member in bytes: a line {@code OFFSET(type.member)=decimal}} */
    public OptionalLong offset(String path) {
        return number("OFFSET(" + path + ")", 10);
    }

    /** {@return the distance, in bytes, that KASLR moved the kernel by: a line {@code KERNELOFFSET=hex}} */
    public OptionalLong kernelOffset() {
        return number("KERNELOFFSET", 16);
    }

    private OptionalLong number(String key, int radix) {
        var text = values.get(key);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            if (text.startsWith("0x")) {
                return OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 16));
            }
            return OptionalLong.of(radix == 16 ? Long.parseUnsignedLong(text, 16) : Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw source.malformed(0, "VMCOREINFO's line " + key + "=" + text + " is not a number");
        }
    }
}
