package org.wyrm.lang.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;
import org.wyrm.testkit.btf.BtfBuilder;

/** Expressions over a small program: what they are worth, of which type, and what is said where they are wrong. */
class ExpressionTest {
    private static final long NODE = TestProgram.BASE + 0x100;
    private static final long OTHER = TestProgram.BASE + 0x200;

    private record Text(String text) implements Declarations {
        @Override
        public String name() {
            return "test declarations";
        }
    }

    /**
     * <pre>
     * enum colour { RED, BLUE = 7 }; typedef unsigned long size_t; typedef int number_t;
     * struct node { struct node *next; int value; unsigned low : 3; int high : 5; enum colour colour; char name[8];
     *               short row[4]; int *where; struct gone *gone; struct node *chain[2]; };
     * struct node node; int bad_pointer_holder; …
     * </pre>
     */
    private static TestProgram target() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, 1);
        var unsigned = types.integer("unsigned int", 4, 0);
        var character = types.integer("char", 1, 1);
        var small = types.integer("short int", 2, 1);
        types.typedef("size_t", types.integer("long unsigned int", 8, 0));
        types.typedef("number_t", integer);
        var colour = types.enumeration("colour", 4, types.enumerator("RED", 0), types.enumerator("BLUE", 7));
        var node = types.label();
        var next = types.pointer(node);
        var gone = types.pointer(types.forwardStruct("gone"));
        var name = types.array(character, integer, 8);
        var row = types.array(small, integer, 4);
        var where = types.pointer(integer);
        var chain = types.array(next, integer, 2);
        types.at(node);
        types.structWithBitFields(
                "node",
                72,
                types.bitField("next", next, 0, 0),
                types.bitField("value", integer, 64, 0),
                types.bitField("low", unsigned, 96, 3),
                types.bitField("high", integer, 99, 5),
                types.bitField("colour", colour, 128, 0),
                types.bitField("name", name, 160, 0),
                types.bitField("row", row, 224, 0),
                types.bitField("where", where, 320, 0),
                types.bitField("gone", gone, 384, 0),
                types.bitField("chain", chain, 448, 0));
        return new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .helpers(Helpers.class)
                .contribute(
                        Declarations.class, new Text("extern struct node node; extern struct node *hole; int missing;"))
                .symbol("node", NODE, 72)
                .symbol("hole", OTHER, 8)
                .symbol("untyped", OTHER, 8)
                .u64(NODE, NODE)
                .u32(NODE + 8, -5)
                .u32(NODE + 12, 0b10110_101)
                .u32(NODE + 16, 7)
                .text(NODE + 20, "init")
                .u32(NODE + 28, 0x0002_0001)
                .u64(NODE + 40, NODE + 8)
                .u64(NODE + 48, 0x10)
                .u64(NODE + 56, NODE)
                .u64(OTHER, 0x20);
    }

    /** Helpers of a plug-in. */
    @ProvidesHelpers(names = {"twice", "find_node", "for_each_node", "sizeof_member", "label"})
    public static final class Helpers {
        @KernelName("twice")
        public static long twice(long number) {
            return 2 * number;
        }

        @KernelName("find_node")
        public static Optional<Value> findNode(Program program, int number) {
            return number == 1 ? Optional.of(program.variable("node")) : Optional.empty();
        }

        @KernelName("for_each_node")
        public static Stream<Value> forEachNode(Program program) {
            return Stream.of(program.variable("node"), program.variable("node"));
        }

        @KernelName("sizeof_member")
        public static long sizeofMember(TargetType type, String member) {
            return Value.sizeOf(org.wyrm.program.Field.of(type, member).type());
        }

        @KernelName("label")
        public static String label(Value value, String text) {
            return text + value.longValue();
        }
    }

    private static String evaluate(String expression) {
        var value = target().open().evaluate(expression);
        var type = value.type();
        var number = type.unaliased() instanceof TargetType.FloatType
                ? value.floatValue().toString()
                : value.integerValue().toString();
        return "(" + CFormat.name(type) + ")" + number;
    }

    private static String caret(String expression, int column) {
        return "  " + expression + "\n  " + " ".repeat(column - 1) + "^";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3 | (int)7",
                "(1 + 2) * 3 | (int)9",
                "7 / -2 | (int)-3",
                "7 % -2 | (int)1",
                "-1 > 0u | (int)1",
                "-1 > 0 | (int)0",
                "2147483647 + 1 | (int)-2147483648",
                "4294967295u + 1 | (unsigned int)0",
                "0x7fffffff | (int)2147483647",
                "0x80000000 | (unsigned int)2147483648",
                "2147483648 | (long)2147483648",
                "0xffffffffffffffff | (unsigned long)18446744073709551615",
                "0b101 + 017 | (int)20",
                "1ll + 1 | (long long)2",
                "1ul - 2 | (unsigned long)18446744073709551615",
                "'A' + 1 | (int)66",
                "'\\n' | (int)10",
                "'\\xff' | (int)-1",
                "'\\377' | (int)-1",
                "1 << 31 | (int)-2147483648",
                "1 << 40 | (int)0",
                "-8 >> 1 | (int)-4",
                "-8 >> 70 | (int)-1",
                "~0 | (int)-1",
                "!5 | (int)0",
                "!!5 | (int)1",
                "1 ? 2 : 3ul | (unsigned long)2",
                "0 ? 2 : 3.5 | (double)3.5",
                "1.5f * 2 | (float)3",
                "1 / 3.0 | (double)0.33333333333333331",
                "1.0L / 3 | (long double)0.333333333333333333342",
                "0x1.8p1 | (double)3",
                "(char) 300 | (char)44",
                "(unsigned char) -1 | (unsigned char)255",
                "(_Bool) 7 | (_Bool)1",
                "(int) 2.9 | (int)2",
                "(__int128) 1 << 100 | (__int128)1267650600228229401496703205376",
                "(unsigned __int128) -1 >> 64 | (unsigned __int128)18446744073709551615",
                "1 && 0 | (int)0",
                "0 && 1 / 0 | (int)0",
                "1, 2 | (int)2",
                "5 & 6 ^ 1 | (int)5",
                "sizeof(int) | (size_t)4",
                "sizeof(struct node) | (size_t)72",
                "sizeof node.name | (size_t)8",
                "sizeof(hole->next->value) | (size_t)4",
                "_Alignof(struct node) | (size_t)8",
                "offsetof(struct node, row[2]) | (size_t)32",
                "sizeof(\"abc\") | (size_t)4",
                "sizeof(typeof(node.row[0]) *) | (size_t)8",
                "(number_t) 3 | (number_t)3",
                "(number_t) 3 + 1 | (number_t)4",
                "node.value | (int)-5",
                "node.next->value + 1 | (int)-4",
                "(&node)->value | (int)-5",
                "(*node.next).value | (int)-5",
                "node.next.value | (int)-5",
                "node.low | (unsigned int)5",
                "node.low - 6 | (int)-1",
                "node.high | (int)-10",
                "node.colour | (enum colour)7",
                "node.colour + 1 | (unsigned int)8",
                "node.name[1] | (char)110",
                "*node.name | (char)105",
                "1[node.name] | (char)110",
                "node.row[1] + node.row[0] | (int)3",
                "node.row[0:2][1] | (short)2",
                "*(node.row + 1) | (short)2",
                "&node.row[3] - node.row | (long)3",
                "*node.where | (int)-5",
                "node.where == &node.value | (int)1",
                "node.where > 0 | (int)1",
                "!node.next | (int)0",
                "&node == node.next && node.next | (int)1",
                "container_of(&node.value, struct node, value)->low | (unsigned int)5",
                "container_of(node.where, typeof(node), value) == &node | (int)1",
                "(unsigned long) &untyped | (unsigned long)66048",
                "(unsigned int) untyped | (unsigned int)32",
                "*(unsigned long *) &untyped | (unsigned long)32",
                "\"abc\"[1] | (char)98",
                "twice(20) + 2 | (long)42",
                "find_node(1)->value | (int)-5",
                "sizeof_member(struct node, row) | (long)8",
                "sizeof_member(size_t, x) | -",
                "label(node.value, \"is \")[0] | (char)105",
                "node . /* a comment */ value | (int)-5",
            })
    void areWorthWhatCSays(String expression, String expected) {
        if (expected.equals("-")) {
            assertThatThrownBy(() -> evaluate(expression)).isInstanceOf(LookupFailedException.class);
        } else {
            assertThat(evaluate(expression)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 + | column 4: the end is not expected where a value was expected | 4",
                "(1 | column 3: the end is not expected where ')' was expected | 3",
                "1 2 | column 3: '2' is not expected after the expression | 3",
                "node.value = 3 | column 12: '=' would change the target | 12",
                "node.value++ | column 11: '++' would change the target | 11",
                "++node.value | column 1: '++' would change the target | 1",
                "1 @ 2 | column 3: '@' is not a character of C | 0",
                "'ab' | column 1: multi-character character constant | 1",
                "'' | column 1: empty character constant | 1",
                "12abc | column 1: '12abc' is not a number | 1",
                "1uu | column 1: invalid suffix \"uu\" on integer constant | 1",
                "99999999999999999999 | column 1: integer constant is too large for its type | 1",
                "\"abc | column 1: the quotation has no end | 0",
                "node + 1 | invalid operands to binary + (have 'struct node' and 'int') | 6",
                "&node + &node | invalid operands to binary + (have 'struct node *' and 'struct node *') | 7",
                "&node * 2 | invalid operands to binary * (have 'struct node *' and 'int') | 7",
                "1.5 % 2 | invalid operands to binary % (have 'double' and 'int') | 5",
                "&node - &node.value | invalid operands to binary - (have 'struct node *' and 'int *') | 7",
                "~1.5 | wrong type argument to bit-complement (have 'double') | 1",
                "-node | wrong type argument to unary minus (have 'struct node') | 1",
                "*node.value | invalid type argument of unary '*' (have 'int') | 1",
                "&5 | lvalue required as unary '&' operand | 1",
                "&node.low | cannot take the address of a bit field | 1",
                "sizeof(node.low) | 'sizeof' applied to a bit-field | 1",
                "sizeof(*node.gone) | invalid application of 'sizeof' to incomplete type 'struct gone' | 1",
                "node.gone + 1 | arithmetic on a pointer to an incomplete type ('struct gone *') | 11",
                "node.value[0] | subscripted value is neither array nor pointer nor vector (have 'int') | 11",
                "node.row[1.0] | array subscript is not an integer (have 'double') | 9",
                "node->value | invalid type argument of '->' (have 'struct node') | 7",
                "(struct node) 1 | conversion to non-scalar type 'struct node' requested | 1",
                "(int) node | 'struct node' cannot be cast to 'int' | 1",
                "(int *) 1.5 | 'double' cannot be cast to 'int *' | 1",
                "node ? 1 : 2 | used 'struct node' where scalar is required | 6",
                "1 ? node : 2 | type mismatch in conditional expression (have 'struct node' and 'int') | 3",
                "twice(1, 2) | twice() takes 1 arguments, not 2 | 1",
                "5(1) | column 2: only helpers can be called, by their names | 2",
                "for_each_node()->value | for_each_node() has many values, and one is needed here | 1",
            })
    void areRefusedInCsWordsWithTheColumn(String expression, String message, int column) {
        assertThatThrownBy(() -> evaluate(expression))
                .isInstanceOf(UsageException.class)
                .hasMessage(message)
                .satisfies(error -> assertThat(((DebuggerException) error).context())
                        .isEqualTo(column == 0 ? Optional.empty() : Optional.of(caret(expression, column))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "node.valeu | no member 'valeu': in struct node | 6",
                "node.gone->x | no member 'x': in struct gone, which is only declared here | 12",
                "nothing + 1 | no variable 'nothing' | 1",
                "(struct nothing *) 1 | no struct 'nothing' | 2",
                "$rip | no register '$rip': there is no frame here that has it | 1",
                "nothing(1) | no helper 'nothing' | 1",
                "find_node(2)->value | no result 'find_node()': it found nothing | 1",
                "offsetof(struct node, nothing) | no member 'nothing': in struct node | 23",
            })
    void sayWhichNameIsMissing(String expression, String message, int column) {
        assertThatThrownBy(() -> evaluate(expression))
                .isInstanceOf(LookupFailedException.class)
                .hasMessage(message)
                .satisfies(error ->
                        assertThat(((DebuggerException) error).context()).contains(caret(expression, column)));
    }

    @Test
    void aFaultSaysWhichPartOfTheExpressionReadIt() {
        assertThatThrownBy(() -> evaluate("1 + hole->next->value"))
                .isInstanceOf(FaultException.class)
                .hasMessageStartingWith("cannot read virtual address 0x0000000000000020")
                .satisfies(error ->
                        assertThat(((DebuggerException) error).context()).contains(caret("1 + hole->next->value", 11)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1 / 0", "1 % 0", "1ul / 0", "(__int128) 1 / 0", "1 << -1", "(int) 1e30", "(int) (0.0 / 0)"})
    void whatHasNoResultIsAnError(String expression) {
        assertThatThrownBy(() -> evaluate(expression)).isInstanceOf(OperationFailedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "!", "*&", "1+(", "node.next[", "1?", "1?1:", "sizeof ", "(int)"})
    void nestingHasALimit(String part) {
        assertThatThrownBy(() -> evaluate(part.repeat(10_000) + "1"))
                .isInstanceOf(UsageException.class)
                .hasMessageMatching("(?s).*(nested deeper than|more than 2000 words).*");
        assertThatThrownBy(() -> evaluate(part.repeat(1_000) + "1")).isInstanceOf(DebuggerException.class);
    }

    @Test
    void theSignsOfOrAreOperatorsToo() {
        assertThat(evaluate("0 || 2")).isEqualTo("(int)1");
        assertThat(evaluate("1 || 1 / 0")).isEqualTo("(int)1");
        assertThat(evaluate("4 & 6 | 8 ^ 1")).isEqualTo("(int)13");
    }

    @Test
    void longChainsAreEvaluated() {
        assertThat(evaluate("1" + "+1".repeat(900))).isEqualTo("(int)901");
        assertThat(evaluate("node" + ".next".repeat(900) + ".value")).isEqualTo("(int)-5");
    }

    @Nested
    class InAFrame {
        private Stream<Value> evaluate(Program program, String expression) {
            return program.evaluate(
                    expression,
                    name -> Optional.ofNullable(Map.of(
                                    "$rip", program.scalar(program.type("unsigned long"), 0x1000),
                                    "node", program.scalar(program.type("int"), 3),
                                    "lost", program.absent(program.type("int"), AbsenceReason.OPTIMIZED_OUT))
                            .get(name)));
        }

        @Test
        void localsAndRegistersComeFirst() {
            var program = target().open();

            assertThat(evaluate(program, "$rip + node").map(Value::longValue)).containsExactly(0x1003L);
        }

        @Test
        void whatIsOptimizedOutStaysAbsentWithItsType() {
            var program = target().open();

            for (var expression : List.of("lost", "lost + 1", "-lost", "lost ? 1 : 2", "!lost", "lost == 1")) {
                assertThat(evaluate(program, expression)).singleElement().satisfies(value -> {
                    assertThat(value.absence()).contains(AbsenceReason.OPTIMIZED_OUT);
                    assertThat(CFormat.name(value.type())).isEqualTo("int");
                });
            }
            assertThatThrownBy(() -> evaluate(program, "lost").forEach(Value::longValue))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("optimized out");
        }
    }

    @Test
    void aHelperMayGiveManyValues() {
        var program = target().open();

        try (var values = program.evaluate("for_each_node()", name -> Optional.empty())) {
            assertThat(values.map(value -> CFormat.name(value.type()) + value.longValue()))
                    .containsExactly("struct node *" + NODE, "struct node *" + NODE);
        }
    }
}
