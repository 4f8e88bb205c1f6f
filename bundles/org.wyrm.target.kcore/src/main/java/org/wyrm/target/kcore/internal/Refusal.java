package org.wyrm.target.kcore.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.UnreadableTargetException;

/**
 * Why the system does not let {@code /proc/kcore} be opened, and what would permit it.
 *
 * @param root the folder that {@code proc} and {@code sys} are in
 * @kernel fs/proc/kcore.c
 */
record Refusal(Path root) {
    private static final int CAP_SYS_RAWIO = 17;
    private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");

    /** Real, then effective user. */
    private static final Pattern ROOT = Pattern.compile("(?m)^Uid:\\s*\\d+\\s+0\\s");

    UnreadableTargetException of(Path path, IOException error) {
        return new UnreadableTargetException(path + ": " + reason(error), error);
    }

    private String reason(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "there is none: this kernel has none (CONFIG_PROC_KCORE), or a container hides it";
        }
        if (error instanceof AccessDeniedException) {
            return isRoot()
                    ? "permission denied: root of a container is not root of the machine; run wyrm outside"
                    : "only root may read the kernel's memory" + bySudo(error) + ": run wyrm -k as root";
        }
        if (text("sys/kernel/security/lockdown").contains("[confidentiality]")) {
            return "the kernel is locked down, and lets nobody read its memory; booted with lockdown=integrity or"
                    + " lockdown=none it does";
        }
        var capabilities = CAPABILITIES.matcher(text("proc/self/status"));
        if (capabilities.find() && (Long.parseUnsignedLong(capabilities.group(1), 16) >>> CAP_SYS_RAWIO & 1) == 0) {
            return "it takes the capability CAP_SYS_RAWIO, which containers lack: run wyrm outside, or give it (docker:"
                    + " --cap-add SYS_RAWIO)";
        }
        return FileErrors.reason(error);
    }

    /** {@return whether this process runs as root} */
    boolean isRoot() {
        return ROOT.matcher(text("proc/self/status")).find();
    }

    private static String bySudo(IOException error) {
        return Stream.of(error.getSuppressed())
                .map(refused -> ", and " + refused.getMessage())
                .collect(Collectors.joining());
    }

    /** {@return the text of a file of the system; empty if it has none, or none to show} */
    private String text(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException absent) {
            return "";
        }
    }
}
