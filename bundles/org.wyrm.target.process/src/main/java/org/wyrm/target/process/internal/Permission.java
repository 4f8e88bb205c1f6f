package org.wyrm.target.process.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Why the kernel does not let a process be looked at, and what would.
 *
 * @kernel kernel/ptrace.c __ptrace_may_access
 */
final class Permission {
    private static final String SCOPE = "sys/kernel/yama/ptrace_scope";

    private Permission() {}

    /**
     * {@return why, as a clause}
     *
     * @param reason as the system said it
     */
    static String refusal(ProcessFolder folder, ProcessStatus status, String reason) {
        if (!Files.exists(folder.path())) {
            return "it has ended";
        }
        if (!reason.equals("permission denied") && !reason.equals("operation not permitted")) {
            return reason;
        }
        return reason + ": " + cause(folder, status);
    }

    private static String cause(ProcessFolder folder, ProcessStatus status) {
        var here = user(folder.proc().resolve("self"));
        var scope = ProcessFolder.find(folder.proc().resolve(SCOPE)).map(String::strip);
        if (scope.filter("3"::equals).isPresent()) {
            return "kernel.yama.ptrace_scope is 3: nobody may look at processes until this machine is started anew";
        }
        if (here == 0) {
            return "this user may not do it here: a container needs the capability SYS_PTRACE"
                    + " (docker run --cap-add SYS_PTRACE)";
        }
        if (here != status.user()) {
            return "it is of user %d, and this is user %d: run wyrm by sudo".formatted(status.user(), here);
        }
        if (scope.filter(value -> !value.equals("0")).isPresent()) {
            return "kernel.yama.ptrace_scope is %s, which lets only administrators%s do it: run wyrm by sudo"
                    .formatted(scope.get(), scope.get().equals("1") ? " and its parents" : "");
        }
        return "its program is set-user-ID or may not be read, or it called prctl(PR_SET_DUMPABLE): run wyrm by sudo";
    }

    /** {@return the owner of a file of {@code /proc}, -1 if that is not known} */
    private static long user(Path path) {
        try {
            return ((Number) Files.getAttribute(path, "unix:uid")).longValue();
        } catch (IOException e) {
            return -1;
        }
    }
}
