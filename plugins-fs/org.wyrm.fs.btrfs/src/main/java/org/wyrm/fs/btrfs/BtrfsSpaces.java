package org.wyrm.fs.btrfs;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.linux.list.Lists;
import org.wyrm.program.Value;

/** The space of a file system of btrfs by what it is for: {@code struct btrfs_space_info}. */
public final class BtrfsSpaces {
    /** {@code BTRFS_BLOCK_GROUP_…}: bits of {@code flags} that tell what for. */
    private static final int DATA = 1;

    private static final int SYSTEM = 1 << 1;
    private static final int METADATA = 1 << 2;
    private static final int TYPES = DATA | SYSTEM | METADATA;

    private BtrfsSpaces() {}

    /**
     * {@return the spaces of a file system, {@code struct btrfs_space_info}, each with its sub-groups behind it}
     *
     * @param fsInfo {@code struct btrfs_fs_info *}
     * @kernel fs/btrfs/space-info.c
     */
    public static Stream<Value> spaceInfos(Value fsInfo) {
        // Since Linux kernel commit f92ee31e031c ("btrfs: introduce btrfs_space_info sub-group") (in v6.16), some are
        // known by another one alone.
        return Lists.listForEachEntry(
                        fsInfo.program().type("struct btrfs_space_info"), fsInfo.member("space_info"), "list")
                .flatMap(space -> Stream.concat(
                        Stream.of(space),
                        space.findMember("sub_group").stream()
                                .flatMap(Value::elements)
                                .filter(group -> !group.isNull())
                                .map(Value::dereference)));
    }

    /**
     * {@return what a space is for, as {@code /sys/fs/btrfs/FSID/allocation} has it: {@code data}, {@code metadata},
     * {@code system}, or {@code mixed}, of data and metadata; its flags in hexadecimal where it is for none of these}
     *
     * @param space {@code struct btrfs_space_info *}
     * @kernel fs/btrfs/sysfs.c
     */
    public static String type(Value space) {
        var flags = space.member("flags").longValue();
        return switch ((int) flags & TYPES) {
            case DATA -> "data";
            case METADATA -> "metadata";
            case SYSTEM -> "system";
            case DATA | METADATA -> "mixed";
            default -> "0x%x".formatted(flags);
        };
    }

    /**
     * {@return which sub-group a space is, {@code DATA_RELOC} of {@code BTRFS_SUB_GROUP_DATA_RELOC}; empty of one that is
     * no sub-group}
     *
     * @param space {@code struct btrfs_space_info *}
     * @kernel fs/btrfs/space-info.h
     */
    public static Optional<String> subGroup(Value space) {
        return space.findMember("parent").filter(parent -> !parent.isNull()).map(_ -> {
            var type = space.program().type("enum btrfs_space_info_sub_group");
            var number = space.member("subgroup_id").longValue();
            return Names.of(type, number, "BTRFS_SUB_GROUP_").orElseGet(() -> Long.toString(number));
        });
    }

    /**
     * {@return how the block groups of a space are laid out on devices, as the kernel names it: {@code single}, {@code
     * dup}, {@code raid1} …; several while a balance changes it}
     *
     * @param space {@code struct btrfs_space_info *}
     * @kernel fs/btrfs/volumes.c
     */
    public static List<String> profiles(Value space) {
        var type = space.program().type("enum btrfs_raid_types");
        var groups = space.member("block_groups");
        return LongStream.range(0, groups.elementCount())
                .filter(index -> !Lists.listEmpty(groups.subscript(index)))
                .mapToObj(index -> Names.of(type, index, "BTRFS_RAID_")
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .orElseGet(() -> Long.toString(index)))
                .toList();
    }

    /**
     * {@return who waits for space, {@code struct reserve_ticket}, the first first}
     *
     * @param tickets {@code struct list_head *}: {@code priority_tickets}, of those who make room themselves; {@code
     *     tickets}, of those for whom a worker does
     * @kernel fs/btrfs/space-info.h
     */
    public static Stream<Value> tickets(Value tickets) {
        return Lists.listForEachEntry(tickets.program().type("struct reserve_ticket"), tickets, "list");
    }
}
