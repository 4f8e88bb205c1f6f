package org.wyrm.orc;

/**
 * How to go from some addresses of the kernel's code to the caller, the same for all layouts.
 *
 * @param type what is at the caller's stack pointer; where it is {@link OrcType#UNDEFINED} or
 *     {@link OrcType#END_OF_STACK}, nothing else has a meaning
 * @param spRegister what the caller's stack pointer is counted from: not {@link OrcRegister#PREV_SP}, none of the
 *     indirect ones
 * @param spOffset and how far, in bytes
 * @param spIndirection whether it is in memory
 * @param bpRegister what the place of the caller's frame pointer is counted from: {@link OrcRegister#PREV_SP},
 *     {@link OrcRegister#BP}, or {@link OrcRegister#UNDEFINED} if it is still in its register
 * @param bpOffset and how far, in bytes
 * @param isSignal whether the caller was interrupted there, so that its address is not a return address. Layouts before
 *     6.3 do not say it; there it is so where the type has registers
 * @kernel arch/x86/kernel/unwind_orc.c
 */
public record OrcEntry(
        OrcType type,
        OrcRegister spRegister,
        int spOffset,
        OrcIndirection spIndirection,
        OrcRegister bpRegister,
        int bpOffset,
        boolean isSignal) {}
