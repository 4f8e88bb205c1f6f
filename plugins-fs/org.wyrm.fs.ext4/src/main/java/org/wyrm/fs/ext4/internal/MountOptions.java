package org.wyrm.fs.ext4.internal;

import java.util.ArrayList;
import java.util.List;
import org.wyrm.program.Value;

/** The options of ext4's own that a file system is mounted with, as {@code /proc/fs/ext4/DISK/options} writes them. */
final class MountOptions {
    /** An option that is on or off by a bit of {@code s_mount_opt}, {@code EXT4_MOUNT_…}. */
    private record Option(long bit, String ifSet, String ifNot) {}

    /** An option that is one of several by some bits. */
    private record Choice(long mask, List<Case> cases) {}

    private record Case(long bits, String name) {}

    private static final List<Option> OPTIONS = List.of(
            new Option(0x80, "minixdf", ""),
            new Option(0x100, "noload", ""),
            new Option(0x2000, "nouid32", ""),
            new Option(0x4000, "user_xattr", "nouser_xattr"),
            new Option(0x8000, "acl", "noacl"),
            new Option(0x1_0000, "noauto_da_alloc", ""),
            new Option(0x2_0000, "barrier", "nobarrier"),
            new Option(0x8_0000, "usrquota", ""),
            new Option(0x10_0000, "grpquota", ""),
            new Option(0x20_0000, "prjquota", ""),
            new Option(0x40_0000, "dioread_nolock", ""),
            new Option(0x80_0000, "journal_checksum", ""),
            new Option(0x100_0000, "journal_async_commit", ""),
            new Option(0x200_0000, "warn_on_error", ""),
            new Option(0x800_0000, "delalloc", "nodelalloc"),
            new Option(0x1000_0000, "data_err=abort", ""),
            new Option(0x2000_0000, "block_validity", "noblock_validity"),
            new Option(0x4000_0000, "discard", ""));

    private static final List<Choice> CHOICES = List.of(
            new Choice(
                    0x70,
                    List.of(
                            new Case(0x10, "errors=continue"),
                            new Case(0x20, "errors=remount-ro"),
                            new Case(0x40, "errors=panic"))),
            new Choice(
                    0xc00,
                    List.of(
                            new Case(0x400, "data=journal"),
                            new Case(0x800, "data=ordered"),
                            new Case(0xc00, "data=writeback"))));

    private MountOptions() {}

    /** {@return those of a file system, {@code struct ext4_sb_info}, that are known of} */
    static List<String> of(Value sbi) {
        var bits = sbi.member("s_mount_opt").longValue();
        var found = new ArrayList<String>();
        for (var choice : CHOICES) {
            choice.cases.stream()
                    .filter(each -> (bits & choice.mask) == each.bits)
                    .forEach(each -> found.add(each.name));
        }
        for (var option : OPTIONS) {
            var name = (bits & option.bit) != 0 ? option.ifSet : option.ifNot;
            if (!name.isEmpty()) {
                found.add(name);
            }
        }
        return found;
    }
}
