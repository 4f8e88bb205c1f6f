package org.wyrm.platform.launcher.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Index;
import org.wyrm.platform.extension.OptionDeclaration;
import org.wyrm.platform.launcher.internal.OptionSet.Said;
import org.wyrm.platform.output.Format;
import org.wyrm.platform.output.Settings;

/** The options of the launcher itself. */
final class LauncherOptions {
    private static final String FLAG = "Z";
    private static final String VALUE = "Ljava/util/Optional<Ljava/lang/String;>;";
    private static final String NUMBER = "Ljava/util/OptionalLong;";

    /** Options of output, valid before and after the command. */
    static final List<OptionDeclaration> OUTPUT = List.of(
            option("format", VALUE, Format.names(), "how rows are written (default text)", "--format"),
            option("limit", NUMBER, "N", "at most N rows", "--limit"),
            option(
                    "color",
                    VALUE,
                    "auto|always|never",
                    "whether text has colors (default auto: on a terminal)",
                    "--color"),
            option("noPager", FLAG, "", "do not page long text", "--no-pager"),
            option("stats", FLAG, "", "tell on stderr where the time went", "--stats"),
            option("quiet", FLAG, "", "no warnings", "-q", "--quiet"),
            option("logLevel", VALUE, "error|warning|info|debug", "what the platform tells on stderr", "--log-level"),
            option("help", FLAG, "", "help, or the help of a command", "-h", "--help"));

    /** Options of the platform, valid before the command. */
    static final List<OptionDeclaration> PLATFORM = List.of(
            option("code", VALUE, "CODE", "run CODE as a script; words after it are its arguments", "-e"),
            option("version", FLAG, "", "the version of wyrm", "--version"),
            option("application", VALUE, "ID", "run a headless application", "--application"),
            option("seconds", VALUE, "N", "of many targets (-c 'dumps/*'), how long each may take", "--seconds"),
            option("configuration", VALUE, "DIR", "keep what wyrm keeps in DIR", "--configuration"),
            option("plugins", VALUE, "DIR", "where installed plug-ins are", "--plugins"));

    /** Words that are understood and not shown. */
    static final List<OptionDeclaration> HIDDEN = List.of(
            option("clean", FLAG, "", "nothing is kept between runs that could be cleaned", "--clean"),
            option("consoleLog", FLAG, "", "as --log-level info", "--consoleLog"));

    private LauncherOptions() {}

    /** {@return what stands before a command: the options of the platform and those that name targets} */
    static List<OptionDeclaration> beforeTheCommand(Indexes indexes) {
        var options = new ArrayList<>(PLATFORM);
        indexes.all()
                .declared(Index.TARGETS)
                .forEach(target -> options.addAll(target.declaration().flags()));
        return options;
    }

    /**
     * {@return how to write, by what was said}
     *
     * @param colored whether text has colors where nothing was said of them
     */
    static Settings settings(Said said, boolean colored) {
        var format = said.value("--format").map(Format::named).orElse(Format.TEXT);
        var limit = said.value("--limit").map(LauncherOptions::rowLimit).orElse(OptionalLong.empty());
        var color = said.value("--color").orElse("auto");
        return new Settings(
                format,
                limit,
                switch (color) {
                    case "auto" -> colored;
                    case "always" -> true;
                    case "never" -> false;
                    default -> throw new UsageException("--color is auto, always or never, not '" + color + "'");
                });
    }

    /** {@return how long something may take} */
    static Duration seconds(String text) {
        if (!text.matches("[1-9][0-9]{0,6}")) {
            throw new UsageException("--seconds wants a number of seconds, not '" + text + "'");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private static OptionalLong rowLimit(String text) {
        try {
            var limit = Long.parseLong(text);
            if (limit >= 0) {
                return OptionalLong.of(limit);
            }
        } catch (NumberFormatException e) {
            // Told below, with the numbers that are too low.
        }
        throw new UsageException("--limit wants a number of rows, not '" + text + "'");
    }

    private static OptionDeclaration option(
            String component, String signature, String argument, String help, String... names) {
        return new OptionDeclaration(component, signature, List.of(names), argument, help);
    }
}
