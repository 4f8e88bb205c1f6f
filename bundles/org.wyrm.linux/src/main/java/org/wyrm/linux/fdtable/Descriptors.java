package org.wyrm.linux.fdtable;

import java.util.Optional;
import java.util.function.Supplier;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.linux.fdtable.OpenFiles.OpenFile;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType;

/** The files of a {@code struct fdtable}, read some at a time. */
final class Descriptors implements Supplier<Optional<OpenFile>> {
    /** So many pointers are read at once: those of a page. */
    private static final int CHUNK = 512;

    private final Program program;
    private final TargetType file;
    private final Value table;
    private final long end;

    /** A copy of the pointers from {@link #first} on. */
    private Optional<Value> pointers = Optional.empty();

    private long first;
    private long next;

    /** @param fdtable {@code struct fdtable *} */
    Descriptors(Value fdtable) {
        this.program = fdtable.program();
        this.file = program.type("struct file");
        this.table = fdtable.member("fd").read();
        this.end = fdtable.member("max_fds").longValue();
        if (end > Integer.MAX_VALUE) {
            throw new CorruptStructureException(
                    "fdtable", Walk.addressOf(fdtable), "it has " + end + " places, more than any");
        }
    }

    @Override
    public Optional<OpenFile> get() {
        while (next < end) {
            if (pointers.isEmpty() || next == first + CHUNK) {
                program.cancellation().check();
                first = next;
                pointers = Optional.of(
                        table.slice(first, Math.min(first + CHUNK, end)).read());
            }
            var address = pointers.get().subscript(next - first).longValue();
            next++;
            if (address != 0) {
                return Optional.of(new OpenFile((int) next - 1, program.object(file, address)));
            }
        }
        return Optional.empty();
    }
}
