package org.wyrm.platform.command;

import java.util.List;

/**
 * How a text may go on.
 *
 * @param start where in the text the word begins that is to be replaced
 * @param words what may stand there, in their order
 * @param isWhole whether these are all: false where there are more than anybody reads
 */
public record Completions(int start, List<Word> words, boolean isWhole) {
    /** Nothing. */
    public static final Completions NONE = new Completions(0, List.of(), true);

    public Completions {
        words = List.copyOf(words);
    }

    /** Words of which there are no more. */
    public Completions(int start, List<Word> words) {
        this(start, words, true);
    }

    /**
     * What may stand in a place.
     *
     * @param text all of the word
     * @param remark what it is, in a few words: a type, say; may be empty
     * @param isEnd whether nothing follows it directly: then a blank is set behind it
     */
    public record Word(String text, String remark, boolean isEnd) {}
}
