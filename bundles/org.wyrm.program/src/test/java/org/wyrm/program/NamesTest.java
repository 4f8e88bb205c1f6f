package org.wyrm.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.testkit.btf.BtfBuilder;

class NamesTest {
    private static Program program() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var number = types.integer("int", 4, 1);
        types.struct("task", 8);
        types.struct("twice", 8);
        types.struct("twice", 16);
        types.union("task", 8);
        types.function("task", types.prototype(number));
        types.variable("tasks", number);
        return new TestProgram(types)
                .symbol("task", TestProgram.BASE, 8)
                .symbol("twice", TestProgram.BASE + 8, 8)
                .symbol("twice", TestProgram.BASE + 16, 8)
                .open();
    }

    @Test
    void ofAllSourcesAreSortedEachWithItsKindAndItsDefinitions() {
        assertThat(program().names(EnumSet.allOf(NameKind.class), "t", name -> true))
                .extracting(FoundName::name, FoundName::kind, FoundName::source, FoundName::definitions)
                .containsExactly(
                        tuple("task", NameKind.STRUCT, "btf", 1),
                        tuple("task", NameKind.UNION, "btf", 1),
                        tuple("task", NameKind.FUNCTION, "btf", 1),
                        tuple("task", NameKind.SYMBOL, "test", 1),
                        tuple("tasks", NameKind.VARIABLE, "btf", 1),
                        tuple("twice", NameKind.STRUCT, "btf", 2),
                        tuple("twice", NameKind.SYMBOL, "test", 2));
    }

    @Test
    void areThoseOfTheKindsAndTheTest() {
        assertThat(program().names(Set.of(NameKind.STRUCT, NameKind.BASE), "", name -> name.length() < 5))
                .extracting(FoundName::name)
                .containsExactly("int", "task");
    }

    @Test
    void areNoLongerCollectedAfterACancellation() {
        var token = new Cancellation();
        token.cancel("stopped");

        assertThatThrownBy(() -> program().with(token).names(Set.of(NameKind.STRUCT), "", name -> true))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void haveADefinitionEach() {
        var program = program();

        assertThat(program.names(Set.of(NameKind.STRUCT, NameKind.SYMBOL), "twice", name -> true))
                .allSatisfy(name -> assertThat(program.definitions(name)).hasSize(2));
    }

    @Test
    void ofSeveralSymbolsAreNoSymbol() {
        assertThatThrownBy(() -> program().symbol("twice"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("2 symbols are called twice: 0x10008, 0x10010");
    }
}
