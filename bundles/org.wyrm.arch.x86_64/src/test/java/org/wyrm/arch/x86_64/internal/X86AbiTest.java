package org.wyrm.arch.x86_64.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.base.address.AddressSpace;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.memory.Chunk;
import org.wyrm.memory.TargetMemory;
import org.wyrm.memory.spi.MemorySource;

class X86AbiTest {
    private static final int XMM0 = 17;
    private static final int ST0 = 33;
    private static final long AVX = 4;
    private static final Abi ABI = X86Abi.INSTANCE;
    private static final int RBP = 6;
    private static final int RSP = 7;
    private static final int RIP = 16;
    private static final long BASE = 0x1000;

    /** {@return words with their index and 256} */
    private static ByteSlice words(int count) {
        var words = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var index = 0; index < count; index++) {
            words.putLong(0x1_0100 + index);
        }
        return ByteSlice.of("registers", words.array(), ByteOrder.LITTLE_ENDIAN);
    }

    /** The numbers of System V's "DWARF Register Number Mapping". */
    @ParameterizedTest
    @CsvSource({
        "rax, 0",
        "rdx, 1",
        "rcx, 2",
        "rbx, 3",
        "rsi, 4",
        "rdi, 5",
        "rbp, 6",
        "rsp, 7",
        "r8, 8",
        "r15, 15",
        "rip, 16",
        "rflags, 49",
        "es, 50",
        "cs, 51",
        "ss, 52",
        "ds, 53",
        "fs, 54",
        "gs, 55",
        "fs_base, 58",
        "gs_base, 59"
    })
    void registersHaveTheirNumbers(String name, int number) {
        assertThat(ABI.register(name)).hasValue(number);
        assertThat(ABI.registers()).anyMatch(register -> register.name().equals(name) && register.number() == number);
    }

    @ParameterizedTest
    @CsvSource({"ax, 0", "bx, 3", "ip, 16", "sp, 7", "flags, 49", "cs, 51", "ss, 52", "ds, 53", "gs, 55", "r12, 12"})
    void registersHaveTheKernelsNamesToo(String name, int number) {
        assertThat(ABI.kernelRegister(name)).hasValue(number);
        assertThat(ABI.register(name)).hasValue(number);
        assertThat(ABI.register("r" + name + "x")).isEmpty();
    }

    @Test
    void thoseThatFunctionsPreserveAreSix() {
        assertThat(ABI.registers().stream()
                        .filter(register -> ABI.isPreserved(register.number()))
                        .map(Abi.Register::name))
                .containsExactlyInAnyOrder("rbx", "rbp", "r12", "r13", "r14", "r15");
    }

    @Test
    void ptRegsHaveThemInTheirOrder() {
        var registers = ABI.ofPtRegs(words(21));

        var names = List.of(
                "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi");
        for (var index = 0; index < names.size(); index++) {
            assertThat(registers.get(ABI.register(names.get(index)).orElseThrow()))
                    .hasValue(0x1_0100 + index);
        }
        assertThat(registers.get(RIP)).hasValue(0x1_0110);
        assertThat(registers.get(51)).as("16 bits of cs").hasValue(0x111);
        assertThat(registers.get(49)).hasValue(0x1_0112);
        assertThat(registers.get(RSP)).hasValue(0x1_0113);
        assertThat(registers.get(52)).hasValue(0x114);
        assertThat(registers.has(58)).isFalse();
        assertThat(ABI.ptRegsByteSize()).isEqualTo(168);
    }

    @Test
    void theRegistersOfNotesGoOn() {
        var registers = ABI.ofPtRegs(words(27));

        assertThat(registers.get(58)).as("fs_base").hasValue(0x1_0115);
        assertThat(registers.get(59)).as("gs_base").hasValue(0x1_0116);
        assertThat(registers.get(55)).as("gs").hasValue(0x11a);
    }

    @Test
    void interruptFramesHaveFive() {
        var registers = ABI.ofInterruptFrame(words(5));

        assertThat(registers.get(RIP)).hasValue(0x1_0100);
        assertThat(registers.get(51)).hasValue(0x101);
        assertThat(registers.get(49)).hasValue(0x1_0102);
        assertThat(registers.get(RSP)).hasValue(0x1_0103);
        assertThat(registers.get(52)).hasValue(0x104);
        assertThat(registers.has(0)).isFalse();
        assertThat(ABI.interruptFrameByteSize()).isEqualTo(40);
    }

    @Test
    void theFloatingPointRegistersOfANoteAreAsFarAsItGoes() {
        var general = new Registers.Builder().set(RIP, 1).build();

        var whole = ABI.withFloatingPoint(general, words(64));
        assertThat(whole.get(RIP)).hasValue(1);
        assertThat(whole.get(17)).hasValue(0x1_0100 + 20);
        assertThat(whole.get(32)).hasValue(0x1_0100 + 50);
        assertThat(ABI.withFloatingPoint(general, words(22)).has(18)).isFalse();
    }

    @Test
    void wideRegistersAreAsFarAsTheNoteGoes() {
        var none = new Registers.Builder().build();

        var legacy = ABI.withFloatingPoint(none, words(64));
        assertThat(legacy.bytes(ST0).orElseThrow()).hasSize(10).startsWith(4, 1, 1);
        assertThat(legacy.bytes(XMM0).orElseThrow()).hasSize(16).startsWith(20, 1, 1);
        assertThat(legacy.bytes(XMM0 + 15).orElseThrow()).hasSize(16).startsWith(50, 1, 1);
        assertThat(ABI.withFloatingPoint(none, words(8)).bytes(ST0 + 2)).isEmpty();

        // Words 58 and 64 tell which parts are used, and which of them are written.
        for (var written : new long[] {AVX, 0}) {
            var area = ByteBuffer.allocate(832).order(ByteOrder.LITTLE_ENDIAN);
            area.putLong(464, 3 | AVX).putLong(512, written).putLong(160, 7).putLong(576, 9);
            var whole = ABI.withFloatingPoint(none, ByteSlice.of("note", area.array(), ByteOrder.LITTLE_ENDIAN));
            var ymm0 = whole.bytes(XMM0).orElseThrow();
            assertThat(ymm0).hasSize(32).startsWith(7);
            assertThat(ymm0[16]).isEqualTo((byte) (written == AVX ? 9 : 0));
        }
        var unused = ByteSlice.of("note", new byte[832], ByteOrder.LITTLE_ENDIAN);
        assertThat(ABI.withFloatingPoint(none, unused).bytes(XMM0).orElseThrow())
                .hasSize(16);
    }

    @Test
    void wideRegistersOfOneNumberAreTheLowestBytesOfTheNext() {
        assertThat(ABI.wideRegisters())
                .filteredOn(register -> register.number() == XMM0)
                .extracting(Abi.WideRegister::name, Abi.WideRegister::byteSize)
                .containsExactly(tuple("xmm0", 16), tuple("ymm0", 32));
        assertThat(ABI.wideRegisters())
                .filteredOn(Abi.WideRegister::isFloatingPoint)
                .hasSize(8);
    }

    @Test
    void userModeIsThatOfPrivilegeThree() {
        assertThat(ABI.isUserMode(new Registers.Builder().set(51, 0x33).build()))
                .isTrue();
        assertThat(ABI.isUserMode(new Registers.Builder().set(51, 0x10).build()))
                .isFalse();
        assertThat(ABI.isUserMode(Registers.NONE)).isFalse();
    }

    @Nested
    class FramePointers {
        private final ByteBuffer bytes = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);

        private Registers.Builder registers(long rip, long rsp, long rbp) {
            return new Registers.Builder().set(RIP, rip).set(RSP, rsp).set(RBP, rbp);
        }

        private TargetMemory memory() {
            return new TargetMemory(AddressSpace.VIRTUAL, ByteOrder.LITTLE_ENDIAN, List.of(new MemorySource() {
                @Override
                public long firstAddress() {
                    return BASE;
                }

                @Override
                public long lastAddress() {
                    return BASE + bytes.capacity() - 1;
                }

                @Override
                public Chunk chunk(long address, long wantedByteSize) {
                    return new Chunk(BASE, MemorySegment.ofArray(bytes.array()));
                }
            }));
        }

        private java.util.Optional<Abi.Caller> caller(Registers.Builder registers) {
            return ABI.callerByFramePointer(memory(), registers.build());
        }

        @Test
        void haveTheCallersAndTheReturnAddress() {
            bytes.putLong(0x20, 0x77).putLong(0x28, 0x88);

            var found = caller(registers(1, BASE, BASE + 0x20)).orElseThrow();

            assertThat(found.isInterrupted()).isFalse();
            assertThat(found.registers().get(RBP)).hasValue(0x77);
            assertThat(found.registers().get(RIP)).hasValue(0x88);
            assertThat(found.registers().get(RSP)).hasValue(BASE + 0x30);
        }

        @Test
        void withTheLowestBitLeadToPtRegs() {
            bytes.putLong(0x40 + 16 * 8, 0x99).putLong(0x40 + 4 * 8, 0x66);

            var found = caller(registers(1, BASE + 0x300, BASE + 0x41)).orElseThrow();

            assertThat(found.isInterrupted()).isTrue();
            assertThat(found.registers().get(RIP)).hasValue(0x99);
            assertThat(found.registers().get(RBP)).hasValue(0x66);
        }

        @Test
        void areNotAskedAfterACallOfNothing() {
            bytes.putLong(0x10, 0x88);

            var found = caller(registers(0, BASE + 0x10, BASE + 0x20)).orElseThrow();

            assertThat(found.registers().get(RIP)).hasValue(0x88);
            assertThat(found.registers().get(RSP)).hasValue(BASE + 0x18);
            assertThat(found.registers().get(RBP)).hasValue(BASE + 0x20);
        }

        @Test
        void areNotNeededWhereACallOfTheFunctionIsOnTheStack() {
            var function = BASE + 0x10;
            var behindTheCall = BASE + 0x305;
            bytes.put(0x300, (byte) 0xe8).putInt(0x301, (int) (function - behindTheCall));
            bytes.putLong(0x100, function).putLong(0x108, BASE + 0x306).putLong(0x110, behindTheCall);

            assertThat(ABI.isCallOf(memory(), function, behindTheCall)).isTrue();
            assertThat(ABI.isCallOf(memory(), function, behindTheCall + 1)).isFalse();
            assertThat(ABI.isCallOf(memory(), function + 1, behindTheCall)).isFalse();
            assertThat(ABI.isCallOf(memory(), function, BASE)).isFalse();
            var found = ABI.callerByCall(memory(), registers(1, BASE + 0x100, 0).build(), function)
                    .orElseThrow();
            assertThat(found.registers().get(RIP)).hasValue(behindTheCall);
            assertThat(found.registers().get(RSP)).hasValue(BASE + 0x118);
            assertThat(ABI.callerByCall(memory(), registers(1, BASE + 0x118, 0).build(), function))
                    .isEmpty();
            assertThat(ABI.callerByCall(memory(), Registers.NONE, function)).isEmpty();
        }

        @Test
        void thatAreNoneLeadNowhere() {
            assertThat(caller(registers(1, BASE, 0))).isEmpty();
            assertThat(caller(registers(1, BASE, BASE + 4))).as("not aligned").isEmpty();
            assertThat(caller(registers(1, BASE + 0x20, BASE + 0x18)))
                    .as("below the stack")
                    .isEmpty();
            assertThat(caller(registers(1, BASE, 0x7000))).as("not in memory").isEmpty();
            assertThat(caller(registers(1, BASE, BASE + 0x3f8)))
                    .as("half in memory")
                    .isEmpty();
            assertThat(caller(registers(0, 0x10, BASE)))
                    .as("a stack that is not in memory")
                    .isEmpty();
            assertThat(caller(new Registers.Builder().set(RIP, 1).set(RSP, BASE)))
                    .isEmpty();
        }
    }
}
