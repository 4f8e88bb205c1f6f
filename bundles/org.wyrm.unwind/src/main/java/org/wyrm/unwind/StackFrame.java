package org.wyrm.unwind;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.arch.Registers;
import org.wyrm.arch.spi.Abi;
import org.wyrm.arch.spi.Abi.WideRegister;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.program.spi.NameScope;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;

/**
 * A frame of a stack: a function that was called, or one that is inlined into the next frame's. It is a scope for
 * expressions: its parameters and variables, and its registers, {@code $rip}. Thread-safe.
 */
public final class StackFrame implements NameScope {
    private static final char REGISTER_SIGN = '$';

    private final Program program;
    private final Abi abi;
    private final int index;
    private final PhysicalFrame physical;
    /** How many functions are inlined into this one's. */
    private final int inlineLevel;

    private final Optional<SourceFrame> source;
    private final Optional<Symbol> symbol;
    private volatile @Nullable List<Scope> scopes;

    private StackFrame(
            Program program,
            Abi abi,
            int index,
            PhysicalFrame physical,
            int inlineLevel,
            Optional<SourceFrame> source,
            Optional<Symbol> symbol) {
        this.program = program;
        this.abi = abi;
        this.index = index;
        this.physical = physical;
        this.inlineLevel = inlineLevel;
        this.source = source;
        this.symbol = symbol;
    }

    /** Adds the frames of all functions that share a physical one. */
    static void addTo(List<StackFrame> frames, Program program, Abi abi, PhysicalFrame physical) {
        var code = physical.isUserSpace() ? Code.NONE : CodeCache.of(program).at(program, physical.lookupAddress());
        var level = 0;
        for (var source : code.frames()) {
            frames.add(
                    new StackFrame(program, abi, frames.size(), physical, level++, Optional.of(source), code.symbol()));
        }
        if (level == 0) {
            frames.add(new StackFrame(program, abi, frames.size(), physical, 0, Optional.empty(), code.symbol()));
        }
    }

    /** {@return its number in the trace, from 0} */
    public int index() {
        return index;
    }

    /** {@return the address of the next instruction: behind the call, where there was one; or behind the jump} */
    public long pc() {
        return physical.pc();
    }

    /** {@return an address of the instruction that is being executed: of the call, where there was one} */
    public long lookupAddress() {
        return physical.lookupAddress();
    }

    /** {@return the name of the function by debugging information, and where that has none, by the symbol} */
    public Optional<String> function() {
        return source.flatMap(SourceFrame::function).or(() -> symbol.map(Symbol::name));
    }

    /** {@return the symbol that the code is at; of an inlined function, that of the function around} */
    public Optional<Symbol> symbol() {
        return symbol;
    }

    /** {@return the distance of {@link #pc} from the symbol, in bytes} */
    public OptionalLong symbolOffset() {
        return symbol.isPresent() ? OptionalLong.of(pc() - symbol.get().address()) : OptionalLong.empty();
    }

    /** {@return the kernel module or library of the code; empty for the main image, and where it is not known} */
    public Optional<String> module() {
        return symbol.flatMap(Symbol::module);
    }

    /** {@return where the source of it is; of a function with others inlined, that of the call} */
    public Optional<SourcePlace> place() {
        return source.flatMap(SourceFrame::place);
    }

    /** {@return whether it is inlined into the next frame's function} */
    public boolean isInlined() {
        return source.map(SourceFrame::isInlined).orElse(false);
    }

    /**
     * {@return whether it has ended by a jump to the frame before: nothing is on the stack of it, and it is known only by
     * what compilers tell of such jumps} Its registers are what its caller gets back.
     */
    public boolean isTailCall() {
        return physical.foundBy().filter(UnwindMethod.TAIL_CALL::equals).isPresent();
    }

    /** {@return whether it did not call the frame before, but was interrupted} */
    public boolean isInterrupted() {
        return physical.isInterrupted();
    }

    /** {@return whether it is of another program than the kernel: of user space, below a system call or an exception} */
    public boolean isUserSpace() {
        return physical.isUserSpace();
    }

    /** {@return its registers, as far as they are known} */
    public Registers registers() {
        return physical.registers();
    }

    /** {@return the address of its last word on the stack} */
    public OptionalLong stackPointer() {
        return physical.stackPointer();
    }

    /** {@return the canonical frame address: that of the stack in the caller, before the call} */
    public OptionalLong cfa() {
        return physical.cfa();
    }

    /** {@return what told the way to it from the frame before; empty of the innermost one} */
    public Optional<UnwindMethod> foundBy() {
        return physical.foundBy();
    }

    /** {@return the parameters and variables of its scopes, those of the innermost first} */
    public List<Local> locals() {
        return scopes().stream().flatMap(scope -> scope.locals().stream()).toList();
    }

    /** {@return its scopes, the innermost first, the function last; none where no source knows them} */
    public List<Scope> scopes() {
        var known = scopes;
        if (known == null) {
            known = source.isEmpty() ? List.of() : ofLevel(program.scopesAt(physical.lookupAddress()));
            scopes = known;
        }
        return known;
    }

    private List<Scope> ofLevel(List<Scope> all) {
        var level = 0;
        var first = 0;
        for (var at = 0; at < all.size(); at++) {
            if (all.get(at).kind() != Scope.Kind.BLOCK) {
                if (level++ == inlineLevel) {
                    return all.subList(first, at + 1);
                }
                first = at + 1;
            }
        }
        return List.of();
    }

    /**
     * {@return the value of one of {@link #locals}: absent, with the reason, where it has none}
     *
     * @throws org.wyrm.base.error.DebuggerException if memory that tells where it is cannot be read
     */
    public Value value(Local local) {
        return new LocalValues(program, physical).value(local);
    }

    /** {@return why one of {@link #locals} has no value, in more words than the value says; empty if it has one} */
    public Optional<String> absence(Local local) {
        return new LocalValues(program, physical).absence(local);
    }

    /** {@return the value of a register as an unsigned number, if it is known} */
    public Optional<Value> register(int number) {
        var value = physical.registers().get(number);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(program.scalar(program.type("unsigned long"), value.getAsLong()));
    }

    /** {@return the value of a wide register, if it is known: a number, or a union of what may be in a vector} */
    public Optional<Value> register(WideRegister register) {
        return WideRegisters.value(program, physical.registers(), register);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of several variables with a name, that of the innermost scope counts.
     *
     * @throws org.wyrm.base.error.LookupFailedException if it is a register whose value is not known
     */
    @Override
    public Optional<Value> find(String name) {
        if (name.isEmpty() || name.charAt(0) != REGISTER_SIGN) {
            return locals().stream()
                    .filter(local -> local.name().equals(name))
                    .findFirst()
                    .map(this::value);
        }
        var number = abi.register(name.substring(1));
        var wide = abi.wideRegisters().stream()
                .filter(register -> register.name().equals(name.substring(1)))
                .findFirst();
        if (number.isEmpty() && wide.isEmpty()) {
            return Optional.empty();
        }
        var value = number.isPresent() ? register(number.getAsInt()) : wide.flatMap(this::register);
        if (value.isEmpty()) {
            throw new org.wyrm.base.error.LookupFailedException(
                    "value of register", name, "frame " + index + " has lost it");
        }
        return value;
    }

    @Override
    public String toString() {
        return "#" + index + " " + function().orElseGet(() -> "0x" + Long.toHexString(pc()));
    }
}
