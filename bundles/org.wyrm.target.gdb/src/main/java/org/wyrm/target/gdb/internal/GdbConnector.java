package org.wyrm.target.gdb.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.TargetConnector;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.program.spi.TargetImage.Note;
import org.wyrm.remote.CpuNotes;
import org.wyrm.remote.RemoteAddress;
import org.wyrm.remote.RemoteMemory;

/**
 * What a gdb remote stub shows, QEMU's above all: its guest's memory by physical address, and the registers of its CPUs.
 * Other stubs, such as kgdb, give memory by virtual address only.
 */
@Contributes(type = TargetConnector.class, name = "gdb")
public final class GdbConnector implements TargetConnector {
    /** The most that x86-64 has: 52 bits. */
    private static final long LAST_PHYSICAL_ADDRESS = (1L << 52) - 1;

    private static final Pattern ARCHITECTURE = Pattern.compile("<architecture>\\s*([^<]{1,64}?)\\s*</architecture>");

    /** gdb's names of architectures that {@code uname -m} has another name for. */
    private static final Map<String, String> MACHINES = Map.of(
            "i386:x86-64", "x86_64",
            "i386", "i686",
            "riscv:rv64", "riscv64",
            "riscv:rv32", "riscv32",
            "s390:64-bit", "s390x",
            "powerpc:common64", "ppc64");

    private final long answerMillis;

    /** Waits for an answer as long as is usual. */
    public GdbConnector() {
        this(RemoteStub.ANSWER_MILLIS);
    }

    GdbConnector(long answerMillis) {
        this.answerMillis = answerMillis;
    }

    /**
     * {@inheritDoc}
     *
     * @param address {@code HOST:PORT} or the path of a socket; with {@code ,stopped} at its end the target is left stopped
     */
    @Override
    public TargetImage connect(String address, Cancellation cancellation, Consumer<String> warnings) {
        var where = RemoteAddress.parse("--gdb", address, "stopped");
        var stub = new RemoteStub(where, answerMillis, cancellation);
        var opened = false;
        try {
            stub.begin();
            var image = image(stub, where);
            opened = true;
            return image;
        } finally {
            if (!opened) {
                stub.close();
            }
        }
    }

    private static TargetImage image(RemoteStub stub, RemoteAddress where) {
        var features = stub.features();
        var registers = features.isEmpty() ? RegisterFile.usual() : RegisterFile.parse(features);
        var notes = notes(stub, registers);
        var isPhysical = stub.readPhysical();
        var space = isPhysical ? AddressSpace.PHYSICAL : AddressSpace.VIRTUAL;
        var memory = new RemoteMemory(stub, space, new AddressRange(0, isPhysical ? LAST_PHYSICAL_ADDRESS : -1), true);
        return new StubImage(
                stub,
                "gdb stub %s, %s memory".formatted(where.words(), space.label()),
                architecture(features),
                isPhysical ? List.of(memory) : List.of(),
                isPhysical ? List.of() : List.of(memory),
                notes,
                List.of(
                        where.hasWish()
                                ? "the target is stopped, and stays so"
                                : "the target is stopped while it is looked at, and runs on then; --gdb ADDRESS,stopped leaves it stopped"));
    }

    private static List<Note> notes(RemoteStub stub, RegisterFile registers) {
        var notes = new ArrayList<Note>();
        for (var thread : stub.threads()) {
            var number = RemoteStub.number(thread);
            if (number.isPresent()) {
                // The first thread of QEMU's is CPU 0.
                stub.registers(thread)
                        .ifPresent(answer -> notes.addAll(
                                CpuNotes.of(number.getAsInt() - 1, name -> registers.value(answer, name))));
            }
        }
        return List.copyOf(notes);
    }

    /** {@return the architecture that the stub names; that of most stubs that name none} */
    private static String architecture(List<String> features) {
        var named = features.isEmpty() ? null : ARCHITECTURE.matcher(features.getFirst());
        if (named == null || !named.find()) {
            return "x86_64";
        }
        return MACHINES.getOrDefault(named.group(1), named.group(1));
    }
}
