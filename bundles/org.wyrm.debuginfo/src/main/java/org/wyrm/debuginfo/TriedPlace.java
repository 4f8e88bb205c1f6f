package org.wyrm.debuginfo;

/**
 * Where a file was looked for.
 *
 * @param way how it came into question
 * @param place the path, or the address of a server
 * @param outcome what was there, as a clause: {@code no such file}
 */
public record TriedPlace(SearchWay way, String place, String outcome) {
    /** What is said of a file that is not there. */
    public static final String ABSENT = "no such file";

    /** {@return whether something was there, and was not right} */
    public boolean isRefusal() {
        return !outcome.equals(ABSENT);
    }
}
