package org.wyrm.memory;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.FaultException;

/** Reads memory row by row, to be shown. */
public final class MemoryDump {
    private MemoryDump() {}

    /**
     * Some bytes of memory.
     *
     * @param address of the first one
     * @param bytes them, as they lie in memory
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Row(long address, byte[] bytes) {
        /**
         * {@return the bytes as unsigned numbers}
         *
         * @param memory where they are from: its byte order counts
         * @param byteSize of a number: 1, 2, 4 or 8; the bytes are a multiple of it
         */
        public List<Long> numbers(TargetMemory memory, int byteSize) {
            var isBigEndian = memory.order() == ByteOrder.BIG_ENDIAN;
            var numbers = new ArrayList<Long>(bytes.length / byteSize);
            for (var at = 0; at < bytes.length; at += byteSize) {
                var number = 0L;
                for (var i = 0; i < byteSize; i++) {
                    var next = bytes[isBigEndian ? at + i : at + byteSize - 1 - i];
                    number = number << Byte.SIZE | next & 0xff;
                }
                numbers.add(number);
            }
            return numbers;
        }

        /** {@return the bytes as ASCII, with a dot for what cannot be printed} */
        public String ascii() {
            var text = new StringBuilder(bytes.length);
            for (var each : bytes) {
                text.append(each >= ' ' && each <= '~' ? (char) each : '.');
            }
            return text.toString();
        }
    }

    /**
     * {@return how many numbers there are from an address to the end of the address space; unsigned}
     *
     * @param numberByteSize 1, 2, 4 or 8
     */
    public static long numbersToEnd(long address, int numberByteSize) {
        var lastOffset = -1 - address;
        var count = Long.divideUnsigned(lastOffset, numberByteSize);
        var isWhole = Long.remainderUnsigned(lastOffset, numberByteSize) == numberByteSize - 1;
        return isWhole && count != -1 ? count + 1 : count;
    }

    /**
     * {@return memory from an address on, in rows, each read when it is asked for}
     *
     * <p>A fault comes out of the stream after all that is before it: the numbers before it in its row are a row.
     *
     * @param numberByteSize how many bytes belong together, 1, 2, 4 or 8: of them all are read, or none
     * @param numbersPerRow how many of them a row has, but for the last one
     * @param numberCount how many of them are read
     * @throws IllegalArgumentException if there are not so many, by {@link #numbersToEnd}
     */
    public static Stream<Row> rows(
            TargetMemory memory, long address, int numberByteSize, int numbersPerRow, long numberCount) {
        if (numberCount < 0 || Long.compareUnsigned(numberCount, numbersToEnd(address, numberByteSize)) > 0) {
            throw new IllegalArgumentException(
                    "there are no %d numbers of %d bytes from 0x%x on".formatted(numberCount, numberByteSize, address));
        }
        var rows = new Rows(memory, address, numberByteSize, numbersPerRow, numberCount);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    private static final class Rows implements Iterator<Row> {
        private final TargetMemory memory;
        private final int numberByteSize;
        private final int numbersPerRow;
        private long address;
        private long left;
        private @Nullable FaultException fault;

        Rows(TargetMemory memory, long address, int numberByteSize, int numbersPerRow, long left) {
            this.memory = memory;
            this.address = address;
            this.numberByteSize = numberByteSize;
            this.numbersPerRow = numbersPerRow;
            this.left = left;
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public Row next() {
            if (fault != null) {
                throw fault;
            }
            if (left == 0) {
                throw new NoSuchElementException();
            }
            var row = read((int) Math.min(left, numbersPerRow));
            address += row.bytes.length;
            left -= row.bytes.length / numberByteSize;
            return row;
        }

        private Row read(int numberCount) {
            try {
                return new Row(address, memory.bytes(address, numberCount * numberByteSize));
            } catch (FaultException absent) {
                var wholeNumbers = (int) (absent.address() - address) / numberByteSize;
                if (wholeNumbers == 0) {
                    throw absent;
                }
                fault = absent;
                return new Row(address, memory.bytes(address, wholeNumbers * numberByteSize));
            }
        }
    }
}
