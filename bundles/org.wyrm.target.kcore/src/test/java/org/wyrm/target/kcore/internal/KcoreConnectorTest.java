package org.wyrm.target.kcore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UnsupportedTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;
import org.wyrm.program.spi.TargetImage;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dump.ElfBuilder;
import org.wyrm.testkit.dump.VmcoreBuilder;

class KcoreConnectorTest {
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;
    private static final long IMAGE = 0xffff_ffff_8100_0000L;
    private static final long VMALLOC = 0xffff_c900_0000_0000L;
    private static final byte[] RAM = bytes(1, 0x4000);
    private static final byte[] MORE_RAM = bytes(2, 0x4000);
    private static final byte[] TEXT = bytes(3, 0x1000);
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path root;

    private final AtomicLong clock = new AtomicLong();

    private static byte[] bytes(long seed, int byteSize) {
        var bytes = new byte[byteSize];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** As the kernel orders them: the image, what has no physical address, the direct map. */
    private static VmcoreBuilder kcore() {
        return new VmcoreBuilder()
                .note("CORE", 1, new byte[336])
                .memory(IMAGE, 0x2000, TEXT, TEXT.length)
                .memory(VMALLOC, -1, new byte[0], 0x1000)
                .memory(DIRECT_MAP + 0x1000, 0x1000, RAM, RAM.length);
    }

    private static VmcoreBuilder kcoreThatTells() {
        return kcore().vmcoreinfo("OSRELEASE=6.1.0\nBUILD-ID=0123456789abcdef\n");
    }

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.createDirectories(root.resolve("sys/kernel/security"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(root.resolve(file), text);
    }

    private void write(VmcoreBuilder kcore) throws IOException {
        Files.write(root.resolve("proc/kcore"), kcore.build());
    }

    private KcoreConnector connector() {
        return new KcoreConnector(root, clock::get, List.of());
    }

    private TargetImage connect() {
        return connector().connect("", new Cancellation(), warning -> {});
    }

    private static TargetMemory memory(AddressSpace space, List<MemorySource> sources) {
        return new TargetMemory(space, ByteOrder.LITTLE_ENDIAN, sources);
    }

    private static TargetMemory physical(TargetImage image) {
        return memory(AddressSpace.PHYSICAL, image.physicalMemory());
    }

    @Test
    void readsTheDirectMapByPhysicalAddress() throws IOException {
        write(kcoreThatTells());

        try (var image = connect()) {
            assertThat(physical(image).bytes(0x1000, RAM.length)).isEqualTo(RAM);
            assertThat(physical(image).isStable()).isFalse();
            assertThat(image.architecture()).isEqualTo("x86_64");
            assertThat(image.notes()).isEmpty();
        }
    }

    @Test
    void readsImageAndDirectMapByVirtualAddress() throws IOException {
        write(kcoreThatTells());

        try (var image = connect()) {
            var virtual = memory(AddressSpace.VIRTUAL, image.virtualMemory());
            assertThat(virtual.bytes(IMAGE, TEXT.length)).isEqualTo(TEXT);
            assertThat(virtual.bytes(DIRECT_MAP + 0x1000, RAM.length)).isEqualTo(RAM);
            assertThatThrownBy(() -> virtual.u8(VMALLOC)).isInstanceOf(FaultException.class);
        }
    }

    @Test
    void seesWhatChanges() throws IOException {
        write(kcoreThatTells());

        try (var image = connect();
                var file = Files.newByteChannel(root.resolve("proc/kcore"), java.nio.file.StandardOpenOption.WRITE)) {
            var before = physical(image);
            assertThat(before.u8(0x1000)).isEqualTo(RAM[0] & 0xff);
            var offset = Files.size(root.resolve("proc/kcore")) - RAM.length;
            file.position(offset).write(java.nio.ByteBuffer.wrap(new byte[] {(byte) ~RAM[0]}));

            assertThat(before.u8(0x1000)).isEqualTo(~RAM[0] & 0xff);
        }
    }

    @Test
    void findsMemoryThatWasPluggedIn() throws IOException {
        write(kcoreThatTells());

        try (var image = connect()) {
            var physical = physical(image);
            var plugged = kcoreThatTells().memory(DIRECT_MAP + 0x10_0000, 0x10_0000, MORE_RAM, MORE_RAM.length);
            write(plugged);
            assertThatThrownBy(() -> physical.u8(0x10_0000))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("there is no memory");
            clock.addAndGet(SECOND + 1);

            assertThat(physical.bytes(0x10_0000, MORE_RAM.length)).isEqualTo(MORE_RAM);
            assertThat(physical.nextPresent(0x8000, new Cancellation())).hasValue(0x10_0000);
        }
    }

    @Test
    void givesWhatTheKernelGivesAndFaultsAtTheRest() throws IOException {
        var whole = kcoreThatTells().build();
        Files.write(root.resolve("proc/kcore"), java.util.Arrays.copyOf(whole, whole.length - 0x1000));

        try (var image = connect()) {
            assertThatThrownBy(() -> physical(image).bytes(0x1000, RAM.length))
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            fault -> assertThat(fault.address()).isEqualTo(0x4000))
                    .hasMessageContaining("proc/kcore");
        }
    }

    @Test
    void takesVmcoreinfoFromTheNote() throws IOException {
        write(kcoreThatTells());

        try (var image = connect()) {
            assertThat(vmcoreinfo(image)).startsWith("OSRELEASE=6.1.0").containsOnlyOnce("BUILD-ID=");
        }
    }

    @Test
    void looksForVmcoreinfoWhereOldKernelsTellThatItIs() throws IOException {
        var note = ElfBuilder.note(
                ByteOrder.LITTLE_ENDIAN, 4, "VMCOREINFO", 0, "OSRELEASE=4.15.0\n".getBytes(StandardCharsets.UTF_8));
        write(kcore().memory(DIRECT_MAP + 0x2_0000, 0x2_0000, note, note.length));
        write("sys/kernel/vmcoreinfo", "0x0000000000020000 %x\n".formatted(note.length));
        Files.write(
                root.resolve("sys/kernel/notes"),
                ElfBuilder.note(ByteOrder.LITTLE_ENDIAN, 4, "GNU", 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));

        try (var image = connect()) {
            assertThat(vmcoreinfo(image).lines()).contains("OSRELEASE=4.15.0", "BUILD-ID=0102030405060708");
        }
    }

    private static String vmcoreinfo(TargetImage image) {
        var text = image.vmcoreinfo().orElseThrow();
        return text.text(0, text.byteSize());
    }

    @Test
    void isTheDefaultWhereItCanBeRead() throws IOException {
        assertThat(connector().isDefault()).isFalse();
        write(kcoreThatTells());
        assertThat(connector().isDefault()).isTrue();
    }

    @Test
    void damagedHeadersAreErrorsWithAPlace() throws IOException {
        var count = 0;
        for (var damaged :
                Damage.extremes(kcoreThatTells().build(), 0, 64 + 4 * 56 + 12).toList()) {
            Files.write(root.resolve("proc/kcore"), damaged);
            try (var image = connect()) {
                physical(image).bytes(0x1000, 16);
            } catch (DebuggerException told) {
                count++;
                assertThat(told.getMessage()).isNotBlank();
            }
        }
        assertThat(count).isGreaterThan(50);
    }

    @Nested
    class IsRefused {
        @Test
        void withAnAddress() {
            assertThatThrownBy(() -> connector().connect("x", new Cancellation(), warning -> {}))
                    .isInstanceOf(UsageException.class);
        }

        @Test
        void whereThereIsNone() {
            assertThatThrownBy(KcoreConnectorTest.this::connect)
                    .isInstanceOf(UnreadableTargetException.class)
                    .hasMessageContaining("CONFIG_PROC_KCORE");
        }

        @Test
        void whereAContainerHidesIt() throws IOException {
            write("proc/kcore", "");

            assertThatThrownBy(KcoreConnectorTest.this::connect)
                    .isInstanceOf(UnreadableTargetException.class)
                    .hasMessageContaining("hides it");
        }

        @Test
        void whereItGivesNoPhysicalAddresses() throws IOException {
            write(new VmcoreBuilder().memory(DIRECT_MAP, 0, RAM, RAM.length).memory(VMALLOC, 0, RAM, RAM.length));

            assertThatThrownBy(KcoreConnectorTest.this::connect)
                    .isInstanceOf(UnsupportedTargetException.class)
                    .hasMessageContaining("4.11");
        }

        private String refusal(String status, IOException error) throws IOException {
            write("proc/self/status", status);
            return new Refusal(root).of(Path.of("/proc/kcore"), error).getMessage();
        }

        private static final String USER = "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n";
        private static final String ROOT = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
        private static final String CONTAINER = "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n";
        private static final FileSystemException EPERM =
                new FileSystemException("/proc/kcore", null, "Operation not permitted");

        @Test
        void toOthersThanRoot() throws IOException {
            assertThat(refusal(USER, new AccessDeniedException("/proc/kcore")))
                    .isEqualTo("/proc/kcore: only root may read the kernel's memory: run wyrm -k as root");
        }

        @Test
        void toRootOfAContainer() throws IOException {
            assertThat(refusal(ROOT, new AccessDeniedException("/proc/kcore"))).contains("root of a container");
        }

        @Test
        void withoutTheCapability() throws IOException {
            assertThat(refusal(CONTAINER, EPERM)).contains("CAP_SYS_RAWIO");
        }

        @Test
        void underLockdown() throws IOException {
            write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");

            assertThat(refusal(ROOT, EPERM)).contains("locked down");
        }

        @Test
        void elseInTheSystemsWords() throws IOException {
            assertThat(refusal(ROOT, EPERM)).isEqualTo("/proc/kcore: operation not permitted");
        }
    }
}
