package org.wyrm.lang.c;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Writes strings of the target, up to their NUL; what is not ASCII is written as bytes. */
final class StringText {
    private StringText() {}

    /** {@return the string that a pointer points to; empty if it cannot be read} */
    static Optional<String> pointedTo(Value pointer) {
        return Attempt.of(() -> Optional.of(at(pointer.longValue(), Value.MAX_STRING_BYTES, pointer.program())))
                .orElse(Optional.empty())
                .map(string -> string.text("... more than " + Value.MAX_STRING_BYTES + " bytes"));
    }

    /**
     * {@return an array of characters}
     *
     * @throws FaultException if a byte before its NUL cannot be read
     */
    static String array(Value array, long elementCount) {
        var limit = (int) Math.min(elementCount, Value.MAX_STRING_BYTES);
        // What is behind the NUL need not be there.
        var string = Attempt.of(() -> array.bytes(limit)) instanceof Attempt.Success<byte[]>(var bytes)
                ? of(bytes)
                : at(array.address(), limit, array.program());
        return string.text(elementCount > limit ? "... " + (elementCount - limit) + " more elements" : "");
    }

    /** A string as C writes it, and whether its NUL was seen. */
    private record Literal(String text, boolean isEnded) {
        String text(String mark) {
            return isEnded ? text : text + mark;
        }
    }

    private static Literal of(byte[] bytes) {
        var length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new Literal(CharacterText.string(bytes, length), length < bytes.length);
    }

    private static Literal at(long address, int maxByteSize, Program program) {
        program.cancellation().check();
        var bytes = new byte[Math.min(maxByteSize, 64)];
        var length = 0;
        while (length < maxByteSize) {
            var chunk = program.memory().chunk(address + length, 1);
            var from = address + length - chunk.firstAddress();
            var count = (int) Math.min(maxByteSize - length, chunk.bytes().byteSize() - from);
            for (var i = 0; i < count; i++) {
                var next = chunk.bytes().get(ValueLayout.JAVA_BYTE, from + i);
                if (next == 0) {
                    return new Literal(CharacterText.string(bytes, length), true);
                }
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(maxByteSize, length * 2L));
                }
                bytes[length++] = next;
            }
        }
        return new Literal(CharacterText.string(bytes, length), false);
    }
}
