package org.wyrm.debuginfo.symbols;

/** Sorts numbers of symbols by their addresses, without an object for each: a kernel has 120,000. */
final class AddressOrder {
    private AddressOrder() {}

    /**
     * {@return symbols in the order of their addresses, unsigned; those with one address stay in their order}
     *
     * @param symbols used as room
     * @param addresses of each symbol by its number
     */
    static int[] sorted(int[] symbols, long[] addresses) {
        var from = symbols;
        var to = new int[symbols.length];
        for (var run = 1L; run < symbols.length; run *= 2) {
            for (var start = 0L; start < symbols.length; start += 2 * run) {
                var middle = (int) Math.min(start + run, symbols.length);
                merge(from, to, addresses, (int) start, middle, (int) Math.min(start + 2 * run, symbols.length));
            }
            var sorted = to;
            to = from;
            from = sorted;
        }
        return from;
    }

    private static void merge(int[] from, int[] to, long[] addresses, int start, int middle, int end) {
        var left = start;
        var right = middle;
        for (var at = start; at < end; at++) {
            var takesLeft = left < middle
                    && (right == end
                            || addresses[from[left]] + Long.MIN_VALUE <= addresses[from[right]] + Long.MIN_VALUE);
            to[at] = takesLeft ? from[left++] : from[right++];
        }
    }
}
