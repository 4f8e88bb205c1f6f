package org.wyrm.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.wyrm.base.cancellation.Cancellation;

/** A process of this machine's {@code sleep} is stopped: a child of a shell, since Java waits for its own. */
class ThreadStopTest {
    private static final int NT_PRSTATUS = 1;
    private static final int REGISTERS_BYTES = 27 * Long.BYTES;
    private static final int RIP = 16 * Long.BYTES;

    private Process shell;
    private ProcessHandle process;

    @BeforeEach
    void aProcessRuns() throws IOException {
        shell = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; wait").start();
        var id = shell.inputReader(StandardCharsets.US_ASCII).readLine();
        process = ProcessHandle.of(Long.parseLong(id)).orElseThrow();
    }

    @AfterEach
    void itEnds() throws InterruptedException {
        process.destroyForcibly();
        shell.waitFor();
    }

    private int id() {
        return (int) process.pid();
    }

    private <T> T whileStopped(int thread, ThreadStop.Work<T> work) throws IOException {
        return ThreadStop.whileStopped(thread, Duration.ofSeconds(10), new Cancellation(), work)
                .result();
    }

    private String status() throws IOException {
        var lines = Files.readString(Path.of("/proc", Integer.toString(id()), "status"));
        return lines.replaceAll("(?s).*State:\\s+(\\S).*TracerPid:\\s+(\\d+).*", "$1 $2");
    }

    @Test
    void itsRegistersAreReadAndItGoesOn() throws IOException {
        var registers = whileStopped(id(), thread -> {
            assertThat(status()).startsWith("t ");
            return thread.registers(NT_PRSTATUS, REGISTERS_BYTES);
        });

        assertThat(registers).hasSize(REGISTERS_BYTES);
        assertThat(ByteBuffer.wrap(registers).order(ByteOrder.LITTLE_ENDIAN).getLong(RIP))
                .isPositive();
        assertThat(status()).matches("[RS] 0");
    }

    @Test
    void itGoesOnAfterAnError() throws IOException {
        assertThatThrownBy(() -> whileStopped(id(), thread -> {
                    throw new IOException("of the work");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("of the work");

        assertThat(status()).matches("[RS] 0");
    }

    @Test
    void onlyOneCanStopIt() throws IOException {
        whileStopped(id(), thread -> {
            assertThatThrownBy(() -> whileStopped(id(), other -> other))
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            error -> assertThat(error.errno()).isEqualTo(SystemCallException.EPERM));
            return thread;
        });
    }

    @Test
    void whatIsNotThereIsAnError() {
        assertThatThrownBy(() -> whileStopped(Integer.MAX_VALUE, thread -> thread))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        error -> assertThat(error.errno()).isEqualTo(SystemCallException.ESRCH));
    }

    @Test
    void aSetOfRegistersThatThereIsNotIsAnError() {
        assertThatThrownBy(() -> whileStopped(id(), thread -> thread.registers(0x7fff, REGISTERS_BYTES)))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("PTRACE_GETREGSET failed");
    }

    @Test
    void itMayBeKilledMeanwhile() throws IOException {
        assertThatThrownBy(() -> whileStopped(id(), thread -> {
                    process.destroyForcibly();
                    while (status().startsWith("t")) {
                        Thread.onSpinWait();
                    }
                    return thread.registers(NT_PRSTATUS, REGISTERS_BYTES);
                }))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        error -> assertThat(error.errno()).isEqualTo(SystemCallException.ESRCH));
    }
}
