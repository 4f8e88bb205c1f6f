package org.wyrm.dwarf;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Rows as columns of numbers: 21 bytes each, and what is 0 in all of them is not kept. Confined while rows are added. */
final class LineRows {
    private static final int[] NONE = {};

    private int count;
    private long[] addresses;
    private int[] files;
    private int[] lines;
    private int[] columns;
    private byte[] flags;
    private long lastAddress;
    private boolean isUnordered;

    /** Whether one of the columns that follow has a number other than 0. */
    private boolean hasRare;

    private int[] discriminators = NONE;
    private int[] isas = NONE;
    private int[] operationIndexes = NONE;

    LineRows(int capacity) {
        addresses = new long[capacity];
        files = new int[capacity];
        lines = new int[capacity];
        columns = new int[capacity];
        flags = new byte[capacity];
    }

    int count() {
        return count;
    }

    long address(int row) {
        return addresses[row];
    }

    int file(int row) {
        return files[row];
    }

    int line(int row) {
        return lines[row];
    }

    /** {@return whether a row is of at least one byte of its sequence} */
    boolean isOfCode(int row, LineSequence sequence) {
        return addresses[row] != addresses[row + 1] && Long.compareUnsigned(addresses[row], sequence.endAddress()) < 0;
    }

    LineRow get(int row) {
        if (row >= count) {
            throw new IndexOutOfBoundsException("row %d of %d".formatted(row, count));
        }
        return new LineRow(
                addresses[row],
                at(operationIndexes, row),
                files[row],
                lines[row],
                columns[row],
                at(discriminators, row),
                at(isas, row),
                flags[row]);
    }

    private static int at(int[] numbers, int row) {
        return row < numbers.length ? numbers[row] : 0;
    }

    void add(LineProgram program) {
        var row = count;
        if (row == addresses.length) {
            resize(row + (row >> 1) + 16);
        }
        var address = program.address();
        isUnordered |= Long.compareUnsigned(address, lastAddress) < 0;
        lastAddress = address;
        addresses[row] = address;
        files[row] = program.file();
        lines[row] = program.line();
        columns[row] = program.column();
        flags[row] = (byte) program.flags();
        if (hasRare || (program.discriminator() | program.isa() | program.operationIndex()) != 0) {
            addRare(program, row);
        }
        count = row + 1;
    }

    private void addRare(LineProgram program, int row) {
        hasRare = true;
        discriminators = with(discriminators, row, program.discriminator());
        isas = with(isas, row, program.isa());
        operationIndexes = with(operationIndexes, row, program.operationIndex());
    }

    private int[] with(int[] numbers, int row, int number) {
        var kept = numbers;
        if (row >= numbers.length) {
            if (number == 0) {
                return numbers;
            }
            kept = Arrays.copyOf(numbers, addresses.length);
        }
        kept[row] = number;
        return kept;
    }

    private void resize(int capacity) {
        addresses = Arrays.copyOf(addresses, capacity);
        files = Arrays.copyOf(files, capacity);
        lines = Arrays.copyOf(lines, capacity);
        columns = Arrays.copyOf(columns, capacity);
        flags = Arrays.copyOf(flags, capacity);
    }

    /** Takes back the last rows. */
    void truncate(int remainingCount) {
        count = remainingCount;
    }

    /** Gives back memory that is not used. */
    void trim() {
        if (count < addresses.length) {
            resize(count);
        }
        discriminators = trimmed(discriminators);
        isas = trimmed(isas);
        operationIndexes = trimmed(operationIndexes);
    }

    private int[] trimmed(int[] numbers) {
        return numbers.length > count ? Arrays.copyOf(numbers, count) : numbers;
    }

    /** Begins a sequence: its rows have an order of their own. */
    void startSequence() {
        isUnordered = false;
        lastAddress = 0;
    }

    /** {@return whether a row of the sequence, or its end, has a lower address than the row before it} */
    boolean isUnordered() {
        return isUnordered;
    }

    /** Puts the last rows in the order of their addresses; those with the same stay as they are. */
    void order(int first, int end) {
        var order = IntStream.range(first, end)
                .boxed()
                .sorted(Comparator.comparing(row -> addresses[row], Long::compareUnsigned))
                .mapToInt(row -> row)
                .toArray();
        var copy = new LineRow[order.length];
        Arrays.setAll(copy, index -> get(order[index]));
        for (var index = 0; index < copy.length; index++) {
            put(first + index, copy[index]);
        }
    }

    private void put(int row, LineRow from) {
        addresses[row] = from.address();
        files[row] = from.file();
        lines[row] = from.line();
        columns[row] = from.column();
        flags[row] = (byte) from.flags();
        discriminators = with(discriminators, row, from.discriminator());
        isas = with(isas, row, from.isa());
        operationIndexes = with(operationIndexes, row, from.operationIndex());
    }

    int lastAtOrBefore(long address, LineSequence sequence) {
        var low = sequence.firstRow();
        var high = sequence.endRow();
        while (low < high) {
            var middle = low + high >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
