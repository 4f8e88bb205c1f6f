package org.wyrm.dwarf;

/** The sections that hold DWARF. */
public enum DwarfSection {
    INFO("info"),
    TYPES("types"),
    ABBREV("abbrev"),
    STR("str"),
    LINE_STR("line_str"),
    STR_OFFSETS("str_offsets"),
    ADDR("addr"),
    RANGES("ranges"),
    RNGLISTS("rnglists"),
    LOC("loc"),
    LOCLISTS("loclists"),
    LINE("line"),
    ARANGES("aranges"),
    FRAME("frame");

    private final String word;

    DwarfSection(String word) {
        this.word = word;
    }

    /** {@return what ELF calls it: {@code .debug_info}} */
    public String elfName() {
        return ".debug_" + word;
    }

    /** {@return what ELF calls it in a file of split DWARF: {@code .debug_info.dwo}} */
    public String splitName() {
        return ".debug_" + word + ".dwo";
    }
}
