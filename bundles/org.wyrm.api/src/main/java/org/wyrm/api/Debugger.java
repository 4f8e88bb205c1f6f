package org.wyrm.api;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.progress.Progress;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;
import org.wyrm.program.spi.TargetFormat;

/**
 * Opens what is to be debugged, with all that the class path contributes.
 *
 * <p>A dump of a Linux kernel needs no other file. Expressions are C's, with the kernel's own names for helpers:
 *
 * {@snippet file="org/example/tasks/Tasks.java" region="open" :
 * try (var program = Debugger.open(dump)) {
 *     out.println("PID 1 is " + program.evaluate("find_task(1)->comm").string());
 *     printTasks(program, out);
 *     printChildren(program, out);
 *     printMounts(program, out);
 *     printStructures(program, out);
 * }
 * }
 *
 * <p>The same from Java: helpers are in packages named for the kernel's headers, below {@code org.wyrm.linux}; they give
 * {@linkplain org.wyrm.program.Value values}, and nothing of these is read before it is asked for.
 *
 * {@snippet file="org/example/tasks/Tasks.java" region="tasks" :
 * Pids.forEachTask(program)
 *         .forEach(task -> out.printf(
 *                 "%5d %c %s%n",
 *                 task.member("pid").intValue(),
 *                 Sched.taskStateToChar(task),
 *                 task.member("comm").string()));
 * }
 *
 * <p>Lists, trees and other walks are lazy streams that always end. Where a place in a structure is needed often, it is
 * worked out once:
 *
 * {@snippet file="org/example/tasks/Tasks.java" region="walk" :
 * var type = program.type("struct task_struct");
 * var comm = Field.of(type, "comm");
 * var children = program.evaluate("find_task(1)->children");
 * Lists.listForEachEntry(type, children, "sibling")
 *         .forEach(child -> out.println("child of PID 1: " + child.member(comm).string()));
 * }
 *
 * <p>Values and types are written as C writes them:
 *
 * {@snippet file="org/example/tasks/Tasks.java" region="format" :
 * var format = ValueFormat.DEFAULT.integerBase(16);
 * out.println(format.format(program.evaluate("find_task(1)->thread_info")));
 * out.println(CFormat.define(program.type("struct list_head"), CFormat.Offsets.BYTES));
 * }
 *
 * <p>What goes wrong is a {@link org.wyrm.base.error.DebuggerException}; its kinds tell a file that is no dump from one
 * that is damaged, and both from memory that the dump leaves out.
 *
 * <p>Inside OSGi a bundle sees no class path: there a {@link ProgramOpener} is given the contributions of the framework.
 *
 * <p>Nothing is kept between calls, and all methods are thread-safe.
 */
public final class Debugger {
    private Debugger() {}

    /**
     * Opens a core dump, whatever its format. What is wrong with it without keeping it from being used is logged.
     *
     * @throws org.wyrm.base.error.DebuggerException if it cannot be opened, with place and cause
     * @throws OperationFailedException if the class path contributes no formats
     */
    public static Program open(Path dump) {
        return open(dump, DebugSettings.NONE);
    }

    /**
     * Opens a core dump with debugging information.
     *
     * {@snippet file="org/example/tasks/Lines.java" region="symbols" :
     * var debug = DebugSettings.builder().file(vmlinux).build();
     * try (var program = Debugger.open(dump, debug)) {
     *     var frames = program.framesAt(program.symbol(function).address());
     *     return frames.getLast().place().orElseThrow().toString();
     * }
     * }
     *
     * @param debug where debugging information may come from
     * @throws org.wyrm.base.error.DebuggerException as for a dump alone, or if a file of {@code debug} is of no use
     */
    public static Program open(Path dump, DebugSettings debug) {
        return open(List.of(dump), debug);
    }

    /**
     * Opens a core dump that is in several files, with debugging information.
     *
     * @param parts of a split dump, in any order
     * @throws org.wyrm.base.error.DebuggerException as for one file, or if they are not of one dump
     */
    public static Program open(List<Path> parts, DebugSettings debug) {
        return opener(CacheFolder.none()).openCore(parts, debug, new Cancellation(), Debugger::warn, Progress.NONE);
    }

    /**
     * Opens files with debugging information, without a target.
     *
     * @param debug with at least one file
     * @throws org.wyrm.base.error.DebuggerException if one of them is of no use, with the reason
     */
    public static Program openFiles(DebugSettings debug) {
        return opener(CacheFolder.none()).openFiles(debug, new Cancellation(), Debugger::warn, Progress.NONE);
    }

    /**
     * {@return what opens many programs, with a cache, a token that cancels, an ear for warnings and progress}
     *
     * @param cache where the index of a large debug file is kept for the next process: {@link CacheFolder#ofUser()} is
     *     that of the command line
     * @throws OperationFailedException if the class path contributes no formats
     */
    public static ProgramOpener opener(CacheFolder cache) {
        return opener(Debugger.class.getClassLoader(), cache);
    }

    /**
     * {@return what opens programs with the contributions that a class loader sees}
     *
     * @throws OperationFailedException if it sees none
     */
    public static ProgramOpener opener(ClassLoader loader, CacheFolder cache) {
        var contributions = new ClassPathContributions(loader);
        if (contributions.of(TargetFormat.class).isEmpty()) {
            throw new OperationFailedException("no format of dumps is on the class path of " + loader
                    + ": inside OSGi take the framework's contributions; jars merged into one lose their manifests");
        }
        return new ProgramOpener(contributions, cache);
    }

    private static void warn(String warning) {
        System.getLogger(Debugger.class.getName()).log(Level.WARNING, warning);
    }
}
