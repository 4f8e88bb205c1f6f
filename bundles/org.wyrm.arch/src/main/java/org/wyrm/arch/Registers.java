package org.wyrm.arch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of the registers of a thread, or of a frame of its stack. Told by the numbers of the architecture's ABI
 * for DWARF: the values of those up to 63, and the bytes of any that is wider than 64 bits. Immutable and thread-safe.
 */
public final class Registers {
    /** Nothing is known. */
    public static final Registers NONE = new Registers(new long[0], 0, Map.of());

    private static final int MOST = Long.SIZE;

    private final long[] values;
    /** A bit for each register that is known. */
    private final long known;
    /** The bytes of wide registers. */
    private final Map<Integer, byte[]> wide;

    private Registers(long[] values, long known, Map<Integer, byte[]> wide) {
        this.values = values;
        this.known = known;
        this.wide = wide;
    }

    /** Collects values. Confined to one thread. */
    public static final class Builder {
        private final long[] values = new long[MOST];
        private long known;
        private final Map<Integer, byte[]> wide = new HashMap<>();

        /** Begins with nothing known. */
        public Builder() {}

        /** Begins with the values of other registers. */
        public Builder(Registers from) {
            System.arraycopy(from.values, 0, values, 0, from.values.length);
            known = from.known;
            wide.putAll(from.wide);
        }

        /**
         * Sets a value.
         *
         * @throws IllegalArgumentException if there is no register with that number
         */
        public Builder set(int register, long value) {
            if (register < 0 || register >= MOST) {
                throw new IllegalArgumentException("register " + register);
            }
            values[register] = value;
            known |= 1L << register;
            return this;
        }

        /** Sets the bytes of a register that is wider than 64 bits, in the target's order. */
        public Builder setBytes(int register, byte[] content) {
            wide.put(register, content.clone());
            return this;
        }

        /** Says that a value is not known. */
        public Builder forget(int register) {
            if (register >= 0 && register < MOST) {
                known &= ~(1L << register);
            }
            wide.remove(register);
            return this;
        }

        /** {@return the registers} */
        public Registers build() {
            var count = Long.SIZE - Long.numberOfLeadingZeros(known);
            return new Registers(java.util.Arrays.copyOf(values, count), known, Map.copyOf(wide));
        }
    }

    /** {@return whether the value of a register is known} */
    public boolean has(int register) {
        return register >= 0 && register < MOST && (known >>> register & 1) != 0;
    }

    /** {@return the value of a register, if it is known} */
    public OptionalLong get(int register) {
        return has(register) ? OptionalLong.of(values[register]) : OptionalLong.empty();
    }

    /**
     * {@return the value of a register that is known}
     *
     * @throws IllegalArgumentException if it is not
     */
    public long value(int register) {
        if (!has(register)) {
            throw new IllegalArgumentException("register " + register + " is not known");
        }
        return values[register];
    }

    /** {@return the bytes of a register that is wider than 64 bits, in the target's order, if they are known} */
    public Optional<byte[]> bytes(int register) {
        return Optional.ofNullable(wide.get(register)).map(byte[]::clone);
    }
}
