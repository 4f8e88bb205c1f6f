package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.dwarf.Die;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.Scope;
import org.wyrm.symbols.Scope.Local;
import org.wyrm.symbols.Scope.LocalLocation;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.spi.ScopeFinder;

/** The scopes of one file's code: functions, inlined calls and blocks, with what is declared in each. Thread-safe. */
final class DwarfScopes implements ScopeFinder {
    private final DwarfTypes types;
    private final DwarfLines lines;
    private final AddressMapping mapping;

    DwarfScopes(DwarfTypes types, DwarfLines lines, AddressMapping mapping) {
        this.types = types;
        this.lines = lines;
        this.mapping = mapping;
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
        // Where it returns to may be behind the last instruction of the file.
        var inFile = mapping.toFile(returnAddress - 1);
        if (inFile.isEmpty()) {
            return Optional.empty();
        }
        var address = inFile.getAsLong();
        var scopes = lines.scopeEntries(address);
        for (var scope : scopes.reversed()) {
            for (var die : scope.children()) {
                if (isCall(die) && returnAddress(die) == address + 1) {
                    return Optional.of(callSite(die, scopes.getFirst(), address));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isCall(Die die) {
        return die.tag() == DW_TAG_call_site || die.tag() == DW_TAG_GNU_call_site;
    }

    private static long returnAddress(Die call) {
        var address = call.address(DW_AT_call_return_pc);
        return (address.isPresent() ? address : call.address(DW_AT_low_pc)).orElse(0);
    }

    private CallSite callSite(Die call, Die function, long address) {
        var parameters = new ArrayList<CallSite.Parameter>();
        for (var die : call.children()) {
            if (die.tag() == DW_TAG_call_site_parameter || die.tag() == DW_TAG_GNU_call_site_parameter) {
                var location = die.block(DW_AT_location);
                var value = die.block(DW_AT_call_value);
                value = value != null ? value : die.block(DW_AT_GNU_call_site_value);
                if (location != null && value != null) {
                    parameters.add(new CallSite.Parameter(
                            expression(die, location, function, address), expression(die, value, function, address)));
                }
            }
        }
        return new CallSite(target(call, function, address), parameters);
    }

    private CallSite.Target target(Die call, Die function, long address) {
        var origin = call.reference(DW_AT_call_origin);
        origin = origin != null ? origin : call.reference(DW_AT_abstract_origin);
        if (origin != null) {
            var placed = withAttribute(origin, DW_AT_low_pc);
            var start = placed == null ? OptionalLong.empty() : placed.address(DW_AT_low_pc);
            var inTarget = start.isPresent() ? mapping.toTarget(start.getAsLong()) : OptionalLong.empty();
            if (inTarget.isPresent()) {
                return new CallSite.Target.Function(inTarget.getAsLong());
            }
            var linked = withAttribute(origin, DW_AT_linkage_name);
            var named = linked != null ? linked : withAttribute(origin, DW_AT_name);
            return named == null
                    ? new CallSite.Target.Unknown()
                    : new CallSite.Target.Named(
                            String.valueOf(named.string(linked != null ? DW_AT_linkage_name : DW_AT_name)));
        }
        var computed = call.block(DW_AT_call_target);
        computed = computed != null ? computed : call.block(DW_AT_GNU_call_site_target);
        return computed == null
                ? new CallSite.Target.Unknown()
                : new CallSite.Target.Computed(expression(call, computed, function, address));
    }

    private LocationExpression expression(Die of, ByteSlice code, Die function, long address) {
        return new DwarfExpression(types, mapping, of, code, function, address);
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
        return new Local(
                String.valueOf(named.string(DW_AT_name)),
                isParameter,
                types.reference(typed == null ? null : typed.reference(DW_AT_type)),
                place(die),
                location(die, function, address));
    }

    /** {@return the entry itself, or the one that it is an instance of, whichever has an attribute; null if none has} */
    private static @Nullable Die withAttribute(Die die, int attribute) {
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
