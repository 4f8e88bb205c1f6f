package org.wyrm.platform.output.internal;

/** How terminals are told to color text: ECMA-48, "select graphic rendition". */
final class Colors {
    static final String BOLD = "1";
    static final String FAINT = "2";
    static final String RED = "31";
    static final String GREEN = "32";
    static final String YELLOW = "33";
    static final String BLUE = "94";
    static final String MAGENTA = "35";
    static final String CYAN = "36";

    private Colors() {}

    /** {@return a text in a color} */
    static String in(String color, String text) {
        return "\u001b[" + color + "m" + text + "\u001b[0m";
    }
}
