package org.wyrm.target.qemu.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.remote.RemoteAddress;
import org.wyrm.remote.RemoteMemory;

/** A guest of QEMU, by its monitor QMP; its memory from the process of QEMU where that may be read, else by the monitor. */
@Contributes(type = TargetConnector.class, name = "qemu")
public final class QemuConnector implements TargetConnector {
    static final String X86_64 = "x86_64";

    private final long answerMillis;

    /** Waits for an answer as long as is usual. */
    public QemuConnector() {
        this(QmpLink.ANSWER_MILLIS);
    }

    QemuConnector(long answerMillis) {
        this.answerMillis = answerMillis;
    }

    /**
     * {@inheritDoc}
     *
     * @param address {@code HOST:PORT} or the path of a socket; with {@code ,pause} at its end the guest is paused while it
     *     is looked at
     */
    @Override
    public TargetImage connect(String address, Cancellation cancellation, Consumer<String> warnings) {
        var where = RemoteAddress.parse("--qemu", address, "pause");
        var link = new QmpLink(where, answerMillis, cancellation);
        var opened = false;
        try {
            var version = link.begin();
            checkArchitecture(link);
            var image = image(link, version, cancellation, warnings);
            opened = true;
            return image;
        } finally {
            if (!opened) {
                link.close();
            }
        }
    }

    /** What the monitor prints of registers and addresses differs. */
    private static void checkArchitecture(QmpLink link) {
        var architecture = link.query("query-target")
                .find("arch", String.class)
                .orElseThrow(() -> link.malformed("the answer to 'query-target' has no arch"));
        if (!architecture.equals(X86_64)) {
            throw new UnsupportedTargetException("%s: the guest is of architecture %s, which is not supported"
                    .formatted(link.address().label(), QmpLink.words(architecture)));
        }
    }

    private static TargetImage image(
            QmpLink link, String version, Cancellation cancellation, Consumer<String> warnings) {
        var state = new GuestState(link, warnings);
        var opened = false;
        try {
            if (link.address().hasWish()) {
                state.pause();
            }
            var description = "guest of QEMU %s at %s, %s"
                    .formatted(version, link.address().place(), state.word());
            var image = image(link, state, description, cancellation);
            opened = true;
            return image;
        } finally {
            if (!opened) {
                state.close();
            }
        }
    }

    private static TargetImage image(QmpLink link, GuestState state, String description, Cancellation cancellation) {
        var cpus = cpus(link);
        var ranges = RamRange.parse(link, link.monitor("info mtree -f"));
        var warnings = new ArrayList<String>();
        var isStable = !state.isRunning();
        var host = HostMemory.find(
                link, cpus, ranges, isStable, cancellation, why -> warnings.add(throughMonitor(why, isStable)));
        return new GuestImage(
                link,
                state,
                host,
                description,
                host.<List<MemorySource>>map(memory -> List.copyOf(memory.ranges()))
                        .orElseGet(() -> monitorMemory(link, ranges, isStable)),
                cpus,
                List.copyOf(warnings));
    }

    private static String throughMonitor(String why, boolean isStable) {
        return "its memory is read through QEMU's monitor, half a millisecond a time, not from QEMU's process: %s%s"
                .formatted(why, isStable ? "" : "; with --qemu ADDRESS,pause nothing is read twice");
    }

    private static List<MemorySource> monitorMemory(QmpLink link, List<AddressRange> ranges, boolean isStable) {
        var reader = new MonitorMemory(link);
        return ranges.stream()
                .<MemorySource>map(range -> new RemoteMemory(reader, AddressSpace.PHYSICAL, range, isStable))
                .toList();
    }

    /** {@return the CPUs of a guest of x86-64, as they are now} */
    static List<GuestCpu> cpus(QmpLink link) {
        return GuestCpu.parse(link, link.monitor("info registers -a"));
    }
}
