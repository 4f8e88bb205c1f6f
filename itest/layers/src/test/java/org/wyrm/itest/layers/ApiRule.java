package org.wyrm.itest.layers;

import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Diff;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import aQute.bnd.version.Version;
import java.util.ArrayList;
import java.util.List;

/** Semantic versions: what changed since the baseline, and whether the version of its package says so. */
final class ApiRule {
    private final List<String> wrong = new ArrayList<>();
    private Delta largest = Delta.UNCHANGED;

    /** Compares the packages of a bundle. */
    ApiRule compare(Tree now, Tree baseline) {
        for (var each : now.diff(baseline).getChildren()) {
            switch (each.getDelta()) {
                case ADDED -> note(Delta.MINOR);
                case REMOVED -> note(Delta.MAJOR);
                default -> {
                    note(each.getDelta());
                    require(each);
                }
            }
        }
        return this;
    }

    private void note(Delta delta) {
        if (delta.compareTo(largest) > 0) {
            largest = delta;
        }
    }

    private void require(Diff aPackage) {
        var now = version(aPackage.getNewer());
        var least = least(version(aPackage.getOlder()), aPackage.getDelta());
        if (now.compareTo(least) < 0) {
            var changes = new ArrayList<String>();
            collect(aPackage, changes);
            wrong.add("%s is %s and must be %s at least: %s"
                    .formatted(aPackage.getName(), now, least, String.join("; ", changes)));
        }
    }

    private static void collect(Diff diff, List<String> changes) {
        for (var child : diff.getChildren()) {
            switch (child.getDelta()) {
                case ADDED, REMOVED ->
                    changes.add("%s %s %s in %s"
                            .formatted(child.getDelta(), child.getType(), child.getName(), diff.getName()));
                case UNCHANGED, IGNORED -> {}
                default -> collect(child, changes);
            }
        }
    }

    /** {@return the lowest version that tells of a change since a version} */
    static Version least(Version before, Delta change) {
        return switch (change) {
            case MAJOR, REMOVED -> new Version(before.getMajor() + 1, 0, 0);
            case MINOR, ADDED -> new Version(before.getMajor(), before.getMinor() + 1, 0);
            default -> before;
        };
    }

    private static Version version(Tree aPackage) {
        for (var child : aPackage.getChildren()) {
            if (child.getType() == Type.VERSION) {
                return new Version(child.getName());
            }
        }
        return Version.LOWEST;
    }

    /** {@return what is wrong with versions of packages} */
    List<String> wrong() {
        return wrong;
    }

    /** {@return the largest change of all: what the version of the whole API has to tell} */
    Delta largest() {
        return largest;
    }
}
