package org.wyrm.arch;

import java.util.OptionalLong;

/**
 * What is known of the registers of a thread, or of a frame of its stack. Told by the numbers of the architecture's ABI
 * for DWARF, up to 63. Immutable and thread-safe.
 */
public final class Registers {
    /** Nothing is known. */
    public static final Registers NONE = new Registers(new long[0], 0);

    private static final int MOST = Long.SIZE;

    private final long[] values;
    /** A bit for each register that is known. */
    private final long known;

    private Registers(long[] values, long known) {
        this.values = values;
        this.known = known;
    }

    /** Collects values. Confined to one thread. */
    public static final class Builder {
        private final long[] values = new long[MOST];
        private long known;

        /** Begins with nothing known. */
        public Builder() {}

        /** Begins with the values of other registers. */
        public Builder(Registers from) {
            System.arraycopy(from.values, 0, values, 0, from.values.length);
            known = from.known;
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

        /** Says that a value is not known. */
        public Builder forget(int register) {
            if (register >= 0 && register < MOST) {
                known &= ~(1L << register);
            }
            return this;
        }

        /** {@return the registers} */
        public Registers build() {
            var count = Long.SIZE - Long.numberOfLeadingZeros(known);
            return new Registers(java.util.Arrays.copyOf(values, count), known);
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
}
