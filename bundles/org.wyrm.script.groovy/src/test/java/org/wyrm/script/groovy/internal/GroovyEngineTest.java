package org.wyrm.script.groovy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.contribution.Contribution;
import org.wyrm.base.contribution.Contributions;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.OperationFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.platform.script.ScriptContext;
import org.wyrm.platform.script.ScriptExit;
import org.wyrm.platform.script.ScriptSource;
import org.wyrm.program.KernelName;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.program.spi.ProvidesHelpers;
import org.wyrm.symbols.TargetType;
import org.wyrm.testkit.btf.BtfBuilder;

/** Scripts over a small program: what its values are to Groovy, and what is said where they are wrong. */
class GroovyEngineTest {
    private static final long NODE = TestProgram.BASE + 0x100;

    private record Text(String text) implements Declarations {
        @Override
        public String name() {
            return "test declarations";
        }
    }

    /** Helpers of a plug-in. */
    @ProvidesHelpers(names = {"twice", "find_node", "for_each_node", "sizeof_member"})
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

        public record Numbered(int number, Value node) {}

        @KernelName("for_each_numbered")
        public static Stream<Numbered> forEachNumbered(Program program) {
            return Stream.of(new Numbered(1, program.variable("node")), new Numbered(2, program.variable("node")));
        }

        @KernelName("number_of")
        public static int numberOf(Numbered numbered) {
            return numbered.number();
        }

        @KernelName("sizeof_member")
        public static long sizeofMember(TargetType type, String member) {
            return Value.sizeOf(org.wyrm.program.Field.of(type, member).type());
        }
    }

    /**
     * <pre>
     * struct node { struct node *next; int value; unsigned low : 3; unsigned char byte; char name[8]; short row[4];
     *               int *where; unsigned long big; };
     * </pre>
     */
    private static Program program() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, 1);
        var unsigned = types.integer("unsigned int", 4, 0);
        var character = types.integer("char", 1, 1);
        var octet = types.integer("unsigned char", 1, 0);
        var small = types.integer("short int", 2, 1);
        types.integer("long int", 8, 1);
        var wide = types.integer("long unsigned int", 8, 0);
        var node = types.label();
        var next = types.pointer(node);
        var name = types.array(character, integer, 8);
        var row = types.array(small, integer, 4);
        var where = types.pointer(integer);
        types.at(node);
        types.structWithBitFields(
                "node",
                56,
                types.bitField("next", next, 0, 0),
                types.bitField("value", integer, 64, 0),
                types.bitField("low", unsigned, 96, 3),
                types.bitField("byte", octet, 128, 0),
                types.bitField("name", name, 160, 0),
                types.bitField("row", row, 224, 0),
                types.bitField("where", where, 320, 0),
                types.bitField("big", wide, 384, 0));
        return new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .contribute(Declarations.class, new Text("extern struct node node;"))
                .symbol("node", NODE, 56)
                .u64(NODE, NODE)
                .u32(NODE + 8, -5)
                .u32(NODE + 12, 0b101)
                .u8(NODE + 16, 255)
                .text(NODE + 20, "init")
                .u32(NODE + 28, 0x0002_0001)
                .u64(NODE + 40, 0x10)
                .u64(NODE + 48, -1)
                .open();
    }

    /** A platform with one command, {@code items}, whose rows are its words. */
    private record Platform(Program program, PrintStream out, List<List<String>> said) implements ScriptContext {
        @Override
        public <T> T target(Class<T> type) {
            return type.cast(program);
        }

        @Override
        public Cancellation cancellation() {
            return new Cancellation();
        }

        @Override
        public Contributions contributions() {
            return new HelperContributions();
        }

        @Override
        public Set<String> commandNames() {
            return Set.of("items");
        }

        @Override
        public void rows(List<String> words, Consumer<Map<String, @Nullable Object>> each) {
            said.add(words);
            for (var word : words) {
                var row = new LinkedHashMap<String, @Nullable Object>();
                row.put("word", word);
                row.put("size_bytes", (long) word.length());
                each.accept(row);
            }
        }
    }

    private static final class HelperContributions implements Contributions {
        @Override
        @SuppressWarnings("unchecked") // asked for helpers only
        public <T> List<Contribution<T>> of(Class<T> type) {
            return type == KernelName.class ? List.of((Contribution<T>) new HelperContribution()) : List.of();
        }
    }

    private record HelperContribution() implements Contribution<KernelName> {
        @Override
        public String name() {
            return "helpers";
        }

        @Override
        public String bundle() {
            return "test";
        }

        @Override
        public Map<String, String> attributes() {
            return Map.of("names", "twice,find_node,for_each_node,for_each_numbered,number_of,sizeof_member");
        }

        @Override
        public KernelName get() {
            throw new IllegalStateException("helpers are static");
        }

        @Override
        public Class<?> contributedClass() {
            return Helpers.class;
        }
    }

    private final List<List<String>> said = new ArrayList<>();

    private String run(String script, String... arguments) {
        var out = new ByteArrayOutputStream();
        var platform = new Platform(program(), new PrintStream(out, true, StandardCharsets.UTF_8), said);
        new GroovyEngine().run(new ScriptSource("/tmp/test.groovy", script, List.of(arguments)), platform);
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n.value | -5",
                "n.low | 5",
                "n.byte | 255",
                "n.name | init",
                "n.next.next.value | -5",
                "n.big | 18446744073709551615",
                "n.row[1] | 2",
                "n.row.collect { it } | [1, 2, 0, 0]",
                "n.row.size() | 4",
                "n.row[1..2].size() | 2",
                "n.where | 0x10",
                "n.next | 0x10100",
                "n.next == n.address_of_() | true",
                // Records, whose components are values as all others.
                "for_each_numbered().collect { it.number + it.node.low } | [6, 7]",
                "for_each_numbered().iterator().next().node().next == n.next | true",
                "for_each_numbered().collect { number_of(it) } | [1, 2]",
                // C's rules: promotion, unsigned wrap, conversion.
                "n.byte + 1 | 256",
                "n.big + 1 | 0",
                "n.value + n.low | 0",
                "n.low - n.value | 10",
                "n.low * 2 + n.low * n.low | 35",
                "n.row[0] | 1",
                "n.row[n.row[0]] | 2",
                "n.row.toList()[1..2] | [2, 0]",
                "n.row.each { }.findAll { it > 0 }.size() | 2",
                "n.value / 2 | -2",
                "n.value % 3 | -2",
                "n.value >> 1 | -3",
                "n.value & 0xff | 251",
                "~n.value | 4",
                "-n.value | 5",
                "n.value < 0 | true",
                "n.value < n.big | true",
                "n.big > 0 | true",
                "1 + n.value | -4",
                "7 * n.low | 35",
                "1 << n.low | 32",
                "'x' + n.low | x5",
                "\"${n.low}:${n.name}\" | 5:init",
                // Comparisons, from both sides.
                "5 == n.low | true",
                "n.low == 5L | true",
                "4 == n.low | false",
                "6 > n.low | true",
                "4 != n.low | true",
                "'init' == n.name | true",
                "n.name == 'exit' | false",
                "[4, 5].contains(n.low) | true",
                "n.low in [4, 6] | false",
                "[a: n].every { k, v -> v.low == 5 } | true",
                "cast('struct node *', 0) == null | true",
                "n.next != null | true",
                "n.where ? 'yes' : 'no' | yes",
                "cast('struct node *', 0) ? 'yes' : 'no' | no",
                "[n.low, n.byte, n.value].sort() | [-5, 5, 255]",
                "[n.low, n.byte].max() | 255",
                // To Java.
                "n.low as int | 5",
                "n.low.plain().class.simpleName | Integer",
                "n.big.plain().class.simpleName | BigInteger",
                "n.name.plain().size() | 4",
                "String.format('%03d', n.low.value_()) | 005",
                // Drgn's names.
                "n.name.string_() | init",
                "n.address_ | 65792",
                "n.type_ | struct node",
                "n.member_('low') | 5",
                "prog.type('struct node *') | PointerType",
                "cast('unsigned char', n.value) | 251",
                "container_of(n.name.address_of_(), 'struct node', 'name').low | 5",
                "sizeof('struct node') + sizeof(n.row) | 64",
                "offsetof('struct node', 'name') | 20",
                "Object(prog, 'struct node', address: 0x10100).low | 5",
                "Object('unsigned char', -1) | 255",
                "reinterpret_cast('unsigned int', n.value) | 4294967291",
                "prog.evaluate('node.low + 1') | 6",
                "prog.object('int', n.address_ + 8) | -5",
                // Helpers.
                "twice(n.low) | 10",
                "twice(4) | 8",
                "find_node(1).name | init",
                "find_node(prog, 1).name | init",
                "find_node(2) | null",
                "for_each_node().collect { it.low } | [5, 5]",
                "sizeof_member('struct node', 'row') | 8",
                // Commands.
                "items('b').findAll { it.size_bytes == 1 }.word | [b]",
                "command('items', 1)*.word | [items, 1]",
                "args | [a, b]"
            })
    void saysWhatCSays(String expression, String expected) {
        var printed = run("def n = prog['node']\nprintln(" + expression + ")", "a", "b");

        if (expected.equals("PointerType")) {
            assertThat(printed).startsWith(expected);
        } else {
            assertThat(printed).isEqualTo(expected);
        }
    }

    @Test
    void switchesOverValues() {
        assertThat(run("switch (prog['node'].low) { case 4: println 4; break; case 5: println 'five'; break }"))
                .isEqualTo("five");
        assertThat(run("switch (prog['node'].name) { case 'init': println 'yes' }"))
                .isEqualTo("yes");
    }

    @Test
    void seesItsValuesInClosuresAndClasses() {
        assertThat(run("""
                class Counter { int count; def add(v) { if (5 == v.low) count++; count } }
                def counter = new Counter()
                for (x in for_each_node()) counter.add(x)
                def same = { it -> 5 == it.low }
                println counter.count + (same(prog['node']) ? 10 : 0)
                """)).isEqualTo("12");
    }

    @Test
    void walksAgainInEachLoop() {
        assertThat(run("def walk = for_each_node(); println walk.size() + walk.size()"))
                .isEqualTo("4");
    }

    @Test
    void formatsNumbers() {
        assertThat(run("printf('%d %s %x', prog['node'].low, prog['node'].name, prog['node'].big)"))
                .isEqualTo("5 init ffffffffffffffff");
    }

    /** {@code %s} shows what {@code println} shows; other conversions take the number. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'%s %d', n.where, n.value | 0x10 -5",
                "'%2$s %1$05d %<d', n.low, n.where | 0x10 00005 5",
                "'%d%% %-4s.%n', n.byte, n.name | 255% init.",
                "'%s', n.where | 0x10",
                "'%s %s', 1, 'x' | 1 x",
                "'%d %s', [1, n.where] | 1 0x10",
                "'%d %d', [1, 2] as int[] | 1 2",
                "'none' | none"
            })
    void formatsAsItPrints(String arguments, String expected) {
        assertThat(run("def n = prog['node']; println sprintf(" + arguments + ")"))
                .isEqualTo(expected);
        assertThat(run("def n = prog['node']; printf(" + arguments + ")")).isEqualTo(expected);
    }

    @Test
    void passesWordsAndOptionsToCommands() {
        run("items(all: true, off: false, n: 3, long_name: 'x', 'a'); items { r -> }; items(['p', 'q'])");

        assertThat(said)
                .containsExactly(
                        List.of("items", "--all", "-n", "3", "--long-name", "x", "a"),
                        List.of("items"),
                        List.of("items", "p", "q"));
    }

    @Test
    void handsRowsToAClosure() {
        assertThat(run("items('xyz') { println it.size_bytes }")).isEqualTo("5\n3");
    }

    @Test
    void hasNoValueForAKeyThatARowHasNot() {
        assertThatThrownBy(() -> run("items()[0].sise"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("sise")
                .hasMessageContaining("word, size_bytes");
    }

    @Test
    void endsWithItsCode() {
        for (var script : List.of("exit(3)", "System.exit(3)", "Runtime.runtime.halt(3)", "[1].each { exit 3 }")) {
            assertThatThrownBy(() -> run(script))
                    .as(script)
                    .isInstanceOfSatisfying(
                            ScriptExit.class, exit -> assertThat(exit.code()).isEqualTo(3));
        }
        assertThatThrownBy(() -> run("@groovy.transform.CompileStatic void f() { System.exit(4) }\nf()"))
                .isInstanceOf(ScriptExit.class);
    }

    @Test
    void tellsWhereTheSyntaxIsWrong() {
        assertThatThrownBy(() -> run("def x = 1\ndef y = )2\ndef z\n"))
                .isInstanceOfSatisfying(OperationFailedException.class, error -> {
                    assertThat(error.getMessage()).startsWith("/tmp/test.groovy:2: ");
                    assertThat(error.context())
                            .hasValueSatisfying(text -> assertThat(text).isEqualTo("  def y = )2\n          ^"));
                });
    }

    @Test
    void namesTheMemberThatIsNotThere() {
        assertThatThrownBy(() -> run("prog['node'].gone"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("gone")
                .hasMessageContaining("struct node");
    }

    @Test
    void letsAScriptCatchAFault() {
        assertThat(run("""
                try { println prog['node'].where[0] }
                catch (org.wyrm.base.error.FaultException e) { println e.message }
                """)).contains("0x0000000000000010");
        assertThatThrownBy(() -> run("println prog['node'].where[0]")).isInstanceOf(FaultException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[(prog['node'].low): 1]",
                "prog['node'].low = 3",
                "prog['node'] + 1",
                "prog['node'].low + 'x'",
                "find_node()",
                "twice('x')",
                "cast('struct node *')"
            })
    void refusesWhatCannotBe(String script) {
        assertThatThrownBy(() -> run(script)).isInstanceOf(UsageException.class);
    }
}
