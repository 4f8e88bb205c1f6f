package org.wyrm.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.BinaryOperator;
import org.wyrm.program.Value;

/** What one does with values, each as {@code values.drgn.py} does it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class ValueBenchmark {
    /** {@code task.pid}, not read. */
    @Benchmark
    public Value member(Target target) {
        return target.task.member("pid");
    }

    /** {@code task.pid}, read. */
    @Benchmark
    public long memberRead(Target target) {
        return target.task.member("pid").longValue();
    }

    /** {@code task.parent.tgid}: through a pointer. */
    @Benchmark
    public long memberThroughPointer(Target target) {
        return target.task.member("parent").member("tgid").longValue();
    }

    /** {@code a + b} of two integers. */
    @Benchmark
    public Value add(Target target) {
        return target.left.apply(BinaryOperator.ADD, target.right);
    }

    /** {@code a < b} of two integers. */
    @Benchmark
    public Value compare(Target target) {
        return target.left.apply(BinaryOperator.LESS, target.right);
    }

    /** The nodes of a list of inodes; a score is of nodes. */
    @Benchmark
    public void listWalk(Target target, Work work, Blackhole sink) {
        Lists.listForEachEntry(target.inode, target.inodes, "i_sb_list").forEach(inode -> {
            sink.consume(inode);
            work.items++;
        });
    }

    /** The nodes of a list of inodes, and a number of each. */
    @Benchmark
    public void listWalkReading(Target target, Work work, Blackhole sink) {
        Lists.listForEachEntry(target.inode, target.inodes, "i_sb_list").forEach(inode -> {
            sink.consume(inode.member("i_ino").longValue());
            work.items++;
        });
    }

    /** A text, read and evaluated. */
    @Benchmark
    public Value evaluate(Target target) {
        return target.program.evaluate("init_task.parent->tgid + 1");
    }
}
