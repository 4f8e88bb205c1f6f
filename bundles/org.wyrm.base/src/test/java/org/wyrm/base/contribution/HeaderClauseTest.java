package org.wyrm.base.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderClauseTest {
    @Test
    void clausesHaveNamesAttributesAndDirectives() {
        var clauses = HeaderClause.parse("a.b;c.d;version=\"[1,2)\";resolution:=optional,e");

        assertThat(clauses)
                .containsExactly(
                        new HeaderClause(
                                List.of("a.b", "c.d"), Map.of("version", "[1,2)"), Map.of("resolution", "optional")),
                        new HeaderClause(List.of("e"), Map.of(), Map.of()));
    }

    @Test
    void theTypeOfAnAttributeIsNoPartOfItsName() {
        var clause = HeaderClause.parse("wyrm.command;aliases:List<String>=\"a,b\";rank:Long=7")
                .getFirst();

        assertThat(clause.attributes()).containsEntry("aliases", "a,b").containsEntry("rank", "7");
    }

    @Test
    void quotedValuesMayHoldWhatPartsClausesElsewhere() {
        var clause = HeaderClause.parse("n;summary=\"list, sort; \\\"count\\\" := \\\\\"")
                .getFirst();

        assertThat(clause.attributes()).containsEntry("summary", "list, sort; \"count\" := \\");
    }

    @Test
    void anEmptyHeaderHasNoClauses() {
        assertThat(HeaderClause.parse("  ")).isEmpty();
    }

    @Test
    void anEscapedCommaDoesNotPartTheElementsOfAList() {
        assertThat(HeaderClause.listValue("a, b\\,c,,d")).containsExactly("a", "b,c", "d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;", ";", "a,,b", "n;v=\"x", "v=1", "n;a:List", "n;v=\"x\"y", "\"n\""})
    void aBrokenHeaderIsRefusedWithItsPlace(String header) {
        assertThatThrownBy(() -> HeaderClause.parse(header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(header);
    }
}
