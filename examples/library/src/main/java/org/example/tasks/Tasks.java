package org.example.tasks;

import java.io.PrintStream;
import java.nio.file.Path;
import org.wyrm.api.Debugger;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.fs.Mounts;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.pid.Pids;
import org.wyrm.linux.sched.Sched;
import org.wyrm.program.Field;
import org.wyrm.program.Program;

/** Prints what ran when a kernel crashed. */
public final class Tasks {
    private Tasks() {}

    /** Opens the dump that its argument names. */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: java … " + Tasks.class.getName() + " DUMP");
            System.exit(2);
        }
        try {
            print(Path.of(arguments[0]), System.out);
        } catch (DebuggerException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    static void print(Path dump, PrintStream out) {
        // @start region="open" :
        try (var program = Debugger.open(dump)) {
            out.println("PID 1 is " + program.evaluate("find_task(1)->comm").string());
            printTasks(program, out);
            printChildren(program, out);
            printMounts(program, out);
            printStructures(program, out);
        }
        // @end
    }

    static void printTasks(Program program, PrintStream out) {
        // @start region="tasks" :
        Pids.forEachTask(program)
                .forEach(task -> out.printf(
                        "%5d %c %s%n",
                        task.member("pid").intValue(),
                        Sched.taskStateToChar(task),
                        task.member("comm").string()));
        // @end
    }

    static void printChildren(Program program, PrintStream out) {
        // @start region="walk" :
        var type = program.type("struct task_struct");
        var comm = Field.of(type, "comm");
        var children = program.evaluate("find_task(1)->children");
        Lists.listForEachEntry(type, children, "sibling")
                .forEach(child -> out.println("child of PID 1: " + child.member(comm).string()));
        // @end
    }

    static void printMounts(Program program, PrintStream out) {
        var namespace = program.evaluate("find_task(1)->nsproxy->mnt_ns");
        Mounts.forEachMount(namespace)
                .forEach(mount ->
                        out.println("mount: " + Mounts.mountDst(mount) + " type " + Mounts.mountFstype(mount)));
    }

    static void printStructures(Program program, PrintStream out) {
        // @start region="format" :
        var format = ValueFormat.DEFAULT.integerBase(16);
        out.println(format.format(program.evaluate("find_task(1)->thread_info")));
        out.println(CFormat.define(program.type("struct list_head"), CFormat.Offsets.BYTES));
        // @end
    }
}
