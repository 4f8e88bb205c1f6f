package org.wyrm.commands.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.cache.CacheEntry;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.ProvidesCommand;

/** {@code cache list}, {@code cache verify} and {@code cache clear}. */
@ProvidesCommand(
        name = "cache",
        summary = "list, verify and clear what is kept for the next process",
        row = CacheCommand.Row.class)
public final class CacheCommand implements Command<CacheCommand.Options> {
    private final CacheFolder cache;

    /** Works on the folder of the user. */
    public CacheCommand() {
        this(CacheFolder.ofUser());
    }

    CacheCommand(CacheFolder cache) {
        this.cache = cache;
    }

    /** What the user says. */
    public record Options(
            @Argument(name = "list|verify|clear", help = "what to do; verify adds the key whole to each row")
            String action) {}

    /**
     * A file of the cache.
     *
     * @param kind what its content is
     * @param key what it belongs to: a build ID
     * @param size of the file
     * @param lastUsed to a day
     */
    public record Row(String kind, String key, ByteSize size, Instant lastUsed) {}

    /**
     * A file of the cache that was looked at.
     *
     * @param whole whether its checksums are right
     */
    public record VerifiedRow(String kind, String key, ByteSize size, Instant lastUsed, boolean whole) {}

    @Override
    public Stream<? extends Record> run(CommandContext context, Options options) {
        return switch (options.action) {
            case "list" -> cache.entries().stream().map(CacheCommand::row);
            case "verify" -> verify(context);
            case "clear" -> clear(context);
            default -> throw new UsageException("cache can list, verify and clear, not " + options.action);
        };
    }

    private static Row row(CacheEntry entry) {
        return new Row(entry.kind(), entry.key(), new ByteSize(entry.byteSize()), lastUsed(entry));
    }

    private static Instant lastUsed(CacheEntry entry) {
        return entry.lastUsed().toInstant().truncatedTo(ChronoUnit.SECONDS);
    }

    private Stream<VerifiedRow> verify(CommandContext context) {
        var rows = new ArrayList<VerifiedRow>();
        var damaged = 0;
        for (var entry : cache.entries()) {
            context.cancellation().check();
            var isWhole = cache.isWhole(entry);
            damaged += isWhole ? 0 : 1;
            var size = new ByteSize(entry.byteSize());
            rows.add(new VerifiedRow(entry.kind(), entry.key(), size, lastUsed(entry), isWhole));
        }
        return failing(
                rows, damaged, "not whole, so not used; the next command on such a kernel replaces what it needs");
    }

    private Stream<Row> clear(CommandContext context) {
        var removed = new ArrayList<Row>();
        var left = 0;
        for (var entry : cache.entries()) {
            context.cancellation().check();
            if (cache.remove(entry)) {
                removed.add(row(entry));
            } else {
                left++;
            }
        }
        return failing(removed, left, "could not be removed");
    }

    /** {@return rows that end in an error when something failed; it comes on close, so that --limit hides no failure} */
    private <R extends Record> Stream<R> failing(List<R> rows, int failures, String what) {
        return rows.stream().onClose(() -> {
            if (failures > 0) {
                var folder = cache.path().map(path -> " in " + path).orElse("");
                throw new OperationFailedException(
                        "%d %s%s: %s".formatted(failures, failures == 1 ? "file" : "files", folder, what));
            }
        });
    }
}
