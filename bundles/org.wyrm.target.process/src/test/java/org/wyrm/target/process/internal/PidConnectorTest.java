package org.wyrm.target.process.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.RunningProcess;

/** A process of this machine's {@code cat}, which waits for what it will never get: a child of a shell. */
class PidConnectorTest {
    private static final String WORD = "a word that nobody else has";

    private Process shell;
    private ProcessHandle process;

    @BeforeEach
    void aProcessRuns() throws IOException {
        var builder = new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 & echo $!; wait");
        builder.environment().put("WORD", WORD);
        shell = builder.start();
        var reader = shell.inputReader(StandardCharsets.US_ASCII);
        process = ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();
        // It answers when it is what it will be.
        shell.getOutputStream().write('\n');
        shell.getOutputStream().flush();
        assertThat(reader.readLine()).isEmpty();
    }

    @AfterEach
    void itEnds() throws InterruptedException {
        process.destroyForcibly();
        shell.waitFor();
    }

    private RunningProcess connect() {
        return (RunningProcess)
                new PidConnector().connect(Long.toString(process.pid()), new Cancellation(), warning -> {});
    }

    private static TargetMemory memory(RunningProcess image) {
        return new TargetMemory(AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, image.virtualMemory());
    }

    @Test
    void memoryIsThatOfTheProcess() {
        try (var image = connect()) {
            var memory = memory(image);
            var stack = image.threads().getFirst().stop().general().u64(19 * 8);
            var mapping = image.mappingAt(stack).orElseThrow();
            var bytes = memory.bytes(stack, (int) (mapping.lastAddress() - stack + 1));

            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("WORD=" + WORD);
            assertThat(memory.nextPresent(stack, new Cancellation())).hasValue(stack);
            assertThat(memory.nextPresent(mapping.lastAddress() + 1, new Cancellation()))
                    .satisfies(next -> assertThat(next.orElse(Long.MAX_VALUE)).isGreaterThan(mapping.lastAddress()));
        }
    }

    @Test
    void whatIsNotMappedIsAFault() {
        try (var image = connect()) {
            for (var address : new long[] {0, 0x10, -8, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> memory(image).u8(address))
                        .isInstanceOf(FaultException.class)
                        .hasMessageContaining("has nothing mapped there");
            }
        }
    }

    @Test
    void aReadOverTheEndOfAMappingNamesTheFirstAbsentByte() {
        try (var image = connect()) {
            var first = memory(image).nextPresent(0, new Cancellation()).orElseThrow();
            var end = first;
            while (image.mappingAt(end).isPresent()) {
                end = image.mappingAt(end).get().lastAddress() + 1;
            }
            var absent = end;

            assertThatThrownBy(() -> memory(image).read(absent - 4, MemorySegment.ofArray(new byte[8])))
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            fault -> assertThat(fault.address()).isEqualTo(absent));
        }
    }

    @Test
    void theProgramIsAmongTheFiles() {
        try (var image = connect()) {
            assertThat(image.mappedFiles()).anySatisfy(file -> {
                assertThat(file.path()).endsWith("/cat");
                assertThat(file.content()).isEmpty();
                assertThat(file.mappings()).anyMatch(mapping -> mapping.fileOffset() == 0);
            });
            assertThat(image.architecture()).isEqualTo("x86_64");
            assertThat(image.description()).isEqualTo("process " + process.pid() + " (cat)");
        }
    }

    @Test
    void afterItsEndThatIsTheReason() throws InterruptedException {
        try (var image = connect()) {
            var memory = memory(image);
            var address = memory.nextPresent(0, new Cancellation()).orElseThrow();
            var thread = image.threads().getFirst();

            itEnds();

            assertThatThrownBy(() -> memory.u8(address))
                    .hasMessageContaining("has ended, or has begun another program");
            assertThatThrownBy(thread::stop).hasMessage("thread " + process.pid() + " has ended");
            assertThat(image.threads()).isEmpty();
            assertThat(thread.name()).isEmpty();
            assertThat(thread.state()).isEmpty();
            assertThat(memory.nextPresent(0, new Cancellation())).isEmpty();
        }
    }

    @Test
    void aChildOfThisProcessIsNotStopped() throws IOException, InterruptedException {
        var child = new ProcessBuilder("sleep", "1000").start();
        try (var image = (RunningProcess)
                new PidConnector().connect(Long.toString(child.pid()), new Cancellation(), warning -> {})) {
            assertThatThrownBy(image.threads().getFirst()::stop)
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("a child of this very process");
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor()).isEqualTo(137);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "01", "x", "1.5", "2147483648", "99999999999", "1 2"})
    void whatIsNoNumberOfAProcessIsAnError(String text) {
        assertThatThrownBy(() -> new PidConnector().connect(text, new Cancellation(), warning -> {}))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void aProcessThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> new PidConnector().connect("2147483647", new Cancellation(), warning -> {}))
                .isInstanceOf(UnreadableTargetException.class)
                .hasMessage("process 2147483647: there is none");
    }
}
