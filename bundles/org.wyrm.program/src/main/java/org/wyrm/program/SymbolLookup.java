package org.wyrm.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.symbols.QualifiedName;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.Symbol;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable;
import org.wyrm.symbols.Variable.Location;

/** Looks up variables, functions and symbols by name and address, for one program. Thread-safe. */
final class SymbolLookup {
    private final Program program;
    private final OpenTarget target;

    SymbolLookup(Program program, OpenTarget target) {
        this.program = program;
        this.target = target;
    }

    /** {@return where a name is defined, for each of its definitions} */
    List<Optional<SourcePlace>> definitions(FoundName name) {
        if (name.kind().type().isPresent()) {
            return program.findTypes(name.kind().type().get(), name.name()).stream()
                    .map(TypeRef::place)
                    .toList();
        }
        if (name.kind().variable().isPresent()) {
            return variables(name.name()).stream()
                    .filter(variable ->
                            variable.kind() == name.kind().variable().get())
                    .map(Variable::place)
                    .toList();
        }
        return symbols(name.name()).stream().map(this::place).toList();
    }

    /** {@return the variable with a name} */
    Value variable(String name) {
        var found = variables(name);
        if (found.isEmpty()) {
            throw missingVariable(name);
        }
        return valueOf(Ambiguity.single(name, found));
    }

    /** {@return the variable with a name, if there is one} */
    Optional<Value> findVariable(String name) {
        var found = variables(name);
        return found.isEmpty() ? Optional.empty() : located(Ambiguity.single(name, found));
    }

    /** {@return all variables and functions with a name, from the first source that has one} */
    List<Variable> variables(String name) {
        return target.firstFound(program, source -> source.variables().map(finder -> finder.findVariables(name)));
    }

    private Value valueOf(Variable variable) {
        return located(variable)
                .orElseThrow(() -> new LookupFailedException("symbol", variable.name(), target.missing()));
    }

    private Optional<Value> located(Variable variable) {
        var type = variable.type().resolve();
        var location = variable.location();
        if (location instanceof Location.Fixed(var address)) {
            return Optional.of(Value.reference(program, type, address));
        }
        if (location instanceof Location.PerCpu(var address)) {
            return Optional.of(Value.reference(program, type, address));
        }
        if (location instanceof Location.Constant(var value)) {
            return Optional.of(ComputedValues.scalar(program, type, value));
        }
        if (location instanceof Location.Tls) {
            throw new LookupFailedException("address of", variable.name(), "each thread has one of its own");
        }
        var symbols = firstSymbols(variable.name());
        if (symbols.stream().map(Symbol::address).distinct().count() > 1) {
            throw new LookupFailedException(
                    "single variable", variable.name(), Ambiguity.ofSymbols(variable.name(), symbols, program));
        }
        return symbols.stream().findFirst().map(symbol -> Value.reference(program, type, symbol.address()));
    }

    private LookupFailedException missingVariable(String name) {
        var symbols = firstSymbols(name);
        if (symbols.isEmpty()) {
            return elsewhere("variable", name)
                    .orElseGet(() -> new LookupFailedException("variable", name, target.missing()));
        }
        return new LookupFailedException(
                "type for variable",
                name,
                "it is at 0x%x, but no source knows its type"
                        .formatted(symbols.getFirst().address()));
    }

    private Optional<LookupFailedException> elsewhere(String kind, String text) {
        return QualifiedName.parse(text)
                .flatMap(qualified -> Ambiguity.elsewhere(
                        kind,
                        text,
                        variables(qualified.name()).stream()
                                .map(Variable::place)
                                .toList()));
    }

    /** {@return the symbol with a name, from the first source that has one} */
    Symbol symbol(String name) {
        var found = QualifiedName.parse(name).isPresent() ? symbols(name) : firstSymbols(name);
        if (found.isEmpty()) {
            throw missingSymbol(name);
        }
        if (found.stream().map(Symbol::address).distinct().count() > 1) {
            throw new LookupFailedException("single symbol", name, Ambiguity.ofSymbols(name, found, program));
        }
        return found.getFirst();
    }

    /** {@return the error for a symbol that is not there, and what there is of its name} */
    LookupFailedException missingSymbol(String name) {
        var defined = variables(name);
        return defined.isEmpty()
                ? elsewhere("symbol", name).orElseGet(() -> new LookupFailedException("symbol", name, target.missing()))
                : new LookupFailedException("symbol", name, Ambiguity.withoutSymbol(defined));
    }

    /** {@return all symbols with a name, of the kernel and of its modules} */
    List<Symbol> symbols(String name) {
        var found = new ArrayList<Symbol>();
        if (QualifiedName.parse(name).isPresent()) {
            variables(name).forEach(variable -> found.addAll(symbolsOf(variable)));
            return found;
        }
        for (var source : target.sources(program)) {
            source.symbols().ifPresent(finder -> found.addAll(finder.findSymbols(name)));
        }
        return found;
    }

    /** {@return the symbols at the address of a variable or function; those with its name, if there is one} */
    private List<Symbol> symbolsOf(Variable variable) {
        var address = Ambiguity.address(variable);
        if (address.isEmpty()) {
            return List.of();
        }
        var there = symbolsAt(address.getAsLong()).stream()
                .filter(symbol -> symbol.address() == address.getAsLong())
                .toList();
        var named = there.stream()
                .filter(symbol -> symbol.name().equals(variable.name()))
                .toList();
        return named.isEmpty() ? there : named;
    }

    /** {@return the source line of a function's symbol, or where the variable of a symbol is defined} */
    Optional<SourcePlace> place(Symbol symbol) {
        var ofCode = program.framesAt(symbol.address()).stream().findFirst().flatMap(SourceFrame::place);
        return ofCode.isPresent()
                ? ofCode
                : variables(symbol.name()).stream()
                        .filter(variable -> Ambiguity.address(variable).equals(OptionalLong.of(symbol.address())))
                        .findFirst()
                        .flatMap(Variable::place);
    }

    private List<Symbol> firstSymbols(String name) {
        return target.firstFound(program, source -> source.symbols().map(finder -> finder.findSymbols(name)));
    }

    /** {@return the symbols that an address is in} */
    List<Symbol> symbolsAt(long virtualAddress) {
        return target.firstFound(program, source -> source.symbols().map(finder -> finder.symbolsAt(virtualAddress)));
    }
}
