package org.wyrm.symbols;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;

/**
 * A table that tells how to go from addresses of code to the caller, as bytes. Two are the same if they are one object:
 * what is decoded of one is kept by it.
 */
public sealed interface UnwindTable {
    /** Leads between addresses that a table has and those of the target. Thread-safe. */
    interface Addresses {
        /** {@return the address in the file of what is at an address of the target; empty if that is not of the file} */
        OptionalLong toFile(long virtualAddress);

        /** {@return where an address of the file is in the target; empty if it is nowhere} */
        OptionalLong toTarget(long fileAddress);
    }

    /** Call frame information of DWARF. */
    final class CallFrames implements UnwindTable {
        private final Format format;
        private final Supplier<ByteSlice> reader;
        private @Nullable ByteSlice content;
        private final long sectionAddress;
        private final int addressByteSize;
        private final Addresses addresses;

        /** The formats. */
        public enum Format {
            /** {@code .debug_frame} of a linked file: code at address 0 is none. */
            DEBUG_FRAME,
            /** {@code .debug_frame} of a file whose code may begin at 0: a relocatable one. */
            DEBUG_FRAME_AT_ZERO,
            /** {@code .eh_frame}. */
            EH_FRAME
        }

        /**
         * Takes a section.
         *
         * @param reader gives all of it, when it is first asked for
         * @param sectionAddress of its first byte, as the file has it
         * @param addressByteSize 4 or 8
         */
        public CallFrames(
                Format format,
                Supplier<ByteSlice> reader,
                long sectionAddress,
                int addressByteSize,
                Addresses addresses) {
            this.format = format;
            this.reader = reader;
            this.sectionAddress = sectionAddress;
            this.addressByteSize = addressByteSize;
            this.addresses = addresses;
        }

        /** {@return which of the formats it has} */
        public Format format() {
            return format;
        }

        /** {@return its bytes} */
        public synchronized ByteSlice content() {
            var known = content;
            if (known == null) {
                known = reader.get();
                content = known;
            }
            return known;
        }

        /** {@return the address of its first byte, as the file has it} */
        public long sectionAddress() {
            return sectionAddress;
        }

        /** {@return the size of an address, in bytes} */
        public int addressByteSize() {
            return addressByteSize;
        }

        /** {@return where its addresses are in the target} */
        public Addresses addresses() {
            return addresses;
        }
    }

    /** An ORC table of an x86-64 kernel, or of a module. */
    final class Orc implements UnwindTable {
        private final ByteSlice addresses;
        private final long addressesAddress;
        private final ByteSlice entries;
        private final Optional<ByteSlice> header;
        private final String release;

        /**
         * Takes its sections.
         *
         * @param addresses {@code .orc_unwind_ip}
         * @param addressesAddress where that is in the target
         * @param entries {@code .orc_unwind}
         * @param header {@code .orc_header}, if there is one
         * @param release of the kernel, as {@code uname -r} prints it: it tells the layout where no header does
         */
        public Orc(
                ByteSlice addresses,
                long addressesAddress,
                ByteSlice entries,
                Optional<ByteSlice> header,
                String release) {
            this.addresses = addresses;
            this.addressesAddress = addressesAddress;
            this.entries = entries;
            this.header = header;
            this.release = release;
        }

        /** {@return {@code .orc_unwind_ip}} */
        public ByteSlice addresses() {
            return addresses;
        }

        /** {@return where {@link #addresses} are in the target} */
        public long addressesAddress() {
            return addressesAddress;
        }

        /** {@return {@code .orc_unwind}} */
        public ByteSlice entries() {
            return entries;
        }

        /** {@return {@code .orc_header}, if there is one} */
        public Optional<ByteSlice> header() {
            return header;
        }

        /** {@return the kernel's release} */
        public String release() {
            return release;
        }
    }
}
