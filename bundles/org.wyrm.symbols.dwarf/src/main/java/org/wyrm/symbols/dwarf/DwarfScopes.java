package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.dwarf.Die;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.ArrayLength;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.TailCall;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.spi.ScopeFinder;

/** The scopes of one file's code: functions, inlined calls and blocks, with what is declared in each. Thread-safe. */
final class DwarfScopes implements ScopeFinder {
    private final DwarfTypes types;
    private final DwarfLines lines;
    private final AddressMapping mapping;
    private final DwarfCalls calls;

    DwarfScopes(DwarfTypes types, DwarfLines lines, AddressMapping mapping) {
        this.types = types;
        this.lines = lines;
        this.mapping = mapping;
        this.calls = new DwarfCalls(types, lines, mapping);
    }

    @Override
    public List<Scope> scopesAt(long virtualAddress) {
        var inFile = mapping.toFile(virtualAddress);
        if (inFile.isEmpty()) {
            return List.of();
        }
        var address = inFile.getAsLong();
        var scopes = new ArrayList<Scope>();
        var function = (Die) null;
        for (var die : lines.scopeEntries(address)) {
            // An inlined call has the frame of the function that it is inlined into.
            function = function == null ? die : function;
            scopes.addFirst(scope(die, function, address));
        }
        return List.copyOf(scopes);
    }

    @Override
    public Optional<CallSite> callSiteAt(long returnAddress) {
        return calls.returningTo(returnAddress);
    }

    @Override
    public Optional<List<TailCall>> tailCallsOf(long functionAddress) {
        return calls.tailCallsOf(functionAddress);
    }

    private Scope scope(Die die, Die function, long address) {
        var kind = switch (die.tag()) {
            case DW_TAG_subprogram -> Scope.Kind.FUNCTION;
            case DW_TAG_inlined_subroutine -> Scope.Kind.INLINED;
            default -> Scope.Kind.BLOCK;
        };
        var locals = new ArrayList<Local>();
        for (var child : die.children()) {
            var isParameter = child.tag() == DW_TAG_formal_parameter;
            // What is declared extern in a function is not its own.
            if ((isParameter || child.tag() == DW_TAG_variable) && !child.flag(DW_AT_declaration)) {
                var named = withAttribute(child, DW_AT_name);
                if (named != null) {
                    locals.add(local(child, named, isParameter, function, address));
                }
            }
        }
        var named = kind == Scope.Kind.BLOCK ? null : withAttribute(die, DW_AT_name);
        return new Scope(kind, Optional.ofNullable(named).map(it -> it.string(DW_AT_name)), locals);
    }

    private Local local(Die die, Die named, boolean isParameter, Die function, long address) {
        var typed = withAttribute(die, DW_AT_type);
        var type = typed == null ? null : typed.reference(DW_AT_type);
        return new Local(
                String.valueOf(named.string(DW_AT_name)),
                isParameter,
                types.reference(type),
                place(die),
                location(die, function, address),
                lengths(type, function, address));
    }

    private List<Optional<ArrayLength>> lengths(@Nullable Die type, Die function, long address) {
        var array = type;
        for (var count = 0; array != null && count < TargetType.MAX_ALIASES && isAlias(array); count++) {
            array = array.reference(DW_AT_type);
        }
        if (array == null || array.tag() != DW_TAG_array_type) {
            return List.of();
        }
        var lengths = new ArrayList<Optional<ArrayLength>>();
        for (var child : array.children()) {
            if (child.tag() == DW_TAG_subrange_type) {
                lengths.add(length(child, DW_AT_count, function, address)
                        .or(() -> length(child, DW_AT_upper_bound, function, address)));
            }
        }
        return lengths.stream().anyMatch(Optional::isPresent) ? lengths : List.of();
    }

    private static boolean isAlias(Die type) {
        return switch (type.tag()) {
            case DW_TAG_typedef, DW_TAG_const_type, DW_TAG_volatile_type -> true;
            default -> false;
        };
    }

    private Optional<ArrayLength> length(Die range, int attribute, Die function, long address) {
        var isUpperBound = attribute == DW_AT_upper_bound;
        var code = range.block(attribute);
        if (code != null) {
            var expression = new DwarfExpression(types, mapping, range, code, function, address);
            return Optional.of(new ArrayLength(new LocalLocation.Computed(expression), Optional.empty(), isUpperBound));
        }
        return isReference(range.form(attribute))
                ? Optional.ofNullable(range.reference(attribute))
                        .map(variable -> new ArrayLength(
                                location(variable, function, address),
                                Optional.of(types.reference(variable.reference(DW_AT_type))),
                                isUpperBound))
                : Optional.empty();
    }

    /** {@return whether a form is that of a reference in the same file, and no constant} */
    private static boolean isReference(int form) {
        return form >= DW_FORM_ref_addr && form <= DW_FORM_ref_udata;
    }

    /** {@return the entry itself, or the one that it is an instance of, whichever has an attribute; null if none has} */
    static @Nullable Die withAttribute(Die die, int attribute) {
        var at = die;
        for (var count = 0; count < DwarfLines.MAX_ORIGINS; count++) {
            if (at.has(attribute)) {
                return at;
            }
            var origin = at.reference(DW_AT_abstract_origin);
            origin = origin != null ? origin : at.reference(DW_AT_specification);
            if (origin == null) {
                return null;
            }
            at = origin;
        }
        return null;
    }

    private static Optional<SourcePlace> place(Die local) {
        var die = withAttribute(local, DW_AT_decl_line);
        var declared = die == null ? null : withAttribute(die, DW_AT_decl_file);
        if (die == null || declared == null) {
            return Optional.empty();
        }
        var unit = declared.unit();
        var number = Math.clamp(declared.number(DW_AT_decl_file).orElse(0), 0, Integer.MAX_VALUE);
        return unit.lineHeader().filter(header -> header.files().has(number)).map(header -> {
            var path = SourcePath.shown(unit, header, number);
            var line = (int) die.number(DW_AT_decl_line).orElse(0);
            return new SourcePlace(
                    path, line, (int) die.number(DW_AT_decl_column).orElse(0));
        });
    }

    private LocalLocation location(Die die, Die function, long address) {
        var located = die.has(DW_AT_location) ? die : withAttribute(die, DW_AT_location);
        if (located != null) {
            var code = code(located, DW_AT_location, address);
            return code.isPresent() && code.get().byteSize() > 0
                    ? new LocalLocation.Computed(
                            new DwarfExpression(types, mapping, located, code.get(), function, address))
                    : new LocalLocation.Absent(
                            code.isPresent() ? "optimized out" : "it has no place or value at this address");
        }
        var constant = withAttribute(die, DW_AT_const_value);
        return constant == null ? new LocalLocation.Absent("optimized out") : constant(constant);
    }

    private static LocalLocation constant(Die die) {
        var block = die.block(DW_AT_const_value);
        if (block != null) {
            return new LocalLocation.Bytes(block);
        }
        var number = die.number(DW_AT_const_value);
        if (number.isPresent() && !isText(die.form(DW_AT_const_value))) {
            return new LocalLocation.Constant(DwarfTypeMaker.constant(die));
        }
        var text = die.string(DW_AT_const_value);
        return text == null
                ? new LocalLocation.Absent("its constant is of a form that is not known")
                : new LocalLocation.Bytes(ByteSlice.of(
                        "constant",
                        (text + "\0").getBytes(StandardCharsets.UTF_8),
                        die.unit().info().sections().order()));
    }

    private static boolean isText(int form) {
        return switch (form) {
            case DW_FORM_string,
                    DW_FORM_strp,
                    DW_FORM_line_strp,
                    DW_FORM_strp_sup,
                    DW_FORM_GNU_strp_alt,
                    DW_FORM_strx,
                    DW_FORM_strx1,
                    DW_FORM_strx2,
                    DW_FORM_strx3,
                    DW_FORM_strx4,
                    DW_FORM_GNU_str_index -> true;
            default -> false;
        };
    }

    /** {@return the expression of an attribute at an address; empty where a list has none for it} */
    static Optional<ByteSlice> code(Die die, int attribute, long address) {
        var block = die.block(attribute);
        if (block != null) {
            return Optional.of(block);
        }
        return die.locations(attribute)
                .flatMap(list -> list.expressionsAt(address).stream().findFirst());
    }
}
