package org.wyrm.program.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.testkit.dump.Sample;

/** What every {@link TargetFormat} keeps. Its test extends this one. */
@Timeout(120)
public abstract class TargetFormatContract {
    /** {@return the format} */
    protected abstract TargetFormat format();

    /** {@return a whole file of the format, of some ten KiB, with VMCOREINFO} */
    protected abstract byte[] file();

    /** {@return bytes that the file has, by physical address} */
    protected abstract Map<Long, byte[]> content();

    /** {@return damaged copies of the file; see {@code org.wyrm.testkit.dump.Damage}} */
    protected abstract Stream<byte[]> damaged();

    @Test
    void recognisesItsFileAndNothingElse() {
        assertThat(format().recognises(slice(file()))).isTrue();
        assertThat(format().recognises(slice(new byte[0]))).isFalse();
        assertThat(format().recognises(slice(new byte[4096]))).isFalse();
        assertThat(format().recognises(slice("root:x:0:0:root".getBytes(StandardCharsets.UTF_8))))
                .isFalse();
    }

    @Test
    void describesItself() {
        var image = format().open(slice(file()));

        assertThat(image.description()).isNotBlank().doesNotContain("\n");
        assertThat(image.architecture()).isNotBlank();
        assertThat(image.vmcoreinfo()).isPresent();
        assertThat(image.warnings()).isEmpty();
    }

    @Test
    void servesItsMemory() {
        var memory = physicalMemory(format().open(slice(file())));

        content().forEach((address, bytes) -> {
            assertThat(memory.bytes(address, bytes.length)).isEqualTo(bytes);
        });
    }

    @Test
    void givesChunksThatHoldTheAddressAskedFor() {
        for (var source : format().open(slice(file())).physicalMemory()) {
            assertThat(Long.compareUnsigned(source.firstAddress(), source.lastAddress()))
                    .isLessThanOrEqualTo(0);
            content().keySet().stream()
                    .filter(address -> address >= source.firstAddress() && address <= source.lastAddress())
                    .forEach(address -> assertThat(source.chunk(address, 1).contains(address))
                            .isTrue());
        }
    }

    @Test
    void servesManyThreads() {
        var memory = physicalMemory(format().open(slice(file())));
        var content = content().entrySet();

        var wrong = IntStream.range(0, 2000)
                .parallel()
                .mapToObj(i -> content)
                .flatMap(Set::stream)
                .filter(entry ->
                        !Arrays.equals(memory.bytes(entry.getKey(), entry.getValue().length), entry.getValue()))
                .count();

        assertThat(wrong).isZero();
    }

    @Test
    void reportsEveryTruncation() {
        var whole = file();

        IntStream.range(0, whole.length)
                .mapToObj(length -> Arrays.copyOf(whole, length))
                .forEach(this::openAndReadAll);
    }

    @Test
    void reportsEveryDamage() {
        var count = new AtomicInteger();

        damaged().peek(file -> count.incrementAndGet()).forEach(this::openAndReadAll);

        assertThat(count.get()).isGreaterThanOrEqualTo(Sample.size(1000, 500));
    }

    /** Does all that can be done with a file; anything but a {@link DebuggerException} gets out. */
    public final void openAndReadAll(byte[] file) {
        try {
            if (!format().recognises(slice(file))) {
                return;
            }
            var image = format().open(slice(file));
            image.warnings();
            image.description();
            var memory = physicalMemory(image);
            var virtual = new TargetMemory(AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, image.virtualMemory());
            for (var range : memory.ranges()) {
                read(memory, range.firstAddress());
                read(memory, range.lastAddress());
            }
            for (var range : virtual.ranges()) {
                read(virtual, range.firstAddress());
                read(virtual, range.lastAddress());
            }
            content().keySet().forEach(address -> read(memory, address));
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    private static void read(TargetMemory memory, long address) {
        try {
            memory.u8(address);
        } catch (DebuggerException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    private static TargetMemory physicalMemory(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    /** {@return a file as formats are given it} */
    protected static ByteSlice slice(byte[] file) {
        return ByteSlice.of("vmcore", file, ByteOrder.LITTLE_ENDIAN);
    }
}
