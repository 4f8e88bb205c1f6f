package org.wyrm.unwind;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.wyrm.base.cancellation.SharedWork;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.program.Program;

/** What there is at addresses of code, kept: the tasks of a machine wait in a few places. Thread-safe. */
final class CodeCache {
    private static final int MOST = 1 << 16;
    private static final int AT_ONCE = 8;

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

    /** Looks up addresses on several threads. What goes wrong comes again when one of them is asked for. */
    void fill(Program program, Collection<Long> addresses) {
        var unknown = addresses.stream()
                .filter(address -> !known.containsKey(address))
                .sorted(Long::compareUnsigned)
                .toList();
        var threads = Math.min(SharedWork.threads(), unknown.size() / AT_ONCE);
        if (threads < 2) {
            return;
        }
        // Neighbours are often of one unit, which is read by one thread while others would wait.
        var next = new AtomicInteger();
        SharedWork.run(threads, "wyrm-stacks", worker -> {
            for (var first = next.getAndAdd(AT_ONCE); first < unknown.size(); first = next.getAndAdd(AT_ONCE)) {
                unknown.subList(first, Math.min(first + AT_ONCE, unknown.size()))
                        .forEach(address -> lookUp(program, address));
            }
        });
    }

    private void lookUp(Program program, long address) {
        try {
            at(program, address);
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException e) {
            return;
        }
    }
}
