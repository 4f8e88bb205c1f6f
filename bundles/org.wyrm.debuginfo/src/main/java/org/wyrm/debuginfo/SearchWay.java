package org.wyrm.debuginfo;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wyrm.base.error.UsageException;

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

    private static final Map<String, Set<SearchWay>> NAMES = names();

    private final String label;

    SearchWay(String label) {
        this.label = label;
    }

    /** {@return the word for it in messages} */
    public String label() {
        return label;
    }

    /** The names of options: drgn's, as far as it has these ways. */
    private static Map<String, Set<SearchWay>> names() {
        var names = new LinkedHashMap<String, Set<SearchWay>>();
        names.put("build-id", EnumSet.of(BUILD_ID));
        names.put("debug-link", EnumSet.of(DEBUG_LINK));
        names.put("supplementary", EnumSet.of(ALTERNATE_LINK));
        names.put("module-name", EnumSet.of(KERNEL_PLACES, PATH));
        names.put("kmod", EnumSet.of(MODULE_LIST, WALK));
        names.put("kmod=depmod", EnumSet.of(MODULE_LIST));
        names.put("kmod=walk", EnumSet.of(WALK));
        names.put("standard", EnumSet.complementOf(EnumSet.of(GIVEN, DEBUGINFOD)));
        names.put("debuginfod", EnumSet.of(DEBUGINFOD));
        return names;
    }

    /**
     * {@return the ways to go: all but servers, which are asked only if that is wanted}
     *
     * @param tryBy names of ways besides those
     * @param notBy names of ways to leave out
     * @throws UsageException if a name is none, with those that are
     */
    public static Set<SearchWay> chosen(List<String> tryBy, List<String> notBy) {
        var ways = EnumSet.complementOf(EnumSet.of(DEBUGINFOD));
        tryBy.forEach(name -> ways.addAll(named(name)));
        notBy.forEach(name -> ways.removeAll(named(name)));
        return ways;
    }

    private static Set<SearchWay> named(String name) {
        var ways = NAMES.get(name);
        if (ways == null) {
            throw new UsageException("'%s' is no way to find debugging information; they are %s"
                    .formatted(name, String.join(", ", NAMES.keySet())));
        }
        return ways;
    }
}
