package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The user part of the stacks of a kernel's tasks, {@code bt --user}, of the lab's own program: it begins where the guest's
 * {@code /proc/PID/syscall} says that the task left user space, each return address is behind a call, and the stack ends
 * where programs and threads begin.
 */
class UserStacksIT {
    private static final int MIN_TASKS = 20;
    private static final Set<String> BEGINNINGS = Set.of("_start", "__clone3", "clone3");

    /** {@code call rel32}, and the lengths of the forms of {@code call *}. */
    private static final int CALL_RELATIVE = 0xe8;

    private static final int CALL_RELATIVE_BYTES = 5;
    private static final int CALL_INDIRECT = 0xff;
    private static final List<Integer> CALL_INDIRECT_BYTES = List.of(2, 3, 4, 6, 7);

    /** Linked to this address, at which the file begins. */
    private static final long IMAGE = 0x40_0000;

    private final Wyrm wyrm = Wyrm.built();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void areThoseOfTheProgram() throws IOException {
        var dump = Lab.ensure().files().stream()
                .filter(file -> file.kernel().equals("6.1")
                        && file.name().equals("kaslr256")
                        && file.file().endsWith("vmcore.elf"))
                .findFirst()
                .orElseGet(() -> Peer.skipped("NOT TESTED: no dump of kaslr256; itest/lab/ensure.sh"));
        var program = dump.file().resolve("../../../cache/labstate").normalize();
        if (!Files.exists(program)) {
            Peer.skipped("NOT TESTED: the lab's program is not at " + program);
        }
        var code = ByteBuffer.wrap(Files.readAllBytes(program)).order(ByteOrder.LITTLE_ENDIAN);
        var run = wyrm.run(
                "-c",
                dump.file(),
                "--no-default-symbols",
                "--extra-symbols",
                program,
                "--format",
                "json",
                "bt",
                "--user",
                "--state",
                "SDTtI");
        assertThat(run.code()).as("%s", run).isZero();
        var count = 0;
        for (var row : Json.rows(run.out())) {
            var syscall = dump.facts().resolve("proc/" + row.required("pid").asInt() + "/syscall");
            if (row.required("comm").asText().startsWith("lab-") && Files.exists(syscall)) {
                count++;
                check(row, Files.readString(syscall).strip().split(" "), code);
            }
        }
        System.out.println("UserStacksIT: " + count + " tasks");
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(MIN_TASKS);
    }

    private void check(JsonNode row, String[] syscall, ByteBuffer code) {
        var frames = new ArrayList<JsonNode>();
        row.required("frames").forEach(frame -> {
            if (frame.required("user").asBoolean()) {
                frames.add(frame);
            }
        });
        var task = row.required("pid") + " " + row.required("comm").asText();
        if (frames.isEmpty() || !row.required("problem").isNull()) {
            wrong.add(task + ": " + frames.size() + " frames, " + row.required("problem"));
            return;
        }
        var sp = syscall[syscall.length - 2];
        var pc = syscall[syscall.length - 1];
        if (address(frames.getFirst(), "sp") != Long.decode(sp)
                || address(frames.getFirst(), "pc") != Long.decode(pc)) {
            wrong.add(task + ": begins at " + frames.getFirst() + ", the guest said sp " + sp + ", pc " + pc);
        }
        for (var frame : frames) {
            if (!frame.required("interrupted").asBoolean() && !isBehindCall(code, address(frame, "pc"))) {
                wrong.add(task + ": no call before " + frame);
            }
        }
        if (!BEGINNINGS.contains(frames.getLast().required("function").asText())) {
            wrong.add(task + ": ends in " + frames.getLast());
        }
    }

    private static long address(JsonNode frame, String key) {
        return Long.parseUnsignedLong(frame.required(key).asText().substring(2), 16);
    }

    private static boolean isBehindCall(ByteBuffer code, long address) {
        var at = (int) (address - IMAGE);
        return (code.get(at - CALL_RELATIVE_BYTES) & 0xff) == CALL_RELATIVE
                || CALL_INDIRECT_BYTES.stream().anyMatch(length -> (code.get(at - length) & 0xff) == CALL_INDIRECT);
    }
}
