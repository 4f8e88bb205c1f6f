package org.wyrm.symbols;

/**
 * A call at the end of a function that is a jump: what is called returns to the function's caller.
 *
 * @param returnAddress behind the jump, where a call in its place would return to
 * @param target what is called
 * @dwarf 3.4.1 Call Site Entries
 */
public record TailCall(long returnAddress, CallSite.Target target) {}
