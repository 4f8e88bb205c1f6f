package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.dwarf.Die;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.LocationExpression;
import org.wyrm.symbols.TailCall;

/**
 * The calls in one file's code, as far as its entries tell of them. Thread-safe.
 *
 * @dwarf 3.4 Call Site Entries and Parameters
 */
final class DwarfCalls {
    private static final int MAX_NESTING = 256;

    private final DwarfTypes types;
    private final DwarfLines lines;
    private final AddressMapping mapping;

    DwarfCalls(DwarfTypes types, DwarfLines lines, AddressMapping mapping) {
        this.types = types;
        this.lines = lines;
        this.mapping = mapping;
    }

    /** {@return the call that returns to an address} */
    Optional<CallSite> returningTo(long returnAddress) {
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

    /** {@return the jumps that end a function; empty if its entry does not say that it has all of them} */
    Optional<List<TailCall>> tailCallsOf(long functionAddress) {
        var inFile = mapping.toFile(functionAddress);
        var scopes = inFile.isEmpty() ? List.<Die>of() : lines.scopeEntries(inFile.getAsLong());
        if (scopes.isEmpty() || !hasAllTailCalls(scopes.getFirst())) {
            return Optional.empty();
        }
        var found = new ArrayList<TailCall>();
        return addTailCalls(scopes.getFirst(), scopes.getFirst(), 0, found) ? Optional.of(found) : Optional.empty();
    }

    private static boolean hasAllTailCalls(Die function) {
        return function.flag(DW_AT_call_all_calls)
                || function.flag(DW_AT_call_all_tail_calls)
                || function.flag(DW_AT_GNU_all_call_sites)
                || function.flag(DW_AT_GNU_all_tail_call_sites);
    }

    /** {@return whether all are found that are in a scope and the scopes in it} */
    private boolean addTailCalls(Die scope, Die function, int nesting, List<TailCall> found) {
        for (var die : scope.children()) {
            if (isCall(die) && (die.flag(DW_AT_call_tail_call) || die.flag(DW_AT_GNU_tail_call))) {
                var last = mapping.toTarget(returnAddress(die) - 1);
                if (last.isEmpty()) {
                    return false;
                }
                found.add(new TailCall(last.getAsLong() + 1, target(die, function, returnAddress(die) - 1)));
            } else if (isScope(die) && (nesting >= MAX_NESTING || !addTailCalls(die, function, nesting + 1, found))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isScope(Die die) {
        return die.tag() == DW_TAG_lexical_block || die.tag() == DW_TAG_inlined_subroutine;
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
            var placed = DwarfScopes.withAttribute(origin, DW_AT_low_pc);
            var start = placed == null ? OptionalLong.empty() : placed.address(DW_AT_low_pc);
            var inTarget = start.isPresent() ? mapping.toTarget(start.getAsLong()) : OptionalLong.empty();
            if (inTarget.isPresent()) {
                return new CallSite.Target.Function(inTarget.getAsLong());
            }
            var linked = DwarfScopes.withAttribute(origin, DW_AT_linkage_name);
            var named = linked != null ? linked : DwarfScopes.withAttribute(origin, DW_AT_name);
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
}
