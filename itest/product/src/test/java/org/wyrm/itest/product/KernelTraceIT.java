package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stack of the task in which a kernel crashed, without any file, against the call trace that the kernel itself wrote
 * to its log when it panicked: functions, offsets and the stacks that they are on, from {@code panic} to the end. One of
 * the guests panicked in an NMI, on the NMI's stack; others in the interrupt of a serial line, on the CPU's stack for these.
 */
@TestInstance(Lifecycle.PER_CLASS)
class KernelTraceIT {
    private static final int MIN_FRAMES = 6;

    private static final int MIN_NMI_FRAMES = 3;
    private static final Pattern FRAME =
            Pattern.compile(" (?<symbol>[^ ?]+)\\+(?<offset>0x[0-9a-f]+)/0x[0-9a-f]+(?: \\[.*])?");
    private static final Pattern INTERRUPTED =
            Pattern.compile("RIP: 0010:(?<symbol>[^ ]+)\\+(?<offset>0x[0-9a-f]+)/0x[0-9a-f]+");
    private static final Pattern STACK = Pattern.compile(" <(?<stack>[A-Z#]+)>");

    private final Wyrm wyrm = Wyrm.built();

    Stream<Path> dumps() {
        var files = Lab.ensure().files();
        var crashed = files.stream()
                .filter(file ->
                        file.crashed() && file.file().getFileName().toString().startsWith("vmcore.elf"))
                .map(DumpFile::file);
        return Stream.concat(crashed, onOtherStacks(files));
    }

    /** {@return the dumps that are made for this test alone} */
    private static Stream<Path> onOtherStacks(List<DumpFile> files) {
        return files.stream()
                .flatMap(file -> Stream.of("nmi256", "irq256")
                        .map(name -> file.file()
                                .resolve("../../" + name + "/vmcore.elf")
                                .normalize()))
                .filter(Files::exists)
                .distinct();
    }

    @ParameterizedTest(allowZeroInvocations = true) // offline with an empty lab
    @MethodSource("dumps")
    void isAsTheKernelWroteIt(Path dump) {
        var log = wyrm.run("-c", dump, "--format", "json", "log");
        var bt = wyrm.run("-c", dump, "--no-default-symbols", "--format", "json", "bt", "--crashed");
        assertThat(bt.code()).as("%s", bt).isZero();
        var row = Json.rows(bt.out()).getFirst();
        assertThat(row.required("problem").isNull()).as("%s", row).isTrue();

        var written = written(Json.rows(log.out()));

        assertThat(fromPanic(frames(row))).isEqualTo(fromPanic(written));
        // An NMI may come to a CPU that runs a program: then there is nothing below.
        var fewest = dump.endsWith("nmi256/vmcore.elf") ? MIN_NMI_FRAMES : MIN_FRAMES;
        assertThat(fromPanic(written)).hasSizeGreaterThan(fewest);
        if (dump.endsWith("irq256/vmcore.elf")) {
            assertThat(fromPanic(written)).anyMatch(frame -> frame.startsWith("irq: "));
            assertThat(fromPanic(written).getLast()).startsWith("task: ");
        }
    }

    /** {@return the frames of the last call trace, each with its stack} */
    private static List<String> written(List<JsonNode> log) {
        var frames = new ArrayList<String>();
        var stack = "";
        var isInterrupted = false;
        for (var record : log) {
            for (var line : record.required("text").asText().split("\n")) {
                var ofStack = STACK.matcher(line);
                var frame = FRAME.matcher(line);
                var interrupted = INTERRUPTED.matcher(line);
                if (line.equals("Call Trace:")) {
                    frames.clear();
                    isInterrupted = false;
                    // Kernels before 5.16 do not say so.
                    stack = "task";
                } else if (ofStack.matches()) {
                    stack = ofStack.group("stack").toLowerCase(Locale.ROOT);
                    if (isInterrupted) {
                        var last = frames.removeLast();
                        frames.add(stack + last.substring(last.indexOf(':')));
                    }
                } else if (frame.matches()) {
                    frames.add(entry(frame.group("symbol"), frame.group("offset"), stack));
                    isInterrupted = false;
                } else if (interrupted.matches()) {
                    // It is named before the stack that it is on, if that is another.
                    frames.add(entry(interrupted.group("symbol"), interrupted.group("offset"), stack));
                    isInterrupted = true;
                }
            }
        }
        return frames;
    }

    private static List<String> frames(JsonNode row) {
        var frames = new ArrayList<String>();
        for (var frame : row.required("frames")) {
            if (!frame.required("user").asBoolean()) {
                frames.add(entry(
                        frame.required("symbol").asText(),
                        "0x" + Long.toHexString(frame.required("offset").asLong()),
                        frame.required("stack").asText().toLowerCase(Locale.ROOT)));
            }
        }
        return frames;
    }

    private static String entry(String symbol, String offset, String stack) {
        return stack + ": " + symbol + "+" + offset;
    }

    /** After that, the kernel and the dump are in different places of {@code panic}. */
    private static List<String> fromPanic(List<String> frames) {
        for (var at = 0; at < frames.size(); at++) {
            if (frames.get(at).contains(": panic+")) {
                return frames.subList(at + 1, frames.size());
            }
        }
        return List.of();
    }
}
