package org.wyrm.platform.launcher.internal;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.platform.output.ClosedPipeException;
import org.wyrm.platform.output.Output;

/**
 * Tells what goes wrong, and what code that ends with.
 *
 * @param environment says where a report of a bug may be written
 * @param cancellation of the work that may fail
 * @param errors where it is told
 */
record Failures(Environment environment, Cancellation cancellation, PrintStream errors) {
    /** What ends with a code, or fails. */
    interface Work {
        /** Does the work. {@return its code} */
        int run();
    }

    /**
     * Does work. {@return its code, or that of what went wrong, which is told}
     *
     * @param words what was asked for, for the report of a bug
     */
    int guard(List<String> words, Work work) {
        try {
            return work.run();
        } catch (ClosedPipeException nobodyReads) {
            return ExitCode.DONE;
        } catch (DebuggerException e) {
            // What an interrupted command says is a consequence of the interrupt.
            return cancellation.isCancelled() ? ExitCode.INTERRUPTED : tell(e);
        } catch (OutOfMemoryError e) {
            var heap = Runtime.getRuntime().maxMemory() >> 20;
            return tell(
                    ExitCode.FAILED,
                    "out of memory: " + heap + " MiB of heap do not suffice; WYRM_JAVA_OPTIONS=-Xmx4g gives more");
        } catch (InternalError e) {
            // How the JVM tells that a mapped page is not there any more.
            return String.valueOf(e.getMessage()).contains("unsafe memory access")
                    ? tell(ExitCode.UNREADABLE, "the file shrank while it was read")
                    : bug(e, words);
        } catch (RuntimeException | Error e) {
            return bug(e, words);
        }
    }

    private int tell(DebuggerException error) {
        var code = tell(ExitCode.of(error), String.valueOf(error.getMessage()));
        error.context().ifPresent(lines -> errors.println(Output.printable(lines)));
        return code;
    }

    /** Tells a message. {@return the code} */
    int tell(int code, String message) {
        errors.println("wyrm: " + Output.printable(message).replace("\n", " "));
        return code;
    }

    private int bug(Throwable e, List<String> words) {
        var folders = List.of(
                environment.userFolder("XDG_STATE_HOME", ".local/state"),
                environment.temporaryFolder(),
                Path.of("/tmp"));
        var report = BugReport.write(e, words, Launcher.version(), folders)
                .map(file -> "; please send " + file)
                .orElse("");
        return BugReport.ofPlugin(e)
                .map(type -> tell(ExitCode.FAILED, "this is a bug of a plug-in, in " + type + ": " + e + report))
                .orElseGet(() -> tell(ExitCode.BUG, "this is a bug of wyrm: " + e + report));
    }
}
