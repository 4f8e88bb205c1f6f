package org.wyrm.lang.c;

import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.program.Value;

/** Reads an object at once, as far as its memory is there. */
final class Snapshot {
    /** The largest object of which a page that can be read is looked for. */
    private static final long MAX_PROBED_BYTES = 1 << 28;

    private Snapshot() {}

    /**
     * {@return a snapshot of an object; the object itself if only parts of it can be read, or it is too large}
     *
     * @throws FaultException if no page of it can be read
     */
    static Value of(Value object) {
        var read = Attempt.of(object::read);
        if (read instanceof Attempt.Failure<Value>(FaultException fault) && !isPartlyReadable(object)) {
            throw fault;
        }
        return read.orElse(object);
    }

    private static boolean isPartlyReadable(Value object) {
        var program = object.program();
        var byteSize = Value.sizeOf(program.complete(object.type()));
        if (byteSize < 0 || byteSize > MAX_PROBED_BYTES) {
            return true;
        }
        for (var done = 0L; done < byteSize; ) {
            var address = object.byteAddress() + done;
            if (Attempt.of(() -> program.bytes(address, 1)) instanceof Attempt.Success) {
                return true;
            }
            done = nextPage(object, address) - object.byteAddress();
        }
        return false;
    }

    /** {@return where the page after that of an address begins} */
    static long nextPage(Value object, long address) {
        var pageByteSize = object.program().pageByteSize();
        return (address & -pageByteSize) + pageByteSize;
    }
}
