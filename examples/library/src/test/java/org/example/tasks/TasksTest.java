package org.example.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.api.Debugger;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UnreadableTargetException;

/** {@code mvn verify -Ddump=FILE}, with the demo dump of wyrm. */
class TasksTest {
    private static final Path DUMP = Path.of(Objects.requireNonNull(System.getProperty("dump"), "-Ddump=FILE"));

    @Test
    void theTasksArePrinted() {
        var bytes = new ByteArrayOutputStream();
        Tasks.print(DUMP, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        var lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("PID 1 is init", lines.getFirst());
        assertTrue(lines.contains("    2 S kthreadd"), () -> String.join("\n", lines));
        assertTrue(lines.contains("  134 Z lab-zombie"), () -> String.join("\n", lines));
        assertTrue(lines.contains("mount: /proc type proc"), () -> String.join("\n", lines));
    }

    @Test
    void whatIsNotThereIsNamed() {
        try (var program = Debugger.open(DUMP)) {
            var thrown = assertThrows(LookupFailedException.class, () -> program.evaluate("find_task(1)->colour"));
            assertTrue(thrown.getMessage().contains("colour"), thrown::getMessage);
        }
    }

    @Test
    void aFileThatIsNoDumpIsRefused(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("hello.txt"), "hello");

        assertThrows(UnreadableTargetException.class, () -> Debugger.open(file));
    }
}
