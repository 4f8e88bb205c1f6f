package org.wyrm.lang.c;

/**
 * Text under construction that is broken into lines of a limited width. A part is first tried on the line where it
 * starts; what is too wide is taken back. Confined to one thread.
 */
final class BrokenLines {
    private static final int TAB_COLUMNS = 8;

    private final StringBuilder text = new StringBuilder();
    private final int columns;
    private int column;
    private int indent;
    private boolean isTrying;

    /** The last column that may be used in what is tried. */
    private int lastColumn;

    private boolean isFull;

    BrokenLines(int columns) {
        this.columns = columns;
    }

    void append(String part) {
        if (!isFull) {
            text.append(part);
            column += part.length();
            if (isTrying && column > lastColumn) {
                isFull = true;
            }
        }
    }

    /**
     * {@return whether something fits on the rest of the line; if not, nothing of it was written}
     *
     * @param following how many columns what follows it takes
     */
    boolean fits(int following, Runnable writing) {
        var length = text.length();
        var startColumn = column;
        isTrying = true;
        lastColumn = columns == ValueFormat.UNLIMITED ? columns : columns - following;
        isFull = column >= lastColumn;
        if (!isFull) {
            writing.run();
        }
        var fitted = !isFull;
        isTrying = false;
        isFull = false;
        if (!fitted) {
            text.setLength(length);
            column = startColumn;
        }
        return fitted;
    }

    /** {@return whether all is to be on one line} */
    boolean isTrying() {
        return isTrying;
    }

    /** {@return whether what is tried is too wide already; more of it would be lost} */
    boolean isFull() {
        return isFull;
    }

    /** What is tried cannot be on one line, at no width. */
    void refuse() {
        isFull = true;
    }

    void indent() {
        indent++;
    }

    void unindent() {
        indent--;
    }

    void newLine() {
        text.append('\n').repeat('\t', indent);
        column = TAB_COLUMNS * indent;
    }

    /** {@return how many characters there are so far} */
    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
