package org.wyrm.program;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.wyrm.base.bytes.FileView;

/**
 * What people take for a dump, and no format reads: told by its first bytes, so that the answer says what the file is and
 * what to do with it.
 *
 * @param offset where it has its signature, in bytes
 * @param signature Latin-1
 * @param what what such a file is, as a clause that follows its name
 */
record OtherFile(int offset, String signature, String what) {
    private static final String GUEST = "; dump the guest by: virsh dump --memory-only DOMAIN DUMP";
    private static final String NOT_SUPPORTED = ", which is not supported";

    private static final List<OtherFile> ALL = List.of(
            packed("\u001f\u008b", "gzip", "gunzip"),
            packed("\u00fd7zXZ\0", "xz", "unxz"),
            packed("(\u00b5/\u00fd", "zstd", "unzstd"),
            packed("BZh", "bzip2", "bunzip2"),
            packed("\u0004\"M\u0018", "lz4", "unlz4"),
            packed("\u0089LZO\0", "lzop", "lzop -d"),
            packed("PK\u0003\u0004", "zip", "unzip"),
            packed("7z\u00bc\u00af'\u001c", "7-Zip", "7z x"),
            new OtherFile(257, "ustar", "is a tar archive; unpack it first: tar xf FILE"),
            // linux/dump.h of the LKCD patches, DUMP_MAGIC_NUMBER; arch/s390's zgetdump, DF_S390_MAGIC.
            unsupported("\u00ed#\u008fas\u0001\u0019\u00a8", "is a dump of LKCD"),
            unsupported("\u00a8\u0019\u0001sa\u008f#\u00fd", "is a stand-alone dump of s390"),
            unsupported("sadump\0\0", "is a dump of Fujitsu's sadump"),
            new OtherFile(4086, "S1SUSPEND", "is a swap area with a hibernated Linux" + NOT_SUPPORTED),
            // The four magic numbers of VMware's checkpoints.
            unsupported("\u00d0\u00be\u00d0\u00be", "is a suspended state of VMware (.vmss, .vmsn)"),
            unsupported("\u00d2\u00be\u00d2\u00be", "is a suspended state of VMware (.vmss, .vmsn)"),
            unsupported("\u00d3\u00be\u00d3\u00be", "is a suspended state of VMware (.vmss, .vmsn)"),
            unsupported("\u00d1\u00ba\u00d1\u00ba", "is a suspended state of VMware (.vmss, .vmsn)"),
            new OtherFile(0, "\u007fVirtualBox SavedState", "is a saved state of VirtualBox, which is not supported"),
            new OtherFile(0, "LibvirtQemud", "is a saved guest of libvirt, without --memory-only" + GUEST),
            new OtherFile(0, "QEVM", "is a migration stream of QEMU, not a dump" + GUEST),
            new OtherFile(0, "QFI\u00fb", "is a disk image (qcow2)" + GUEST),
            unsupported("EMiL", "is a memory image of LiME"),
            unsupported("AVML", "is a memory image of AVML"),
            unsupported("PAGEDU", "is a crash dump of Windows"),
            unsupported("MDMP", "is a minidump"),
            new OtherFile(0x202, "HdrS", "is a kernel to be booted (bzImage), not a dump"));

    private static OtherFile packed(String signature, String by, String command) {
        return new OtherFile(0, signature, "is packed by " + by + "; unpack it first: " + command + " FILE");
    }

    private static OtherFile unsupported(String signature, String what) {
        return new OtherFile(0, signature, what + NOT_SUPPORTED);
    }

    /** {@return what a file is that nothing reads, and what to do, if it is known} */
    static Optional<String> describe(FileView file) {
        return ALL.stream()
                .filter(each -> each.recognises(file))
                .findFirst()
                .map(other -> file.name() + ": " + other.what.replace("FILE", file.name()));
    }

    private boolean recognises(FileView file) {
        var bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        return file.byteSize() >= offset + bytes.length
                && file.slice(offset, bytes.length).segment().mismatch(MemorySegment.ofArray(bytes)) < 0;
    }
}
