package org.wyrm.unwind;

/** What told the way from a frame to its caller. */
public enum UnwindMethod {
    /** The kernel's own table. It tells of the stack pointer and the frame pointer, of no other register. */
    ORC("orc"),
    /** Call frame information of DWARF. */
    CALL_FRAMES("cfi"),
    /** The chain of frame pointers. Whether the function keeps one is not known: the caller may be a guess. */
    FRAME_POINTER("frame pointer"),
    /**
     * A word of the stack that is where a call of the function returns to, the nearest one: for functions of which no
     * table tells. It may be left from an earlier call.
     */
    STACK_SEARCH("stack search"),
    /**
     * What compilers tell of calls that are jumps: the function called another one so as its last act, and has nothing on
     * the stack any more.
     */
    TAIL_CALL("tail call");

    private final String label;

    UnwindMethod(String label) {
        this.label = label;
    }

    /** {@return whether the caller may be a guess} */
    public boolean isGuess() {
        return this == FRAME_POINTER || this == STACK_SEARCH;
    }

    /** {@return the words for it} */
    public String label() {
        return label;
    }
}
