package org.wyrm.app.report.internal;

import java.util.List;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.platform.command.ProvidesReportSection;

/**
 * A part of the report: what a command shows.
 *
 * @param name what the user names it by
 * @param title what stands above it
 * @param command the command line
 * @param plugin the bundle that declares it
 */
record Section(String name, String title, String command, String plugin) {
    /** {@return the sections that bundles declare, in their order} */
    static List<Section> all(Contributions contributions) {
        return contributions.of(ProvidesReportSection.class).stream()
                .map(Section::of)
                .toList();
    }

    private static Section of(Contribution<?> declared) {
        var attributes = declared.attributes();
        return new Section(
                declared.name(),
                attributes.getOrDefault("title", declared.name()),
                attributes.getOrDefault("command", declared.name()),
                declared.bundle());
    }

    /** {@return the words of the command line} */
    List<String> words() {
        return List.of(command.strip().split("\\s+"));
    }
}
