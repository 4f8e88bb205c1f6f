package org.wyrm.unwind;

import java.util.concurrent.ConcurrentHashMap;
import org.wyrm.program.Program;

/** What there is at addresses of code, kept: the tasks of a machine wait in a few places. Thread-safe. */
final class CodeCache {
    private static final int MOST = 1 << 16;

    private final ConcurrentHashMap<Long, Code> known = new ConcurrentHashMap<>();

    static CodeCache of(Program program) {
        return program.cached(CodeCache.class, made -> new CodeCache());
    }

    Code at(Program program, long address) {
        var code = known.get(address);
        if (code == null) {
            code = new Code(
                    program.framesAt(address),
                    program.symbolsAt(address).stream().findFirst());
            if (known.size() < MOST) {
                known.put(address, code);
            }
        }
        return code;
    }
}
