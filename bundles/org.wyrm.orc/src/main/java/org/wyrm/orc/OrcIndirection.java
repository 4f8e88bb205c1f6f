package org.wyrm.orc;

/** Whether the caller's stack pointer is in memory, and where. */
public enum OrcIndirection {
    /** It is the register and the offset. */
    NONE,
    /** It is in memory, at the register and the offset: {@code *(register + offset)}. */
    OF_SUM,
    /** What is in memory at the register, and the offset, are it: {@code *register + offset}. */
    OF_REGISTER
}
