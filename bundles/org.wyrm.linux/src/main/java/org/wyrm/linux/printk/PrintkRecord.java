package org.wyrm.linux.printk;

/**
 * A message of the kernel's log.
 *
 * @param seq its number, from 0 since the boot
 * @param timestampNs when it was made, in nanoseconds of the local clock since the boot
 * @param level its severity: 0, an emergency, to 7, for debugging
 * @param facility what made it: 0 for the kernel
 * @param text its text, without a line end; it may have several lines
 */
public record PrintkRecord(long seq, long timestampNs, int level, int facility, String text) {}
