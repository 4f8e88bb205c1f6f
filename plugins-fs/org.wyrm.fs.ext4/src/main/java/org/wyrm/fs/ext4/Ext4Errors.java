package org.wyrm.fs.ext4;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Value;

/**
 * The errors that a file system of ext4 has on record: since it was made, or since they were last cleared.
 *
 * <p>Since Linux kernel commit c92dc856848f ("ext4: defer saving error info from atomic context") (in v5.11), those of
 * late are in {@code struct ext4_sb_info}, until they are put into the super block of the disk. Before that, all are in
 * the super block.
 *
 * @param count how many there were
 * @param first empty if there was none
 * @param last empty if there was none
 */
public record Ext4Errors(long count, Optional<Noted> first, Optional<Noted> last) {
    /** The last second that the disk has room for. */
    private static final long MAX_SECONDS = (1L << 40) - 1;

    /**
     * What is on record of one error.
     *
     * @param function that found it
     * @param line of that function's file
     * @param inode 0 where it is about none
     * @param block 0 where it is about none
     */
    public record Noted(Instant time, String function, long line, long inode, long block) {}

    /**
     * {@return those of a file system}
     *
     * @param sbi {@code struct ext4_sb_info *}
     * @throws CorruptStructureException if one is of no time that can be
     * @kernel fs/ext4/super.c
     */
    public static Ext4Errors of(Value sbi) {
        var es = sbi.member("s_es");
        var ofLate = sbi.findMember("s_add_error_count").map(Value::longValue).orElse(0L);
        var count = DiskNumbers.number(es.member("s_error_count")) + ofLate;
        var first = onDisk(es, "s_first_error_");
        return new Ext4Errors(
                count,
                ofLate == 0 || first.isPresent() ? first : inMemory(sbi, "s_first_error_"),
                ofLate == 0 ? onDisk(es, "s_last_error_") : inMemory(sbi, "s_last_error_"));
    }

    private static Optional<Noted> onDisk(Value es, String prefix) {
        var time = DiskNumbers.number(es.member(prefix + "time"), es.member(prefix + "time_hi"));
        return time == 0
                ? Optional.empty()
                : Optional.of(new Noted(
                        Instant.ofEpochSecond(time),
                        text(es.member(prefix + "func").bytes()),
                        DiskNumbers.number(es.member(prefix + "line")),
                        DiskNumbers.number(es.member(prefix + "ino")),
                        DiskNumbers.number(es.member(prefix + "block"))));
    }

    private static Optional<Noted> inMemory(Value sbi, String prefix) {
        var function = sbi.member(prefix + "func");
        var seconds = sbi.member(prefix + "time").longValue();
        if (seconds < 0 || seconds > MAX_SECONDS) {
            throw new CorruptStructureException(
                    "ext4_sb_info", Walk.addressOf(sbi), "its " + prefix + "time is " + seconds);
        }
        return Optional.of(new Noted(
                Instant.ofEpochSecond(seconds),
                function.isNull() ? "" : function.string(),
                sbi.member(prefix + "line").longValue(),
                sbi.member(prefix + "ino").longValue(),
                sbi.member(prefix + "block").longValue()));
    }

    /** {@return a text that ends with its room, or with a NUL before that} */
    private static String text(byte[] bytes) {
        var length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
