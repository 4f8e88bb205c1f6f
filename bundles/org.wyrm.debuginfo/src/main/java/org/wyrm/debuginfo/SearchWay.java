package org.wyrm.debuginfo;

/** A way to find a debug file. They are gone in this order. */
public enum SearchWay {
    /** A file that the user named. */
    GIVEN("given file"),
    /** {@code .build-id/xx/yyyy.debug} below the debug directories. */
    BUILD_ID("build ID"),
    /** The usual places of a kernel's files, and the kernel directories. */
    KERNEL_PLACES("kernel's places"),
    /** The path that {@code modules.dep} gives of a module. */
    MODULE_LIST("modules.dep"),
    /** Every file below a kernel's folders of modules. */
    WALK("walk"),
    /** The path of a program itself. */
    PATH("path"),
    /** The name in {@code .gnu_debuglink}, beside the file, in {@code .debug}, and below the debug directories. */
    DEBUG_LINK("debug link"),
    /** {@code .gnu_debugaltlink}. */
    ALTERNATE_LINK("alternate link"),
    /** Servers. */
    DEBUGINFOD("debuginfod");

    private final String label;

    SearchWay(String label) {
        this.label = label;
    }

    /** {@return the word for it in messages} */
    public String label() {
        return label;
    }
}
