package org.wyrm.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.dcache.Dcache;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;

class FsHelpersTest {
    private static final long BASE = TestProgram.BASE;

    private static Value object(Program program, String type, long address) {
        return program.object(program.type("struct " + type), address);
    }

    @ParameterizedTest
    @CsvSource({
        "0100644, REG",
        "040755, DIR",
        "020600, CHR",
        "060660, BLK",
        "010600, FIFO",
        "0140777, SOCK",
        "0120777, LNK",
        "030000, 030000",
        "0, 000000"
    })
    void aModeSaysWhatKindOfFileItIs(String octal, String kind) {
        assertThat(Inodes.decodeFileType(Long.parseLong(octal, 8))).isEqualTo(kind);
    }

    @Nested
    class Names {
        private static final long ROOT = BASE + 0x1000;
        private static final long ETC = BASE + 0x1100;
        private static final long PASSWD = BASE + 0x1200;
        private static final long MOUNT = BASE + 0x2000;
        private static final long UPPER = BASE + 0x2100;
        private static final long UPPER_ROOT = BASE + 0x1300;
        private static final long PATH = BASE + 0x3000;
        private static final long SUPER = BASE + 0x3100;
        private static final long INODE = BASE + 0x3200;

        private final TestProgram program = FsTypes.program();
        private long nextText = BASE + 0x4000;

        private void dentry(long at, long parent, String name, boolean isNegative) {
            program.u64(at, parent)
                    .u32(at + FsTypes.DENTRY_NAME_BYTES, name.length())
                    .u64(at + FsTypes.DENTRY_NAME, nextText)
                    .u64(at + FsTypes.DENTRY_INODE, isNegative ? 0 : INODE)
                    .text(nextText, name);
            nextText += name.length() + 1;
        }

        /** Puts these, in their order, into a directory. */
        private void children(long directory, long... dentries) {
            var from = directory + FsTypes.DENTRY_CHILDREN;
            for (var dentry : dentries) {
                program.u64(from, dentry + FsTypes.DENTRY_SIBLING);
                from = dentry + FsTypes.DENTRY_SIBLING;
            }
            program.u64(from, 0);
        }

        private void mount(long at, long parent, long point, long root) {
            program.u64(at, parent)
                    .u64(at + FsTypes.MOUNT_POINT, point)
                    .u64(at + FsTypes.MOUNT_VFSMOUNT, root)
                    .u64(at + FsTypes.MOUNT_CHILDREN, at + FsTypes.MOUNT_CHILDREN)
                    .u64(at + FsTypes.MOUNT_CHILDREN + 8, at + FsTypes.MOUNT_CHILDREN);
        }

        private void isMountedIn(long above, long mount) {
            var head = above + FsTypes.MOUNT_CHILDREN;
            var link = mount + FsTypes.MOUNT_CHILD;
            program.u64(head, link).u64(head + 8, link).u64(link, head).u64(link + 8, head);
        }

        /** {@code /etc/passwd}, where a second file system is mounted on {@code /etc} if wanted. */
        private void tree(boolean isCovered) {
            dentry(ROOT, ROOT, "/", false);
            dentry(ETC, ROOT, "etc", false);
            dentry(PASSWD, isCovered ? UPPER_ROOT : ETC, "passwd", false);
            dentry(UPPER_ROOT, UPPER_ROOT, "/", false);
            children(ROOT, ETC);
            children(isCovered ? UPPER_ROOT : ETC, PASSWD);
            mount(MOUNT, MOUNT, ROOT, ROOT);
            program.u64(PATH, MOUNT + FsTypes.MOUNT_VFSMOUNT)
                    .u64(PATH + 8, ROOT)
                    .u64(SUPER, ROOT);
            if (isCovered) {
                mount(UPPER, MOUNT, ETC, UPPER_ROOT);
                isMountedIn(MOUNT, UPPER);
            }
        }

        private Value lookUp(String path) {
            return Paths.pathLookup(object(program.open(), "path", PATH), path);
        }

        @ParameterizedTest
        @CsvSource({
            "/etc/passwd, 0x11200",
            "etc//passwd, 0x11200",
            "/etc/./passwd, 0x11200",
            "/etc/passwd/../passwd, 0x11200",
            "/../../etc, 0x11100",
            "/, 0x11000",
            "'', 0x11000"
        })
        void areFoundByPath(String path, String dentry) {
            tree(false);

            assertThat(lookUp(path).member("dentry").longValue()).isEqualTo(Long.decode(dentry));
        }

        @ParameterizedTest
        @CsvSource({"/etc, 0x11300", "/etc/passwd, 0x11200", "/etc/.., 0x11000", "/etc/passwd/.., 0x11300"})
        void areThoseOfWhatIsMountedThere(String path, String dentry) {
            tree(true);

            assertThat(lookUp(path).member("dentry").longValue()).isEqualTo(Long.decode(dentry));
            assertThat(lookUp("/etc/passwd").member("mnt").longValue()).isEqualTo(UPPER + FsTypes.MOUNT_VFSMOUNT);
        }

        @Test
        void thatAreNotInMemoryAreSaid() {
            tree(false);

            assertThatThrownBy(() -> lookUp("/etc/shadow"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContainingAll("/etc/shadow", "'shadow'");
        }

        @Test
        void withoutAFileAreSaid() {
            tree(false);
            dentry(PASSWD, ETC, "passwd", true);

            assertThatThrownBy(() -> lookUp("/etc/passwd"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("there is none");
        }

        @Test
        void inADirectoryWhoseListComesBackEndWithAnError() {
            tree(false);
            program.u64(ETC + FsTypes.DENTRY_SIBLING, ETC + FsTypes.DENTRY_SIBLING);

            assertThatThrownBy(() -> lookUp("/usr"))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(ETC + FsTypes.DENTRY_SIBLING));
        }

        @Test
        void underAMountOnItselfEndWithAnError() {
            tree(true);
            mount(UPPER, MOUNT, UPPER_ROOT, UPPER_ROOT);
            program.u64(UPPER + FsTypes.MOUNT_POINT, ETC);
            dentry(UPPER_ROOT, UPPER_ROOT, "/", false);
            program.u64(UPPER + FsTypes.MOUNT_VFSMOUNT, ETC);
            isMountedIn(UPPER, UPPER);

            assertThatThrownBy(() -> lookUp("/etc"))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("mount");
        }

        @Test
        void whoseWayUpIsACircleHaveNoPath() {
            tree(false);
            program.u64(ETC, PASSWD);
            var opened = program.open();

            assertThatThrownBy(() -> Dcache.dentryPath(object(opened, "dentry", PASSWD)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(PASSWD));
        }

        @Test
        void areCountedWithThoseOfNoFile() {
            tree(false);
            var gone = BASE + 0x1400;
            dentry(gone, ETC, "gone", true);
            children(ETC, PASSWD, gone);
            program.u32(ETC + FsTypes.DENTRY_COUNT, 2);

            assertThat(DentryCount.of(object(program.open(), "super_block", SUPER)))
                    .isEqualTo(new DentryCount(4, 1, 3));
        }

        @Test
        void inADirectoryThatIsNotTheirsEndTheCount() {
            tree(false);
            program.u64(PASSWD, ROOT);
            var opened = program.open();

            assertThatThrownBy(() -> DentryCount.of(object(opened, "super_block", SUPER)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContainingAll("0x%x".formatted(PASSWD), "0x%x".formatted(ETC));
        }
    }

    @Nested
    class NodesOfKernfs {
        private static final long ROOT = BASE + 0x1000;
        private static final long CHILD = BASE + 0x1100;
        private static final long NAME = BASE + 0x2000;

        private TestProgram nodes() {
            return FsTypes.program()
                    .u64(CHILD, ROOT)
                    .u64(CHILD + FsTypes.NODE_NAME, NAME)
                    .text(NAME, "block");
        }

        @Test
        void haveAPathFromTheirRoot() {
            var program = nodes().open();

            assertThat(Kernfs.kernfsPath(object(program, "kernfs_node", CHILD))).isEqualTo("/block");
            assertThat(Kernfs.kernfsName(object(program, "kernfs_node", ROOT))).isEqualTo("/");
        }

        @Test
        void whoseWayUpIsACircleHaveNoPath() {
            var program =
                    nodes().u64(ROOT, CHILD).u64(ROOT + FsTypes.NODE_NAME, NAME).open();

            assertThatThrownBy(() -> Kernfs.kernfsPath(object(program, "kernfs_node", CHILD)))
                    .isInstanceOf(CorruptStructureException.class)
                    .hasMessageContaining("0x%x".formatted(CHILD));
        }

        @Test
        void thatAreFilesHaveNoChildren() {
            var program = nodes().u64(CHILD + FsTypes.NODE_FLAGS, 2).open();

            assertThatThrownBy(() -> Kernfs.kernfsChildren(object(program, "kernfs_node", CHILD)))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("/block");
        }
    }
}
