package org.wyrm.platform.launcher.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.contribution.HeaderClause;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.platform.extension.IndexedBundle;

/**
 * What a bundle asks of targets, by its requirements that are {@code effective:=target}.
 *
 * @param bundle that asks
 * @param contributions has who can tell
 */
record TargetNeeds(IndexedBundle bundle, Contributions contributions) {
    private static final String HEADER = "Require-Capability";
    /** One comparison, or several that are all to be true: what a target has is looked up, not listed. */
    private static final Pattern FILTER = Pattern.compile("\\(&(\\([^()]*\\))+\\)|\\([^()]*\\)");

    private static final Pattern EQUALS = Pattern.compile("\\(([\\w.-]+)=([^()*]+)\\)");

    /**
     * Refuses a target that lacks something.
     *
     * @throws UnsupportedTargetException naming all that it lacks
     * @throws OperationFailedException if nobody can tell whether it does
     */
    void require(Object target) {
        var lacking = new ArrayList<String>();
        for (var clause : HeaderClause.parse(bundle.header(HEADER))) {
            if ("target".equals(clause.directives().get("effective"))) {
                requirement(clause)
                        .lacking(target, wanted(clause.directives().getOrDefault("filter", "")))
                        .ifPresent(lacking::add);
            }
        }
        if (!lacking.isEmpty()) {
            throw new UnsupportedTargetException(
                    bundle.symbolicName() + " needs " + String.join(" and ", lacking) + ", which this target has not");
        }
    }

    private TargetRequirement requirement(HeaderClause clause) {
        return contributions.of(TargetRequirement.class).stream()
                .filter(each -> each.name().equals(clause.name()))
                .findFirst()
                .map(Contribution::get)
                .orElseThrow(() -> new OperationFailedException(bundle.symbolicName() + " needs " + clause.name()
                        + " of the target, and nothing here can tell whether it has that"));
    }

    private Map<String, String> wanted(String filter) {
        var wanted = new LinkedHashMap<String, String>();
        var comparisons = EQUALS.matcher(filter);
        var length = 0;
        while (comparisons.find()) {
            wanted.put(comparisons.group(1), comparisons.group(2));
            length += comparisons.group().length();
        }
        if (!FILTER.matcher(filter).matches() || length < filter.length() - "(&)".length()) {
            throw new OperationFailedException(bundle.symbolicName() + " asks of the target " + filter
                    + ", and only (NAME=VALUE) and (&(NAME=VALUE)…) can be asked");
        }
        return wanted;
    }
}
