package org.wyrm.bench;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.ClassPathContributions;
import org.wyrm.base.progress.Progress;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** A dump with its kernel's DWARF, and the objects that are asked: the same as those of {@code values.drgn.py}. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class Target {
    /** The dump. */
    @Param("")
    public String dump = "";

    /** The kernel's {@code vmlinux}. */
    @Param("")
    public String vmlinux = "";

    Program program;
    Value task;
    Value left;
    Value right;
    Value inodes;
    TargetType inode;

    /** Opens them. */
    @Setup
    public void open() {
        program = new ProgramOpener(new ClassPathContributions(Target.class.getClassLoader()))
                .openCore(
                        Path.of(dump),
                        new DebugSettings(
                                List.of(Path.of(vmlinux)),
                                List.of(),
                                DebugSettings.Search.NONE,
                                DebugSettings.Directories.USUAL,
                                DebugSettings.Directories.USUAL,
                                List.of(),
                                List.of(),
                                Map.of()),
                        new Cancellation(),
                        text -> {},
                        Progress.NONE);
        task = program.variable("init_task");
        left = task.member("prio").read();
        right = task.member("static_prio").read();
        inode = program.type("struct inode");
        inodes = Lists.listForEachEntry(
                        program.type("struct super_block"),
                        program.variable("super_blocks").addressOf(),
                        "s_list")
                .map(block -> block.member("s_inodes").addressOf())
                .max(Comparator.comparingLong(Lists::listCountNodes))
                .orElseThrow();
        System.out.println("# the longest list of inodes has " + Lists.listCountNodes(inodes));
    }

    /** Closes them. */
    @TearDown
    public void close() {
        program.close();
    }
}
