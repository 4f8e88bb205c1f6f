package org.wyrm.itest.product;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Finds the value that a function was entered with in another place than where DWARF says: in what the user passed to
 * the system call, in drgn's answers for outer frames, in the instructions before the call.
 */
final class EntryValueProofs {
    /** Where the ABI of system calls has the six arguments: the user's registers, which lie at the top of the stack. */
    private static final List<String> ARGUMENTS = List.of("di", "si", "dx", "r10", "r8", "r9");

    /** Since Linux 6.9 a stack may have 16 bytes above the registers (CONFIG_X86_FRED). */
    private static final int[] PADDINGS = {0, 16};

    private static final int STACK_BYTES = 16384;

    /** How many bytes of instructions before a call may prepare it. */
    private static final int CODE_BYTES = 160;

    private static final Pattern NUMBER = Pattern.compile("(?:^|[ )=])(-?\\d+|0x[0-9a-f]+)$");

    /** {@code xor reg, reg}, of 32 bits. */
    private static final List<byte[]> CLEARS = List.of(
            new byte[] {0x31, (byte) 0xff},
            new byte[] {0x31, (byte) 0xf6},
            new byte[] {0x31, (byte) 0xd2},
            new byte[] {0x31, (byte) 0xc9},
            new byte[] {0x45, 0x31, (byte) 0xc0},
            new byte[] {0x45, 0x31, (byte) 0xc9});

    /** Where a value was found. */
    enum Proof {
        /** The user passed it in a register. */
        SYSTEM_CALL_ARGUMENT,
        /** drgn has the same in an outer frame. */
        OUTER_VARIABLE,
        /** drgn has an object at this address in an outer frame. */
        OUTER_OBJECT,
        /** It is in an instruction before the call. */
        INSTRUCTION
    }

    private final Program program;
    private final JsonNode row;
    private final JsonNode drgn;
    private final int frame;

    EntryValueProofs(Program program, JsonNode row, JsonNode drgn, int frame) {
        this.program = program;
        this.row = row;
        this.drgn = drgn;
        this.frame = frame;
    }

    /** {@return what proves a value, if anything does} */
    Optional<Proof> of(String text) {
        var found = number(text);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var value = found.get();
        if (systemCallArguments().anyMatch(each -> isSame(each, value))) {
            return Optional.of(Proof.SYSTEM_CALL_ARGUMENT);
        }
        if (outerLocals()
                .flatMap(local -> number(local.path("text").asText()).stream())
                .anyMatch(value::equals)) {
            return Optional.of(Proof.OUTER_VARIABLE);
        }
        if (outerLocals()
                .filter(local -> local.path("address").isNumber())
                .anyMatch(local -> value.equals(local.path("address").bigIntegerValue()))) {
            return Optional.of(Proof.OUTER_OBJECT);
        }
        return isInInstructions(value) ? Optional.of(Proof.INSTRUCTION) : Optional.empty();
    }

    /** {@return whether it is all of an argument, or its lower half} */
    private static boolean isSame(long argument, BigInteger value) {
        return value.longValue() == argument || value.bitLength() <= Integer.SIZE && value.intValue() == (int) argument;
    }

    private static Optional<BigInteger> number(String text) {
        var found = NUMBER.matcher(text);
        if (!found.find()) {
            return Optional.empty();
        }
        var digits = found.group(1);
        return Optional.of(digits.startsWith("0x") ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits));
    }

    /** {@return the registers of the user's system call; none of a kernel thread} */
    private Stream<Long> systemCallArguments() {
        var frames = row.required("frames");
        var last = frames.get(frames.size() - 1);
        if (!last.required("user").asBoolean()) {
            return Stream.empty();
        }
        var pc = address(last.required("pc"));
        var task = program.object(program.type("struct task_struct"), address(row.required("task")));
        var type = program.type("struct pt_regs");
        var top = task.member("stack").longValue() + STACK_BYTES - Value.sizeOf(type);
        return Arrays.stream(PADDINGS)
                .mapToObj(padding -> program.object(type, top - padding))
                .filter(registers -> registers.member("ip").longValue() == pc)
                .limit(1)
                .flatMap(registers ->
                        ARGUMENTS.stream().map(name -> registers.member(name).longValue()));
    }

    /** {@return what drgn has of the frames that called this one} */
    private Stream<JsonNode> outerLocals() {
        return StreamSupport.stream(drgn.required("frames").spliterator(), false)
                .skip(frame + 1L)
                .flatMap(outer -> StreamSupport.stream(outer.required("locals").spliterator(), false));
    }

    /** {@return whether an instruction before a call of one of the outer frames has it} */
    private boolean isInInstructions(BigInteger value) {
        return StreamSupport.stream(row.required("frames").spliterator(), false)
                .skip(frame + 1L)
                .filter(outer -> !outer.required("user").asBoolean())
                .mapToLong(outer -> address(outer.required("pc")))
                .anyMatch(pc -> has(program.bytes(pc - CODE_BYTES, CODE_BYTES), value));
    }

    private static boolean has(byte[] code, BigInteger value) {
        if (value.signum() == 0) {
            return CLEARS.stream().anyMatch(clear -> has(code, clear));
        }
        var byteSize = value.bitLength() > Integer.SIZE ? Long.BYTES : Integer.BYTES;
        var all = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value.longValue());
        return has(code, Arrays.copyOf(all.array(), byteSize));
    }

    private static boolean has(byte[] code, byte[] part) {
        for (var at = 0; at + part.length <= code.length; at++) {
            if (Arrays.equals(code, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private static long address(JsonNode hex) {
        return Long.parseUnsignedLong(hex.asText().substring(2), 16);
    }
}
