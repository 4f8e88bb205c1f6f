package org.wyrm.dwarf;

import java.util.ArrayList;
import java.util.List;

/** Runs a line number program and keeps the rows of the sequences that count. */
final class LineTableDecoder {
    /** What a row takes in the programs of GCC, in bytes, about. */
    private static final int BYTES_PER_ROW = 4;

    private static final int ROWS_AT_ONCE = 64;

    private final LineProgram program;
    private final LineHeader header;
    private final ZeroAddress zero;
    private final LineRows rows;
    private final List<LineSequence> sequences = new ArrayList<>();
    private int sequenceStart;
    private int leftOutCount;

    LineTableDecoder(LineProgram program, LineHeader header, ZeroAddress zero) {
        this.program = program;
        this.header = header;
        this.zero = zero;
        var byteSize = header.endOffset() - header.programOffset();
        rows = new LineRows((int) Math.min(byteSize / BYTES_PER_ROW + 16, Integer.MAX_VALUE / 2));
    }

    void run() {
        while (runSome()) {}
        if (rows.count() > sequenceStart) {
            throw program.malformed(program.position(), "the last sequence has no end");
        }
        rows.trim();
    }

    /**
     * Goes on for some rows. One loop over all would stay in the interpreter for the longest programs; a method called
     * often is compiled early.
     *
     * @return whether there may be more
     */
    private boolean runSome() {
        for (var left = ROWS_AT_ONCE; left > 0; left--) {
            if (!program.next()) {
                return false;
            }
            rows.add(program);
            if ((program.flags() & LineProgram.END_SEQUENCE) != 0) {
                endSequence();
            }
        }
        return true;
    }

    private void endSequence() {
        var first = sequenceStart;
        var end = rows.count() - 1;
        var startAddress = rows.address(first);
        var isDead = zero.isDead(startAddress, header.encoding().addressByteSize());
        if (!isDead && rows.isUnordered()) {
            rows.order(first, end);
            startAddress = rows.address(first);
        }
        var endAddress = rows.address(end);
        if (isDead || Long.compareUnsigned(startAddress, endAddress) >= 0) {
            rows.truncate(first);
            leftOutCount++;
        } else {
            sequences.add(new LineSequence(startAddress, endAddress, first, end));
        }
        sequenceStart = rows.count();
        rows.startSequence();
    }

    LineRows rows() {
        return rows;
    }

    LineSequence[] sequences() {
        return sequences.toArray(LineSequence[]::new);
    }

    int leftOutCount() {
        return leftOutCount;
    }
}
