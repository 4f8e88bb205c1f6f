package org.wyrm.dwarf;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.wyrm.base.error.MalformedDataException;

/**
 * The rows of a unit, decoded once, to be found by address or by line.
 *
 * <p>Rows stand in sequences, and these in the order of their addresses. A sequence is left out if it is of no byte, or
 * if its first address is that of dead code, by {@link ZeroAddress}. Rows that a program does not give in the order of
 * their addresses are put in order. Immutable and thread-safe.
 *
 * @dwarf 6.2 Line Number Information
 */
public final class LineTable {
    private final LineHeader header;
    private final LineNames files;
    private final LineRows rows;
    private final LineSequence[] sequences;
    /** The highest end of a sequence and all before it, for those that overlap. */
    private final long[] highestEnds;

    private final int leftOutCount;

    private LineTable(LineHeader header, ZeroAddress zero) {
        this.header = header;
        var program = new LineProgram(header);
        var decoder = new LineTableDecoder(program, header, zero);
        decoder.run();
        files = program.files();
        rows = decoder.rows();
        leftOutCount = decoder.leftOutCount();
        sequences = decoder.sequences();
        Arrays.sort(sequences, (left, right) -> Long.compareUnsigned(left.startAddress(), right.startAddress()));
        highestEnds = new long[sequences.length];
        var highest = 0L;
        for (var index = 0; index < sequences.length; index++) {
            var end = sequences[index].endAddress();
            highest = Long.compareUnsigned(end, highest) > 0 ? end : highest;
            highestEnds[index] = highest;
        }
    }

    /**
     * Runs the program of a line table.
     *
     * @param zero whether code at address 0 is dead
     * @throws MalformedDataException if a rule of the format is broken
     */
    public static LineTable decode(LineHeader header, ZeroAddress zero) {
        return new LineTable(header, zero);
    }

    /** {@return the header} */
    public LineHeader header() {
        return header;
    }

    /** {@return the files of the header, and those that the program has added} */
    public LineNames files() {
        return files;
    }

    /** {@return how many sequences there are} */
    public int sequenceCount() {
        return sequences.length;
    }

    /** {@return one of the sequences, which are in the order of their start addresses} */
    public LineSequence sequence(int index) {
        return sequences[index];
    }

    /** {@return how many sequences were left out: of dead code, or of no byte} */
    public int leftOutCount() {
        return leftOutCount;
    }

    /** {@return how many rows there are in all sequences} */
    public int rowCount() {
        return rows.count();
    }

    /** {@return a row by its number in {@link LineSequence}} */
    public LineRow row(int row) {
        return rows.get(row);
    }

    /** {@return the row of an address, if it lies in a sequence} */
    public Optional<LineRow> find(long address) {
        var row = findRow(address);
        return row.isPresent() ? Optional.of(rows.get(row.getAsInt())) : Optional.empty();
    }

    /**
     * {@return the number of the row of an address, if it lies in a sequence}
     *
     * <p>Of several rows with the same address, the last has the code.
     */
    public OptionalInt findRow(long address) {
        for (var index = lastStartingAtOrBefore(address);
                index >= 0 && Long.compareUnsigned(highestEnds[index], address) > 0;
                index--) {
            if (Long.compareUnsigned(sequences[index].endAddress(), address) > 0) {
                return OptionalInt.of(rows.lastAtOrBefore(address, sequences[index]));
            }
        }
        return OptionalInt.empty();
    }

    private int lastStartingAtOrBefore(long address) {
        var low = 0;
        var high = sequences.length;
        while (low < high) {
            var middle = low + high >>> 1;
            if (Long.compareUnsigned(sequences[middle].startAddress(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /**
     * {@return the rows at which code of a line begins, by their numbers, in the order of sequences}
     *
     * <p>Of rows of the line that follow one another, the first; rows of no byte do not count.
     *
     * @param files the numbers of the file: producers may list one more than once
     */
    public IntStream rowsOf(BitSet files, int line) {
        var found = IntStream.builder();
        for (var sequence : sequences) {
            var isInside = false;
            for (var row = sequence.firstRow(); row < sequence.endRow(); row++) {
                if (rows.isOfCode(row, sequence)) {
                    var matches = rows.line(row) == line && files.get(rows.file(row));
                    if (matches && !isInside) {
                        found.add(row);
                    }
                    isInside = matches;
                }
            }
        }
        return found.build();
    }

    /**
     * {@return the lowest line, from one on, that has code}
     *
     * @param files the numbers of the file
     */
    public OptionalInt nearestLine(BitSet files, int line) {
        var nearest = -1;
        for (var sequence : sequences) {
            for (var row = sequence.firstRow(); row < sequence.endRow(); row++) {
                var candidate = rows.line(row);
                if (Integer.compareUnsigned(candidate, line) >= 0
                        && Integer.compareUnsigned(candidate, nearest) < 0
                        && files.get(rows.file(row))
                        && rows.isOfCode(row, sequence)) {
                    nearest = candidate;
                }
            }
        }
        return nearest == -1 ? OptionalInt.empty() : OptionalInt.of(nearest);
    }

    /** {@return where the code of a row ends} */
    public long endAddress(int row) {
        return rows.address(row + 1);
    }
}
