package org.wyrm.unwind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi.WideRegister;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType.Keyword;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Member;

/** Makes values of registers that are wider than 64 bits, with the member names that gdb has for them. */
final class WideRegisters {
    private static final int INT128_BYTES = 16;

    private WideRegisters() {}

    /** {@return the value of a register, if it is known: a number, or a union of what a vector may have in it} */
    static Optional<Value> value(Program program, Registers registers, WideRegister register) {
        return registers
                .bytes(register.number())
                .filter(bytes -> bytes.length >= register.byteSize())
                .map(bytes -> register.isFloatingPoint()
                        ? floating(program, bytes)
                        : program.ofBytes(union(program, register.byteSize()), bytes));
    }

    private static Value floating(Program program, byte[] bytes) {
        var type = program.type("long double");
        return program.ofBytes(type, Arrays.copyOf(bytes, (int) Value.sizeOf(type)));
    }

    private static TargetType union(Program program, int byteSize) {
        var members = new ArrayList<Member>();
        for (var element : List.of("float", "double")) {
            members.add(vector(program, element, element, byteSize));
        }
        for (var element : List.of("signed char", "short", "int", "long")) {
            var type = program.type(element);
            members.add(vector(program, "int" + Value.sizeOf(type) * Byte.SIZE, element, byteSize));
        }
        if (byteSize == INT128_BYTES) {
            members.add(member("uint128", program.type("unsigned __int128")));
        } else {
            members.add(vector(program, "int128", "__int128", byteSize));
        }
        return program.compoundType(Keyword.UNION, byteSize, members);
    }

    private static Member vector(Program program, String label, String element, int byteSize) {
        var type = program.type(element);
        var count = byteSize / Value.sizeOf(type);
        return member("v" + count + "_" + label, program.arrayOf(type, OptionalLong.of(count)));
    }

    private static Member member(String name, TargetType type) {
        return new Member(Optional.of(name), type.ref(), 0, OptionalInt.empty());
    }
}
