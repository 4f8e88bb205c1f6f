package org.wyrm.fs.ext4.internal;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.annotation.bundle.Requirement;
import org.wyrm.base.address.ByteSize;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.fs.Mounts;
import org.wyrm.fs.SuperBlocks;
import org.wyrm.fs.ext4.Ext4Errors;
import org.wyrm.fs.ext4.Ext4Errors.Noted;
import org.wyrm.fs.ext4.Ext4SuperBlocks;
import org.wyrm.fs.ext4.Ext4SuperBlocks.Space;
import org.wyrm.fs.ext4.jbd2.Journals;
import org.wyrm.fs.ext4.jbd2.Journals.Role;
import org.wyrm.linux.LinuxKernel;
import org.wyrm.platform.command.Argument;
import org.wyrm.platform.command.Command;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.ProvidesCommand;
import org.wyrm.platform.command.ProvidesReportSection;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/** Lists file systems of ext4. */
@Requirement(namespace = "wyrm.symbol", filter = "(name=ext4_sync_file)", effective = "target")
@ProvidesCommand(
        name = "ext4",
        summary = "list the file systems of ext4: space, errors on record, journal",
        row = Ext4Command.Row.class,
        target = Program.class)
@ProvidesReportSection(name = "ext4", title = "ext4 file systems", command = "ext4", rank = 1050)
public final class Ext4Command implements Command<Ext4Command.Options> {
    /** {@code EXT4_VALID_FS} and others, of {@code s_mount_state}. */
    private static final long EXT4_VALID_FS = 1;

    private static final long EXT4_ERROR_FS = 2;
    private static final long EXT4_ORPHAN_FS = 4;

    /** {@code EXT4_FLAGS_SHUTDOWN}, of {@code s_ext4_flags}. */
    private static final long EXT4_FLAGS_SHUTDOWN = 1 << 1;

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-o", "--options"},
                    help = "the mount options of ext4's own, too")
            boolean options,

            @Argument(name = "[DISK]", help = "by the names of their disks: vda")
            List<String> disks) {}

    /**
     * A journal.
     *
     * @param flags {@code ABORT}, {@code BARRIER} …
     * @param errno of the error that it was aborted with; 0 for none
     * @param head the block of it that is written next
     * @param tail the first block of it that is still needed
     * @param freeBlocks of it
     * @param running the number of the transaction that is running, if one is
     * @param committing the number of that which is on its way to the disk, if one is
     * @param checkpoints how many are in it that are not in their places yet
     * @param lastCommit the number of the last transaction that is on the disk
     * @param waiters how many tasks wait for it, its own thread not counted
     * @param thread the PID of the thread that commits
     * @param address its {@code struct journal_s}
     */
    public record Journal(
            Attempt<List<String>> flags,
            Attempt<Integer> errno,
            Attempt<Long> head,
            Attempt<Long> tail,
            Attempt<Long> freeBlocks,
            Attempt<Optional<Long>> running,
            Attempt<Optional<Long>> committing,
            Attempt<Long> checkpoints,
            Attempt<Long> lastCommit,
            Attempt<Long> waiters,
            Attempt<Optional<Integer>> thread,
            VirtualAddress address) {}

    /**
     * A file system.
     *
     * @param disk what it is on
     * @param mountedOn where the whole of it is mounted first
     * @param state {@code read-only}, {@code frozen}, {@code clean}, {@code errors}, {@code orphans}, {@code shutdown}
     * @param blocks all that files can have, and those that they have
     * @param free blocks that nobody has, nor was promised
     * @param available those of them that not only root may take
     * @param delayed blocks of data in memory that have no place on the disk yet
     * @param orphans inodes that are deleted when nobody uses them any more
     * @param errors how many there are on record
     * @param options of ext4's own, as far as they are known of; if they were asked for
     * @param journal empty where it has none
     * @param superBlock its {@code struct super_block}
     */
    public record Row(
            Attempt<String> disk,
            Attempt<String> device,
            Attempt<Optional<String>> mountedOn,
            Attempt<List<String>> state,
            Attempt<ByteSize> blockSize,
            Attempt<Long> blocks,
            Attempt<Long> free,
            Attempt<Long> available,
            Attempt<Long> delayed,
            Attempt<Long> inodes,
            Attempt<Long> freeInodes,
            Attempt<Long> orphans,
            Attempt<Long> errors,
            Attempt<Optional<Noted>> firstError,
            Attempt<Optional<Noted>> lastError,
            Optional<Attempt<List<String>>> options,
            Attempt<Optional<Journal>> journal,
            VirtualAddress superBlock) {}

    @Override
    public Stream<Row> run(CommandContext context, Options options) {
        var program = LinuxKernel.require(context.target(Program.class));
        return named(program, options.disks).map(superBlock -> row(superBlock, options.options));
    }

    /** {@return the super blocks of some disks, of all where none is named} */
    static Stream<Value> named(Program program, List<String> disks) {
        return SuperBlocks.onDisks(Ext4SuperBlocks.forEachExt4SuperBlock(program), disks, "ext4");
    }

    private static Row row(Value superBlock, boolean hasOptions) {
        var sbi = Attempt.of(() -> Ext4SuperBlocks.ext4Sb(superBlock));
        var space = Attempt.of(() -> Ext4SuperBlocks.ext4Statfs(superBlock));
        var errors = sbi.map(Ext4Errors::of);
        return new Row(
                Attempt.of(() -> SuperBlocks.disk(superBlock)),
                Attempt.of(() -> SuperBlocks.device(superBlock)),
                Attempt.of(() -> SuperBlocks.wholeMount(superBlock).map(Mounts::mountDst)),
                sbi.map(of -> state(superBlock, of)),
                space.map(of -> new ByteSize(of.blockBytes())),
                space.map(Space::blocks),
                space.map(Space::freeBlocks),
                space.map(Space::availableBlocks),
                sbi.map(Ext4SuperBlocks::delayedAllocationBlocks),
                space.map(Space::inodes),
                space.map(Space::freeInodes),
                sbi.map(of -> Ext4SuperBlocks.orphans(of).count()),
                errors.map(Ext4Errors::count),
                errors.map(Ext4Errors::first),
                errors.map(Ext4Errors::last),
                hasOptions ? Optional.of(sbi.map(MountOptions::of)) : Optional.empty(),
                sbi.map(of -> Optional.of(of.member("s_journal"))
                        .filter(journal -> !journal.isNull())
                        .map(journal -> journal(journal.dereference()))),
                new VirtualAddress(superBlock.address()));
    }

    private static List<String> state(Value superBlock, Value sbi) {
        var words = SuperBlocks.state(superBlock);
        var mounted = sbi.member("s_mount_state").longValue();
        add(words, "clean", mounted & EXT4_VALID_FS);
        add(words, "errors", mounted & EXT4_ERROR_FS);
        add(words, "orphans", mounted & EXT4_ORPHAN_FS);
        add(words, "shutdown", sbi.member("s_ext4_flags").longValue() & EXT4_FLAGS_SHUTDOWN);
        return words;
    }

    private static void add(List<String> words, String word, long bits) {
        if (bits != 0) {
            words.add(word);
        }
    }

    private static Journal journal(Value journal) {
        var parts = Attempt.of(() -> Journals.transactions(journal).toList());
        return new Journal(
                Attempt.of(() -> Journals.flags(journal)),
                Attempt.of(() -> journal.member("j_errno").intValue()),
                number(journal, "j_head"),
                number(journal, "j_tail"),
                number(journal, "j_free"),
                parts.map(all -> tid(all, Role.RUNNING)),
                parts.map(all -> tid(all, Role.COMMITTING)),
                parts.map(all -> all.stream()
                        .filter(part -> part.role() == Role.CHECKPOINT)
                        .count()),
                number(journal, "j_commit_sequence"),
                Attempt.of(() -> waiters(journal)),
                Attempt.of(() ->
                        Journals.thread(journal).map(task -> task.member("pid").intValue())),
                new VirtualAddress(journal.address()));
    }

    private static Attempt<Long> number(Value journal, String member) {
        return Attempt.of(() -> journal.member(member).longValue());
    }

    private static Optional<Long> tid(List<Journals.Part> parts, Role role) {
        return parts.stream()
                .filter(part -> part.role() == role)
                .findFirst()
                .map(part -> part.transaction().member("t_tid").longValue());
    }

    private static long waiters(Value journal) {
        var thread = Journals.thread(journal).map(Value::address).orElse(0L);
        return Journals.waiters(journal)
                .filter(waiter -> waiter.task().address() != thread)
                .count();
    }
}
