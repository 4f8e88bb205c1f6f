package org.wyrm.fs.btrfs;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;

/** Numbers in the words of the target, whose enumerators differ with its version. */
final class Names {
    private Names() {}

    /** {@return the enumerator of a number, without the prefix that it has to have} */
    static Optional<String> of(TargetType type, long number, String prefix) {
        return type.unaliased() instanceof EnumType enumeration
                ? enumeration.enumerators().stream()
                        .filter(each -> each.value() == number && each.name().startsWith(prefix))
                        .findFirst()
                        .map(each -> each.name().substring(prefix.length()))
                : Optional.empty();
    }

    /** {@return the names of the bits that are set; one without a name in hexadecimal} */
    static List<String> bits(long bits, IntFunction<Optional<String>> name) {
        return IntStream.range(0, Long.SIZE)
                .filter(bit -> (bits >>> bit & 1) != 0)
                .mapToObj(bit -> name.apply(bit).orElseGet(() -> "0x%x".formatted(1L << bit)))
                .toList();
    }

    /** {@return sixteen bytes as the kernel writes them with {@code %pU}} */
    static String uuid(Value bytes) {
        var halves = ByteBuffer.wrap(bytes.bytes());
        return new UUID(halves.getLong(), halves.getLong()).toString();
    }
}
