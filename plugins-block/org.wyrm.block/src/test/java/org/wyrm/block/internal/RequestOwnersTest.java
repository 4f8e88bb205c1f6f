package org.wyrm.block.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.block.internal.BlockTypes.Era;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.unwind.spi.TargetThread;
import org.wyrm.unwind.spi.ThreadFinder;

/** Tasks of which one has ended, one has a stack that somebody waits on, and one holds requests back. */
class RequestOwnersTest {
    private static final long ENDED = TestProgram.BASE;
    private static final long WAITS = TestProgram.BASE + 0x20;
    private static final long HOLDS = TestProgram.BASE + 0x40;
    private static final long PLUG = TestProgram.BASE + 0x60;
    private static final long REQUEST = TestProgram.BASE + 0x100;
    private static final long BIO = TestProgram.BASE + 0x200;
    private static final long STACK = TestProgram.BASE + 0x4000;
    private static final long STACK_BYTES = 0x4000;
    private static final long ABSENT = 0x7000_0000L;

    private final List<String> warnings = new ArrayList<>();

    private static TestProgram target() {
        return BlockTypes.program(Era.FLAGS)
                .extension(ThreadFinder.class, new Threads())
                .u64(WAITS + 8, STACK)
                .u64(HOLDS, PLUG)
                .u64(HOLDS + 8, STACK + STACK_BYTES)
                .u64(REQUEST + 40, BIO);
    }

    private Optional<Long> owner(TestProgram target) {
        var program = target.open();
        var tasks = LongStream.of(ENDED, WAITS, HOLDS)
                .mapToObj(address -> program.object(program.type("struct task_struct"), address));
        return new RequestOwners(program, tasks, warnings::add)
                .of(program.object(program.type("struct request"), REQUEST))
                .map(Value::address);
    }

    @Test
    void areNotKnownByNothing() {
        assertThat(owner(target())).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void holdRequestsBack() {
        assertThat(owner(target().u64(PLUG, REQUEST))).contains(HOLDS);
    }

    @ParameterizedTest
    @ValueSource(longs = {STACK, STACK + STACK_BYTES - 1})
    void areToldOfTheEndOnTheirStacks(long told) {
        assertThat(owner(target().u64(REQUEST + 96, told))).contains(WAITS);
        assertThat(owner(target().u64(BIO + 32, told))).contains(WAITS);
    }

    @Test
    void haveTheBioOnTheirStacks() {
        assertThat(owner(target().u64(REQUEST + 40, STACK + 0x100))).contains(WAITS);
    }

    @Test
    void areNotKnownByWhatIsBehindAStack() {
        assertThat(owner(target().u64(BIO + 32, STACK + 2 * STACK_BYTES))).isEmpty();
    }

    @Test
    void areKnownWhereOneCannotBeRead() {
        assertThat(owner(target().u64(WAITS, ABSENT).u64(PLUG, REQUEST))).contains(HOLDS);
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("requests of task_struct 0x%x: ".formatted(WAITS))
                .contains("0x%016x".formatted(ABSENT));
    }

    private static final class Threads implements ThreadFinder {
        @Override
        public boolean isKernel() {
            return true;
        }

        @Override
        public Stream<TargetThread> threads(Program program) {
            return Stream.empty();
        }

        @Override
        public Optional<TargetThread> at(Program program, long virtualAddress) {
            var task = program.object(program.type("struct task_struct"), virtualAddress);
            return Optional.of(new Thread(task.member("stack").longValue()));
        }

        @Override
        public Stream<TargetThread> running(Program program) {
            return Stream.empty();
        }

        @Override
        public Optional<TargetThread> onCpu(Program program, int cpu) {
            return Optional.empty();
        }

        @Override
        public Optional<TargetThread> crashed(Program program) {
            return Optional.empty();
        }
    }

    private record Thread(long stack) implements TargetThread {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public Optional<Value> object() {
            return Optional.empty();
        }

        @Override
        public Optional<String> name() {
            return Optional.empty();
        }

        @Override
        public OptionalInt cpu() {
            return OptionalInt.empty();
        }

        @Override
        public Optional<Character> state() {
            return Optional.empty();
        }

        @Override
        public boolean isOnCpu() {
            return false;
        }

        @Override
        public Start start() {
            throw new LookupFailedException("registers", "of a task");
        }

        @Override
        public Optional<Stack> stackAt(long virtualAddress) {
            return virtualAddress >= stack && virtualAddress - stack < STACK_BYTES
                    ? Optional.of(new Stack("task", new AddressRange(stack, stack + STACK_BYTES - 1)))
                    : Optional.empty();
        }
    }
}
