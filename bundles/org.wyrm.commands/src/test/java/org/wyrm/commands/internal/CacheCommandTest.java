package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.base.progress.Progress;
import org.wyrm.platform.command.CommandContext;

class CacheCommandTest {
    private static final Instant USED = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir
    Path folder;

    private CacheFolder cache;

    @BeforeEach
    void haveAFolder() {
        cache = CacheFolder.at(folder);
    }

    private static final class NoTarget implements CommandContext {
        private final Cancellation cancellation = new Cancellation();

        @Override
        public <T> T target(Class<T> type) {
            throw new AssertionError("no target is needed");
        }

        @Override
        public Cancellation cancellation() {
            return cancellation;
        }

        @Override
        public Contributions contributions() {
            throw new AssertionError("nothing else is needed");
        }

        @Override
        public Progress progress() {
            return Progress.NONE;
        }

        @Override
        public void warn(String message) {
            throw new AssertionError(message);
        }
    }

    private List<? extends Record> run(String action) {
        try (var rows = new CacheCommand(cache).run(new NoTarget(), new CacheCommand.Options(action))) {
            return rows.toList();
        }
    }

    private Path keep(String key) throws IOException {
        cache.keep("kernel", 1, key, List.of(MemorySegment.ofArray(new byte[68])));
        var file = folder.resolve("kernel").resolve(key + ".cache");
        Files.setLastModifiedTime(file, FileTime.from(USED.plusMillis(7)));
        return file;
    }

    private static CacheCommand.Row row(String key) {
        return new CacheCommand.Row("kernel", key, new ByteSize(100), USED);
    }

    @Test
    void anEmptyCacheHasNoRows() {
        assertThat(run("list")).isEmpty();
        assertThat(run("verify")).isEmpty();
        assertThat(run("clear")).isEmpty();
    }

    @Test
    void aUserWithoutAHomeHasNone() {
        cache = CacheFolder.none();

        assertThat(run("list")).isEmpty();
        assertThat(run("clear")).isEmpty();
    }

    @Test
    void whatItCannotDoIsWrongUsage() {
        assertThatThrownBy(() -> run("shrink"))
                .isInstanceOf(UsageException.class)
                .hasMessage("cache can list, verify and clear, not shrink");
    }

    @Test
    void listHasARowAFile() throws IOException {
        keep("0123");

        assertThat(List.<Record>copyOf(run("list"))).containsExactly(row("0123"));
    }

    @Nested
    class Verify {
        @Test
        void saysOfEachFileWhetherItIsWhole() throws IOException {
            keep("0123");

            assertThat(List.<Record>copyOf(run("verify")))
                    .containsExactly(new CacheCommand.VerifiedRow("kernel", "0123", new ByteSize(100), USED, true));
        }

        @Test
        void endsInAnErrorAfterItsRowsWhenOneIsDamaged() throws IOException {
            keep("0123");
            Files.write(keep("4567"), new byte[100]);

            var rows = new CacheCommand(cache).run(new NoTarget(), new CacheCommand.Options("verify"));

            assertThat(rows.map(row -> ((CacheCommand.VerifiedRow) row).whole()).toList())
                    .containsExactlyInAnyOrder(true, false);
            assertThatThrownBy(rows::close)
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageStartingWith("1 file in " + folder + ": not whole");
        }
    }

    @Nested
    class Clear {
        @Test
        void removesAllAndSaysWhat() throws IOException {
            keep("0123");
            Files.write(keep("4567"), new byte[5]);

            assertThat(run("clear")).hasSize(2);

            assertThat(run("list")).isEmpty();
            try (var files = Files.list(folder.resolve("kernel"))) {
                assertThat(files).isEmpty();
            }
        }

        @Test
        void leavesWhatIsNotOfTheCache() throws IOException {
            keep("0123");
            var notes = Files.createFile(folder.resolve("kernel/notes"));

            assertThat(List.<Record>copyOf(run("clear"))).containsExactly(row("0123"));

            assertThat(notes).exists();
        }
    }
}
