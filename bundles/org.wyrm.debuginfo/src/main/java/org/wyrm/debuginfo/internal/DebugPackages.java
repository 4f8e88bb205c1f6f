package org.wyrm.debuginfo.internal;

import java.util.List;
import java.util.regex.Pattern;

/** What to install for the debugging information of a kernel, by its release: distributions have their own marks in it. */
final class DebugPackages {
    private record Rule(Pattern release, String packageName) {}

    private static final List<Rule> RULES = List.of(
            rule(".*-(amd64|arm64)", "linux-image-$0-dbg"),
            rule(".*\\.el[0-9]+uek\\..*", "kernel-uek-debuginfo-$0"),
            rule(".*\\.(fc|el|amzn)[0-9].*", "kernel-debuginfo-$0"),
            // Before Ubuntu's flavours: SUSE's release has the number of the package at its end.
            rule("(.*)-(default|preempt)", "kernel-$2-debuginfo-$1"),
            rule(
                    ".*-[0-9]+-(generic|lowlatency|aws|azure|gcp|gke|gkeop|ibm|intel|kvm|nvidia|oem|oracle|raspi|realtime)"
                            + "(-[a-z0-9]+)*",
                    "linux-image-$0-dbgsym"));

    private DebugPackages() {}

    private static Rule rule(String release, String packageName) {
        return new Rule(Pattern.compile(release), packageName);
    }

    /** {@return what a user can do, as a clause} */
    static String hint(String release) {
        var install = "install the debugging information of kernel " + release;
        for (var rule : RULES) {
            var match = rule.release.matcher(release);
            if (match.matches()) {
                install = "install " + match.replaceFirst(rule.packageName);
                break;
            }
        }
        return install + ", or let servers be asked: --try-symbols-by debuginfod";
    }
}
