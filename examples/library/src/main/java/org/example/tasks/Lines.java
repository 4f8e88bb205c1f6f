package org.example.tasks;

import java.nio.file.Path;
import org.wyrm.api.Debugger;
import org.wyrm.program.DebugSettings;

/** With debugging information, code has lines. */
public final class Lines {
    private Lines() {}

    /** Prints where a function of the kernel is in its source. */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: java … " + Lines.class.getName() + " DUMP VMLINUX FUNCTION");
            System.exit(2);
        }
        System.out.println(place(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]));
    }

    static String place(Path dump, Path vmlinux, String function) {
        // @start region="symbols" :
        var debug = DebugSettings.builder().file(vmlinux).build();
        try (var program = Debugger.open(dump, debug)) {
            var frames = program.framesAt(program.symbol(function).address());
            return frames.getLast().place().orElseThrow().toString();
        }
        // @end
    }
}
