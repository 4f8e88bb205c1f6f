package org.wyrm.target.qemu.internal;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.target.process.LocalProcess;

/**
 * A guest's memory in the process of QEMU, where that runs on this machine and may be read. Which process that is, its
 * virtual CPUs tell, which are threads; where the memory is, the monitor's {@code gpa2hva}; that both are right, a
 * comparison with what the monitor reads.
 *
 * @param process QEMU
 * @param ranges of the guest's memory
 */
record HostMemory(TargetImage process, List<HostRange> ranges) implements AutoCloseable {
    private static final Pattern ADDRESS =
            Pattern.compile("Host virtual address for 0x[0-9a-f]+ \\(.*\\) is (?:0x)?([0-9a-f]{1,16})\\s*");

    /** Of a guest that runs, what is compared may change between. */
    private static final int MOST_TRIES = 3;

    private static final int SAMPLE_BYTES = 1 << 11;

    /** Of the root of page tables the half that is the kernel's, which hardly changes. */
    private static final int KERNEL_HALF = 1 << 11;

    /**
     * {@return the memory in the process; empty if it cannot be read there}
     *
     * @param cpus of the guest
     * @param ranges where it has memory
     * @param isStable whether it is paused
     * @param refusals is told why it cannot be read
     */
    static Optional<HostMemory> find(
            QmpLink link,
            List<GuestCpu> cpus,
            List<AddressRange> ranges,
            boolean isStable,
            Cancellation cancellation,
            Consumer<String> refusals) {
        var threadId = threadId(link);
        TargetImage process;
        try {
            process = LocalProcess.ofThread(threadId, cancellation);
        } catch (UnreadableTargetException refused) {
            refusals.accept(refused.getMessage());
            return Optional.empty();
        }
        var isFound = false;
        try {
            var memory = process.virtualMemory().getFirst();
            var found = new HostMemory(process, hostRanges(link, ranges, memory, isStable));
            isFound = found.isRight(new MonitorMemory(link), cpus);
            if (!isFound) {
                refusals.accept(process.description() + " has not the memory of the guest");
            }
            return isFound ? Optional.of(found) : Optional.empty();
        } finally {
            if (!isFound) {
                process.close();
            }
        }
    }

    private static int threadId(QmpLink link) {
        for (var cpu : link.query("query-cpus-fast", List.class)) {
            if (cpu instanceof JsonObject object) {
                var id = object.find("thread-id", Long.class)
                        .filter(number -> number > 0 && number <= Integer.MAX_VALUE);
                return Math.toIntExact(
                        id.orElseThrow(() -> link.malformed("the answer to 'query-cpus-fast' has no thread-id")));
            }
        }
        throw link.malformed("the answer to 'query-cpus-fast' names no CPU");
    }

    private static List<HostRange> hostRanges(
            QmpLink link, List<AddressRange> ranges, MemorySource process, boolean isStable) {
        var found = new ArrayList<HostRange>();
        for (var range : ranges) {
            var first = hostAddress(link, range.firstAddress());
            var distance = range.lastAddress() - range.firstAddress();
            if (first > Long.MAX_VALUE - distance || hostAddress(link, range.lastAddress()) != first + distance) {
                throw link.malformed("memory at 0x%x to 0x%x is not in one piece"
                        .formatted(range.firstAddress(), range.lastAddress()));
            }
            var next = new HostRange(range, process, first, isStable);
            var isMore = !found.isEmpty() && found.getLast().isContinuedBy(next);
            found.add(isMore ? found.removeLast().with(next) : next);
        }
        return List.copyOf(found);
    }

    private static long hostAddress(QmpLink link, long address) {
        var answer = link.monitor("gpa2hva 0x%x".formatted(address));
        var parts = ADDRESS.matcher(answer);
        var found = parts.matches() ? Long.parseUnsignedLong(parts.group(1), 16) : -1;
        if (found < 0) {
            throw link.malformed("the answer to 'gpa2hva 0x%x' is: %s".formatted(address, QmpLink.words(answer)));
        }
        return found;
    }

    private boolean isRight(MonitorMemory monitor, List<GuestCpu> cpus) {
        // Before a guest has page tables, there is the end of its firmware at least.
        var address = cpus.stream()
                .flatMapToLong(cpu -> cpu.pageTables().stream())
                .map(root -> root + KERNEL_HALF)
                .filter(this::isMemory)
                .findFirst()
                .orElse(ranges.getLast().lastAddress() + 1 - SAMPLE_BYTES);
        for (var tries = 1; tries <= MOST_TRIES; tries++) {
            var here = sample(address);
            var there = monitor.read(address, SAMPLE_BYTES);
            if (Arrays.equals(here, there) && !Arrays.equals(here, new byte[here.length])) {
                return true;
            }
        }
        return false;
    }

    private boolean isMemory(long address) {
        return ranges.stream().anyMatch(range -> range.range().contains(address));
    }

    private byte[] sample(long address) {
        try {
            return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, ranges)
                    .bytes(address, SAMPLE_BYTES);
        } catch (FaultException absent) {
            return new byte[0];
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
