package org.wyrm.base.error;

/** Bytes that break the rules of their format. */
public final class MalformedDataException extends DebuggerException {
    private final String source;
    private final long offsetBytes;
    private final String rule;

    /**
     * @param source where the bytes are from, outermost first: {@code vmlinux[.debug_abbrev]}
     * @param offsetBytes where in {@code source}, in bytes
     * @param rule the rule broken, as a clause with the bad value: {@code children byte 0x02 is neither yes nor no}
     */
    public MalformedDataException(String source, long offsetBytes, String rule) {
        super(source + "+0x" + Long.toHexString(offsetBytes) + ": " + rule, null);
        this.source = source;
        this.offsetBytes = offsetBytes;
        this.rule = rule;
    }

    /** {@return where the bytes are from} */
    public String source() {
        return source;
    }

    /** {@return the place of the first byte that breaks the rule, in bytes} */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** {@return the rule broken, as a clause} */
    public String rule() {
        return rule;
    }
}
