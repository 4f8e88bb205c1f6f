package org.wyrm.linux.kconfig;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.FileErrors;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.spi.ProvidesHelpers;

/**
 * What a kernel was configured with.
 *
 * @param values by name, {@code CONFIG_SMP}: {@code y}, {@code m}, {@code n} where it is said not to be set, a number, or a
 *     text in quotes; in their order
 * @param file that they are from; none where the kernel itself has them
 */
@ProvidesHelpers(names = "get_kconfig")
public record Kconfig(Map<String, String> values, Optional<Path> file) {
    /** A configuration has 300 kB. */
    private static final int MAX_BYTES = 1 << 24;

    private static final Pattern SET = Pattern.compile("(CONFIG_\\w+)=(.*)");
    private static final Pattern NOT_SET = Pattern.compile("# (CONFIG_\\w+) is not set");

    /**
     * {@return the value of an option that the kernel itself tells, as {@code "y"}; empty where it is not set}
     *
     * @param name {@code CONFIG_SMP}
     * @throws LookupFailedException if the kernel does not tell its configuration
     * @kernel kernel/configs.c
     */
    @KernelName("get_kconfig")
    public static Optional<String> getKconfig(Program program, String name) {
        var own = own(program)
                .orElseThrow(() -> new LookupFailedException(
                        "configuration in the kernel", name, "it was made without CONFIG_IKCONFIG, or before 5.1"));
        return Optional.ofNullable(own.values.get(name)).filter(value -> !value.equals("n"));
    }

    /**
     * {@return the configuration that a kernel made with {@code CONFIG_IKCONFIG} has in it; empty of others}
     *
     * @throws CorruptStructureException if it cannot be unpacked
     * @kernel kernel/configs.c
     */
    public static Optional<Kconfig> own(Program program) {
        var start = program.symbols("kernel_config_data").stream().findFirst();
        var end = program.symbols("kernel_config_data_end").stream().findFirst();
        if (start.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        var address = start.get().address();
        var byteSize = end.get().address() - address;
        if (byteSize < 0 || byteSize > MAX_BYTES) {
            throw new CorruptStructureException("kernel_config_data", address, "it has %d bytes".formatted(byteSize));
        }
        var packed = program.bytes(address, (int) byteSize);
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return Optional.of(new Kconfig(parse(read(unpacked)), Optional.empty()));
        } catch (IOException e) {
            throw new CorruptStructureException(
                    "kernel_config_data", address, "it cannot be unpacked: " + e.getMessage());
        }
    }

    /**
     * {@return the configuration of a kernel: its own, else that of a file that belongs to its release, where systems have
     * it}
     *
     * @param root the folder that {@code /boot} and {@code /lib} are in
     * @throws LookupFailedException if there is none
     */
    public static Kconfig of(Program program, Path root) {
        return own(program).orElseGet(() -> {
            var release = program.variable("init_uts_ns")
                    .member("name")
                    .member("release")
                    .string();
            var places = places(root, release);
            return places.stream()
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .map(Kconfig::ofFile)
                    .orElseThrow(() -> new LookupFailedException(
                            "configuration of kernel",
                            release,
                            "it has none in it (CONFIG_IKCONFIG), and there is none of "
                                    + String.join(
                                            ", ",
                                            places.stream().map(Path::toString).toList())));
        });
    }

    private static List<Path> places(Path root, String release) {
        // What a damaged kernel calls its release may be no name of a file.
        if (!release.matches("[\\w.+~-]+")) {
            return List.of();
        }
        return Stream.of(
                        "boot/config-" + release,
                        "lib/modules/" + release + "/config",
                        "lib/modules/" + release + "/build/.config")
                .map(root::resolve)
                .toList();
    }

    /**
     * {@return the configuration in a file, as {@code .config}, which may be packed}
     *
     * @throws OperationFailedException if it cannot be read
     */
    public static Kconfig ofFile(Path file) {
        try (var content = Files.newInputStream(file)) {
            var bytes = content.readNBytes(MAX_BYTES);
            var isPacked = bytes.length > 1 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
            try (var text =
                    isPacked ? new GZIPInputStream(new ByteArrayInputStream(bytes)) : new ByteArrayInputStream(bytes)) {
                return new Kconfig(parse(read(text)), Optional.of(file));
            }
        } catch (IOException e) {
            throw new OperationFailedException(file + ": " + FileErrors.reason(e));
        }
    }

    /** Of what unpacks to more than any configuration has, the rest is left. */
    private static String read(InputStream text) throws IOException {
        return new String(text.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    }

    static Map<String, String> parse(String text) {
        var values = new LinkedHashMap<String, String>();
        text.lines().forEach(line -> {
            var set = SET.matcher(line);
            var notSet = NOT_SET.matcher(line);
            if (set.matches()) {
                values.put(set.group(1), set.group(2));
            } else if (notSet.matches()) {
                values.put(notSet.group(1), "n");
            }
        });
        return values;
    }
}
