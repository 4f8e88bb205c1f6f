package org.wyrm.unwind;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.arch.x86_64.internal.X86Architecture;
import org.wyrm.program.TestProgram;
import org.wyrm.testkit.btf.BtfBuilder;
import org.wyrm.unwind.PhysicalFrame.Step;

/** Frames and programs of x86-64 that tests make. */
final class BuiltFrame {
    static final Abi ABI = new X86Architecture().abi().orElseThrow();
    static final int RAX = 0;
    static final int RDX = 1;
    static final int RBX = 3;
    static final int RDI = 5;
    static final int RBP = 6;
    static final int RSP = 7;
    static final int R8 = 8;
    static final int R10 = 10;
    static final int R13 = 13;
    static final int RIP = 16;

    private BuiltFrame() {}

    /** {@return a program without anything but memory} */
    static TestProgram program() {
        return new TestProgram(new BtfBuilder(ByteOrder.LITTLE_ENDIAN)).architecture(new X86Architecture());
    }

    /** {@return registers} */
    static Registers registers(long... numbersAndValues) {
        var registers = new Registers.Builder();
        for (var index = 0; index < numbersAndValues.length; index += 2) {
            registers.set((int) numbersAndValues[index], numbersAndValues[index + 1]);
        }
        return registers.build();
    }

    static PhysicalFrame of(Registers registers) {
        return new PhysicalFrame(ABI, registers, false, false, null);
    }

    /** {@return a frame whose canonical address is known} */
    static PhysicalFrame withCfa(Registers registers, long cfa) {
        var frame = of(registers);
        frame.link(new Step(UnwindMethod.CALL_FRAMES, Optional.empty(), false, OptionalLong.of(cfa)), null);
        return frame;
    }
}
