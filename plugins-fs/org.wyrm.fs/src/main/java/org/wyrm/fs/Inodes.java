package org.wyrm.fs;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.xarray.XArrays;
import org.wyrm.program.KernelName;
import org.wyrm.program.Value;
import org.wyrm.program.spi.ProvidesHelpers;

/** Files without their names, {@code struct inode}, and what of them is in memory, {@code struct address_space}. */
@ProvidesHelpers(
        names = {"address_space_for_each_page", "decode_file_type", "inode_for_each_page", "inode_path", "inode_paths"})
public final class Inodes {
    private static final long S_IFMT = 0170000;

    private Inodes() {}

    /**
     * A page of a file that is in memory.
     *
     * @param index its place in the file, in pages
     * @param page {@code struct page}; the first one where the kernel keeps several as one folio
     */
    public record CachedPage(long index, Value page) {}

    /**
     * {@return the names that the cache has of an inode, {@code struct dentry}}
     *
     * @param inode {@code struct inode *}
     * @kernel include/linux/fs.h
     */
    public static Stream<Value> aliases(Value inode) {
        return Lists.hlistForEachEntry(inode.program().type("struct dentry"), inode.member("i_dentry"), "d_u.d_alias");
    }

    /**
     * {@return a path of an inode from the root of its file system; empty if the cache has no name of it}
     *
     * @param inode {@code struct inode *}
     * @kernel include/linux/fs.h
     */
    @KernelName("inode_path")
    public static Optional<String> inodePath(Value inode) {
        return inodePaths(inode).findFirst();
    }

    /**
     * {@return the paths of an inode from the root of its file system, as far as the cache has its names}
     *
     * @param inode {@code struct inode *}
     * @kernel include/linux/fs.h
     */
    @KernelName("inode_paths")
    public static Stream<String> inodePaths(Value inode) {
        return aliases(inode).map(Dcache::dentryPath);
    }

    /**
     * {@return the pages of an inode that are in memory, in the order of the file}
     *
     * @param inode {@code struct inode *}
     * @kernel include/linux/fs.h
     */
    @KernelName("inode_for_each_page")
    public static Stream<CachedPage> inodeForEachPage(Value inode) {
        return addressSpaceForEachPage(inode.member("i_mapping"));
    }

    /**
     * {@return the pages of a mapping that are in memory, in the order of the file}
     *
     * @param mapping {@code struct address_space *}
     * @kernel include/linux/pagemap.h
     */
    @KernelName("address_space_for_each_page")
    public static Stream<CachedPage> addressSpaceForEachPage(Value mapping) {
        var program = mapping.program();
        var page = program.type("struct page");
        // Since Linux kernel commit b93b016313b3 ("page cache: use xa_lock") (in v4.17), they are i_pages. Before that,
        // page_tree.
        var pages = mapping.findMember("i_pages").orElseGet(() -> mapping.member("page_tree"));
        // A value is what is left of a page that is not in memory any more.
        return XArrays.xaForEach(pages)
                .filter(entry -> !XArrays.xaIsValue(entry.value()))
                .map(entry -> new CachedPage(entry.index(), program.object(page, entry.value())));
    }

    /**
     * {@return what kind of file has a mode: {@code REG}, {@code DIR}, {@code CHR}, {@code BLK}, {@code FIFO},
     * {@code SOCK}, {@code LNK}; the type's bits in octal where they are none of these}
     *
     * @param mode {@code i_mode} of a {@code struct inode}
     * @kernel include/uapi/linux/stat.h
     */
    @KernelName("decode_file_type")
    public static String decodeFileType(long mode) {
        var type = (int) (mode & S_IFMT);
        return switch (type) {
            case 0010000 -> "FIFO";
            case 0020000 -> "CHR";
            case 0040000 -> "DIR";
            case 0060000 -> "BLK";
            case 0100000 -> "REG";
            case 0120000 -> "LNK";
            case 0140000 -> "SOCK";
            default -> String.format(Locale.ROOT, "%06o", type);
        };
    }
}
