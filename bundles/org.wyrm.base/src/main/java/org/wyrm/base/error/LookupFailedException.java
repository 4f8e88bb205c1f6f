package org.wyrm.base.error;

/** The target has no such type, variable, symbol, member or task. */
public final class LookupFailedException extends DebuggerException {
    private final String name;

    /**
     * @param kind what was looked for: {@code variable}, {@code struct}
     * @param name the name that was not found
     */
    public LookupFailedException(String kind, String name) {
        this(kind, name, "");
    }

    /**
     * @param kind what was looked for
     * @param name the name that was not found
     * @param detail where it was looked for, or what would help, as a clause; may be empty
     */
    public LookupFailedException(String kind, String name, String detail) {
        super("no " + kind + " '" + name + "'" + (detail.isEmpty() ? "" : ": " + detail), null);
        this.name = name;
    }

    /** {@return the name that was not found} */
    public String name() {
        return name;
    }
}
