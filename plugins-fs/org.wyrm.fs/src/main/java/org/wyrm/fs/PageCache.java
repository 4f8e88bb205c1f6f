package org.wyrm.fs;

import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.EnumType;

/** What of files is in memory, file by file. */
public final class PageCache {
    /** {@code I_DIRTY_PAGES} and {@code I_SYNC}: the pages of an inode without both are clean. */
    private static final long MAY_BE_DIRTY = 1 << 2 | 1 << 7;

    private final Program program;
    private final Field pageCount;
    private final Field state;
    private final Field mapping;

    private PageCache(Program program) {
        this.program = program;
        this.pageCount = program.field("struct inode", "i_data.nrpages");
        this.state = program.field("struct inode", "i_state");
        this.mapping = program.field("struct inode", "i_data");
    }

    /** {@return the page cache of a target} */
    public static PageCache of(Program program) {
        return new PageCache(program);
    }

    /**
     * {@return the inodes of a file system that have pages in memory, {@code struct inode}}
     *
     * @param superBlock {@code struct super_block *}
     * @kernel include/linux/fs.h
     */
    public Stream<Value> inodes(Value superBlock) {
        return SuperBlocks.inodes(superBlock).filter(inode -> pageCount(inode) != 0);
    }

    /**
     * {@return how many pages of an inode are in memory}
     *
     * @param inode {@code struct inode}
     */
    public long pageCount(Value inode) {
        return inode.member(pageCount).longValue();
    }

    /**
     * {@return how many pages of an inode wait to be written; a folio of several counts once}
     *
     * @param inode {@code struct inode}
     * @kernel include/linux/page-flags.h
     */
    public long dirtyCount(Value inode) {
        if ((inode.member(state).longValue() & MAY_BE_DIRTY) == 0) {
            return 0;
        }
        var dirty = 1L << dirtyBit();
        return Inodes.addressSpaceForEachPage(inode.member(mapping))
                .filter(cached -> (cached.page().member("flags").longValue() & dirty) != 0)
                .count();
    }

    private long dirtyBit() {
        return Optional.of(program.type("enum pageflags").unaliased())
                .filter(EnumType.class::isInstance)
                .map(EnumType.class::cast)
                .flatMap(flags -> flags.enumerators().stream()
                        .filter(flag -> flag.name().equals("PG_dirty"))
                        .findFirst())
                .orElseThrow(() -> new LookupFailedException("enumerator", "PG_dirty", "in enum pageflags"))
                .value();
    }
}
