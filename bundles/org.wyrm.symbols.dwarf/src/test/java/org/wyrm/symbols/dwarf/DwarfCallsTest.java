package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.symbols.CallSite;
import org.wyrm.symbols.TailCall;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

/**
 * <pre>
 * called()     0x1100-0x1200
 * caller()     0x1000-0x1100, says what it calls
 *     {        0x1010-0x1040
 *       called();    returns to 0x1020
 *       called();    a jump before 0x1030
 *     }
 *     elsewhere();   a jump before 0x1100
 * silent()     0x1200-0x1300, does not say that this is all
 *     called();      a jump before 0x1210
 * </pre>
 */
class DwarfCallsTest {
    private static DwarfTypes types(boolean isGnu) {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var root = dwarf.unit(isGnu ? 4 : 5).root();
        root.number(DW_AT_low_pc, DW_FORM_addr, 0x1000).number(DW_AT_high_pc, DW_FORM_data4, 0x300);
        var elsewhere = root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "elsewhere")
                .flag(DW_AT_declaration);
        var called = function(root, "called", 0x1100);
        var caller = function(root, "caller", 0x1000)
                .flag(isGnu ? DW_AT_GNU_all_call_sites : DW_AT_call_all_calls)
                .withChildren();
        var block = caller.child(DW_TAG_lexical_block)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1010)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x30)
                .withChildren();
        call(block, isGnu, 0x1020, called);
        tailCall(block, isGnu, 0x1030, called);
        tailCall(caller, isGnu, 0x1100, elsewhere);
        tailCall(function(root, "silent", 0x1200).withChildren(), isGnu, 0x1210, called);
        return TestFiles.types(dwarf);
    }

    private static DwarfEntryBuilder function(DwarfEntryBuilder root, String name, long start) {
        return root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, name)
                .number(DW_AT_low_pc, DW_FORM_addr, start)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x100);
    }

    private static DwarfEntryBuilder call(
            DwarfEntryBuilder scope, boolean isGnu, long returnAddress, DwarfEntryBuilder target) {
        return scope.child(isGnu ? DW_TAG_GNU_call_site : DW_TAG_call_site)
                .number(isGnu ? DW_AT_low_pc : DW_AT_call_return_pc, DW_FORM_addr, returnAddress)
                .reference(isGnu ? DW_AT_abstract_origin : DW_AT_call_origin, DW_FORM_ref4, target);
    }

    private static void tailCall(DwarfEntryBuilder scope, boolean isGnu, long returnAddress, DwarfEntryBuilder target) {
        call(scope, isGnu, returnAddress, target).flag(isGnu ? DW_AT_GNU_tail_call : DW_AT_call_tail_call);
    }

    private static Optional<List<TailCall>> tailCalls(boolean isGnu, long function) {
        return types(isGnu).scopes().orElseThrow().tailCallsOf(function);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void jumpsAreThoseOfAllScopesOfAFunction(boolean isGnu) {
        assertThat(tailCalls(isGnu, 0x1000).orElseThrow())
                .containsExactly(
                        new TailCall(0x1030, new CallSite.Target.Function(0x1100)),
                        new TailCall(0x1100, new CallSite.Target.Named("elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofAFunctionThatMayHaveOthersNoneAreTold(boolean isGnu) {
        assertThat(tailCalls(isGnu, 0x1200)).isEmpty();
        assertThat(tailCalls(isGnu, 0x2000)).isEmpty();
    }

    @Test
    void aCallIsFoundByWhereItReturnsTo() {
        var scopes = types(false).scopes().orElseThrow();

        assertThat(scopes.callSiteAt(0x1020)).contains(new CallSite(new CallSite.Target.Function(0x1100), List.of()));
        assertThat(scopes.callSiteAt(0x1021)).isEmpty();
    }
}
