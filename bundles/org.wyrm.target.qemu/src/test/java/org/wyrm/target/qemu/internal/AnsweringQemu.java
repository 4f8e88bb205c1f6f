package org.wyrm.target.qemu.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.memory.TargetMemory;
import org.wyrm.program.spi.TargetImage;

/** What a peer needs to answer as QEMU does for a guest; where QEMU's process is meant, it is this one. */
abstract class AnsweringQemu {
    static final long ANSWER_MILLIS = 400;
    static final long PATIENT_MILLIS = 20_000;
    static final int PAGE = 4096;

    /** Two ranges: 0 to 0xffff, and 0x100000 to 0x10ffff. */
    static final long RAM_BYTES = 0x20000;

    private static final String TREE = """
            FlatView #0
             AS "cpu-smm-0", root: memory
             Root memory region: memory
              0000000000000000-0000000fffffffff (prio 0, ram): other

            FlatView #1
             AS "memory", root: system
             AS "cpu-memory-0", root: system
             Root memory region: system
              0000000000000000-0000000000008fff (prio 0, ram): pc.ram KVM
              0000000000009000-000000000000ffff (prio 0, rom): pc.ram @0000000000009000 KVM
              00000000000a0000-00000000000bffff (prio 1, i/o): vga-lowmem
              0000000000100000-000000000010ffff (prio 0, ram): pc.ram @0000000000010000 KVM
              00000000febf0400-00000000febf041f (prio 0, i/o): vga ioports remapped

            """;

    private static final String REGISTERS = """

            CPU#0
            RAX=000000000001ad40 RBX=0000000000000001 RCX=7ffffffe3b3e3cff RDX=4000000000000000
            RSI=0000000000000000 RDI=000000000000500c RBP=ffffffffb841aa40 RSP=ffffffffb8403e98
            R8 =0000000000000008 R9 =000000003cf3b2b4 R10=00000000fffffffb R11=0000000000000000
            R12=0000000000000000 R13=0000000000000000 R14=0000000000000000 R15=000000000000000f
            RIP=ffffffffb7417a0b RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=1
            CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]
            GS =0000 ffff8e5a8f600000 00000000 00000000
            TR =0040 fffffe0000003000 00004087 00008900 DPL=0 TSS64-avl
            CR0=80050033 CR2=00000000005794a9 CR3=0000000000003000 CR4=00750eb0
            EFER=0000000000000d01

            CPU#1
            EAX=00000000 EBX=00000000 ECX=00000000 EDX=00060fb1
            EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=1
            CS =f000 ffff0000 0000ffff 00009b00
            CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000
            """;

    private final Arena arena = Arena.ofShared();
    final List<String> warnings = new ArrayList<>();
    MemorySegment ram;
    String status = "{\"status\": \"paused\", \"singlestep\": false, \"running\": false}";
    long threadId = ProcessHandle.current().pid();

    @BeforeEach
    void fill() {
        ram = arena.allocate(RAM_BYTES, PAGE);
        for (var at = 0L; at < RAM_BYTES; at += Long.BYTES) {
            ram.set(ValueLayout.JAVA_LONG, at, guestAddress(at) * 0x0101_0101L + 1);
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private static long guestAddress(long offset) {
        return offset < 0x10000 ? offset : offset + 0xf0000;
    }

    static long offset(long guestAddress) {
        return guestAddress < 0x10000 ? guestAddress : guestAddress - 0xf0000;
    }

    String answer(String request) {
        if (request.startsWith("xp /")) {
            return ScriptedQemu.quoted(printed(request));
        }
        if (request.startsWith("gpa2hva 0x")) {
            var address = Long.parseLong(request.substring("gpa2hva 0x".length()), 16);
            return ScriptedQemu.quoted("Host virtual address for 0x%x (pc.ram) is 0x%x\n"
                    .formatted(address, ram.address() + offset(address)));
        }
        return switch (request) {
            case "query-target" -> "{\"arch\": \"x86_64\"}";
            case "query-status" -> status;
            case "query-cpus-fast" ->
                "[{\"thread-id\": %d, \"cpu-index\": 0, \"target\": \"x86_64\"}]".formatted(threadId);
            case "info mtree -f" -> ScriptedQemu.quoted(TREE.replace("\"", "\\\""));
            case "info registers -a" -> ScriptedQemu.quoted(REGISTERS);
            case "stop", "cont" -> "{}";
            default -> "";
        };
    }

    private String printed(String request) {
        var words = request.split("/|xg 0x", -1);
        var count = Integer.parseInt(words[1]);
        var text = new StringBuilder();
        for (var at = Long.parseLong(words[2], 16); count > 0; at += 16, count -= 2) {
            text.append("%016x:".formatted(at));
            if (!(at < 0x10000 || at >= 0x100000 && at < 0x110000)) {
                return text.append(" Cannot access memory\n").toString();
            }
            for (var word = 0; word < Math.min(2, count); word++) {
                text.append(" 0x%016x".formatted(ram.get(ValueLayout.JAVA_LONG, offset(at) + 8L * word)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    TargetImage connect(String address) {
        return connect(address, PATIENT_MILLIS);
    }

    TargetImage connect(String address, long answerMillis) {
        return new QemuConnector(answerMillis).connect(address, new Cancellation(), warnings::add);
    }

    static TargetMemory physical(TargetImage image) {
        return new TargetMemory(AddressSpace.PHYSICAL, ByteOrder.LITTLE_ENDIAN, image.physicalMemory());
    }

    static long expected(long guestAddress) {
        return guestAddress * 0x0101_0101L + 1;
    }

    void running() {
        status = "{\"status\": \"running\", \"singlestep\": false, \"running\": true}";
    }
}
