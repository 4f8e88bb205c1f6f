package org.wyrm.bpf.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.bpf.BpfMaps;
import org.wyrm.bpf.BpfPrograms;
import org.wyrm.linux.walk.Walk;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.Symbol;

/**
 * The instructions of a program as the verifier left them, and what they refer to.
 *
 * <p>As the kernel gives them to user space, so here: instructions that it has only for itself are those that they stand
 * for.
 *
 * @kernel kernel/bpf/syscall.c
 */
final class Xlated implements Disassembler.Names {
    /** {@code BPF_COMPLEXITY_LIMIT_INSNS}, times what the verifier may put in place of one. */
    private static final long MAX_INSTRUCTIONS = 64_000_000;

    private static final int CALL = 0x85;
    private static final int CALL_ARGS = 0xe5;
    private static final int TAIL_CALL = 0xf5;

    /** {@code BPF_FUNC_tail_call}. */
    private static final int TAIL_CALL_NUMBER = 12;

    private static final int MODE_MEM = 0x60;
    private static final int MODE_MEMSX = 0x80;
    private static final int MODE_ATOMIC = 0xc0;
    private static final int PROBE_MEM = 0x20;
    private static final int PROBE_MEMSX = 0x40;
    private static final int PROBE_MEM32 = 0xa0;
    private static final int PROBE_ATOMIC = 0xe0;
    private static final int MODE = 0xe0;

    /** {@code BPF_PSEUDO_CALL}, {@code BPF_PSEUDO_FUNC}: what the source register of calls and loads says. */
    private static final int OWN_CALL = 1;

    private static final int OWN_FUNCTION = 4;

    private final Program program;
    private final Value prog;
    private final List<Value> maps;
    private final List<Value> functions;
    private final long callBase;

    /** @param prog {@code struct bpf_prog *} */
    Xlated(Value prog) {
        this.program = prog.program();
        this.prog = prog;
        this.maps = BpfPrograms.bpfProgUsedMaps(prog).toList();
        this.functions = BpfPrograms.functions(prog).toList();
        this.callBase = program.symbol("__bpf_call_base").address();
    }

    /** {@return the instructions, in order} */
    Stream<Instruction> instructions() {
        var count = prog.member("len").longValue();
        if (count > MAX_INSTRUCTIONS) {
            throw new CorruptStructureException(
                    "bpf_prog", Walk.addressOf(prog), "it has " + count + " instructions, more than any");
        }
        return Walk.whileFound(new Reader(prog.member("insnsi").address(), (int) count));
    }

    private final class Reader implements Supplier<Optional<Instruction>> {
        private final long first;
        private final int count;
        private int next;

        Reader(long first, int count) {
            this.first = first;
            this.count = count;
        }

        @Override
        public Optional<Instruction> get() {
            if (next >= count) {
                return Optional.empty();
            }
            program.cancellation().check();
            var read = Instruction.of(next, word(next));
            if (read.isWide() && next + 1 < count) {
                read = read.withUpper((int) (word(next + 1) >>> 32));
            }
            next += read.slots();
            return Optional.of(asUsersSee(read));
        }

        private long word(int index) {
            return program.memory().u64(first + (long) index * Instruction.BYTES);
        }
    }

    private static Instruction asUsersSee(Instruction at) {
        if (at.code() == TAIL_CALL) {
            return new Instruction(at.index(), CALL, at.destination(), 0, at.offset(), TAIL_CALL_NUMBER, 0);
        }
        // Also BPF_JCOND has this code, but the verifier leaves none of it.
        if (at.code() == CALL_ARGS && at.source() == OWN_CALL) {
            return at.withCode(CALL);
        }
        return switch (at.instructionClass()) {
            case Instruction.LDX, Instruction.ST, Instruction.STX -> withoutProbe(at);
            default -> at;
        };
    }

    /** Loads and stores that may fault have modes of their own. */
    private static Instruction withoutProbe(Instruction at) {
        var isLoad = at.instructionClass() == Instruction.LDX;
        var plain = switch (at.mode()) {
            case PROBE_MEM -> isLoad ? MODE_MEM : PROBE_MEM;
            case PROBE_MEMSX -> isLoad ? MODE_MEMSX : PROBE_MEMSX;
            case PROBE_MEM32 -> MODE_MEM;
            case PROBE_ATOMIC -> MODE_ATOMIC;
            default -> at.mode();
        };
        return at.withCode(at.code() & ~MODE | plain);
    }

    @Override
    public String function(Instruction call) {
        if (call.source() == 0 && call.immediate() == TAIL_CALL_NUMBER) {
            return "bpf_tail_call#" + TAIL_CALL_NUMBER;
        }
        var address = callBase + call.immediate();
        return name(address).orElseGet(() -> "0x" + Long.toHexString(address)) + "#" + call.immediate();
    }

    private Optional<String> name(long address) {
        return program.symbolsAt(address).stream()
                .filter(symbol -> symbol.address() == address)
                .map(Symbol::name)
                .findFirst();
    }

    /** In a program of machine code, the immediate is which function it is, and the offset the way to it. */
    @Override
    public String ownFunction(Instruction call) {
        if (call.immediate() < 0 || call.immediate() >= functions.size()) {
            return "%+d".formatted(call.offset());
        }
        var symbol =
                functions.get(call.immediate()).member("aux").member("ksym").member("name");
        return "%+d#%s".formatted(call.offset(), symbol.string());
    }

    @Override
    public String number(Instruction load) {
        if (load.source() == OWN_FUNCTION) {
            return "subprog[%+d]".formatted(load.immediate());
        }
        var number = load.wide();
        for (var map : maps) {
            if (map.address() == number) {
                return "map[id:" + BpfMaps.id(map) + "]";
            }
            if (hasValueAt(map, number)) {
                return "map[id:%d][0]+%d".formatted(BpfMaps.id(map), number - values(map));
            }
        }
        return "0x" + Long.toHexString(number);
    }

    /** Of arrays of one element, global variables, programs have the address of the value. */
    private boolean hasValueAt(Value map, long address) {
        if (!BpfMaps.type(map).equals("array") || map.member("max_entries").longValue() != 1) {
            return false;
        }
        var size = array(map).member("elem_size").longValue();
        return Long.compareUnsigned(address - values(map), size) < 0;
    }

    private Value array(Value map) {
        return map.containerOf(program.type("struct bpf_array"), "map");
    }

    private long values(Value map) {
        return array(map).member("value").address();
    }
}
