package org.wyrm.lang.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat.Nesting;
import org.wyrm.lang.c.CFormat.Offsets;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Declarations;
import org.wyrm.program.spi.Language;
import org.wyrm.symbols.TargetType.Qualifier;
import org.wyrm.testkit.btf.BtfBuilder;

class CLanguageTest {
    /** A declaration text of a bundle. */
    private record Text(String text) implements Declarations {
        @Override
        public String name() {
            return "test declarations";
        }
    }

    private static TestProgram types() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, 1);
        var character = types.integer("char", 1, 1);
        types.typedef("u64", types.integer("long long unsigned int", 8, 0));
        var head = types.label();
        var pointer = types.pointer(head);
        types.at(head);
        types.struct("list_head", 16, types.member("next", pointer, 0), types.member("prev", pointer, 64));
        var inner = types.union(
                "", 4, types.member("a", integer, 0), types.member("b", types.array(character, integer, 4), 0));
        types.structWithBitFields(
                "outer",
                12,
                types.bitField("first", integer, 0, 0),
                types.bitField("", inner, 32, 0),
                types.bitField("bits", integer, 64, 5));
        types.enumeration("colour", 4, types.enumerator("RED", 0), types.enumerator("BLUE", 7));
        return new TestProgram(types).contribute(Language.class, new CLanguage());
    }

    private static Program program() {
        return types().open();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int",
                "char",
                "unsigned long",
                "long long",
                "_Bool",
                "void *",
                "struct list_head",
                "struct list_head *",
                "struct list_head **",
                "const char *",
                "char * const",
                "enum colour",
                "u64",
                "u64 [3]",
                "int (*)(void *)",
                "int (*[3])(void *, unsigned long)",
                "void (*(*)(int))(char, ...)",
                "const volatile int",
                "struct outer [2][3]",
            })
    void typeNamesAreWrittenAsTheyWereRead(String name) {
        var written = CFormat.name(program().type(name));

        assertThat(written).isEqualTo(name);
    }

    @Test
    void qualifiersOfAnArrayAreThoseOfItsElements() {
        var program = program();
        var array = program.arrayOf(program.type("const int"), OptionalLong.of(3));

        var written = CFormat.declare(program.qualified(array, Set.of(Qualifier.CONST, Qualifier.VOLATILE)), "x");

        assertThat(written).isEqualTo("const volatile int x[3]");
    }

    @ParameterizedTest
    @CsvSource({
        "unsigned, unsigned int",
        "long unsigned int, unsigned long",
        "int unsigned long long, unsigned long long",
        "short signed, short",
        "int const, const int",
        "char const * volatile, const char * volatile",
    })
    void theOrderOfWordsIsFree(String written, String canonical) {
        assertThat(CFormat.name(program().type(written))).isEqualTo(canonical);
    }

    @Test
    void aTypeIsTheSameObjectHoweverOftenItIsAskedFor() {
        var program = program();

        assertThat(program.type("struct list_head  *")).isSameAs(program.type("struct list_head*"));
    }

    @Nested
    class Errors {
        @Test
        void aTagThatIsNotThereIsNamed() {
            assertThatThrownBy(() -> program().type("struct nothing"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessage("no struct 'nothing'");
        }

        @Test
        void aTypedefThatIsNotThereIsNamed() {
            assertThatThrownBy(() -> program().type("pid_t *"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessage("no type 'pid_t'");
        }

        @Test
        void theColumnIsTold() {
            assertThatThrownBy(() -> program().type("struct list_head ]"))
                    .isInstanceOfSatisfying(UsageException.class, error -> {
                        assertThat(error).hasMessage("column 18: ']' is not expected after the type");
                        assertThat(error.context()).contains("  struct list_head ]\n" + " ".repeat(19) + "^");
                    });
        }

        @Test
        void wordsThatMakeNoTypeAreRefused() {
            assertThatThrownBy(() -> program().type("long char"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("is not a type of C");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "*",
                    "struct",
                    "struct *",
                    "int (",
                    "int [",
                    "int [x]",
                    "int [99999999999999999999]",
                    "int x",
                    "int )",
                    "@",
                    "int (*",
                    "struct {",
                    "struct { int",
                    "struct { int x }",
                    "struct { int x; ",
                    "unsigned u64",
                    "int (int"
                })
        void nonsenseIsRefusedAsSuch(String text) {
            assertThatThrownBy(() -> program().type(text)).isInstanceOf(DebuggerException.class);
        }

        @Test
        void deepNestingIsRefused() {
            var deep = "int " + "(*".repeat(10_000) + ")".repeat(10_000);

            assertThatThrownBy(() -> program().type(deep)).isInstanceOf(UsageException.class);
        }

        @Test
        void deepParametersAreRefused() {
            assertThatThrownBy(() -> program().type("int (*)(".repeat(10_000))).isInstanceOf(UsageException.class);
        }
    }

    @Test
    void definitionsHaveOffsetsInBytesAndBits() {
        var written = CFormat.define(program().type("struct outer"), Offsets.BYTES);

        assertThat(written).isEqualTo("""
                        struct outer {
                              [0]        int first;
                              [4]        union {
                              [4]                int a;
                              [4]                char b[4];
                                         };
                            [8:0]        int bits : 5;
                        }""".indent(0).stripTrailing());
    }

    @Test
    void whatLiesInADefinitionIsWrittenOutWithOffsetsOfTheWhole() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, 1);
        var inner = types.struct("inner", 8, types.member("a", integer, 0), types.member("b", integer, 32));
        var alias = types.typedef("alias_t", types.constOf(inner));
        types.struct(
                "whole",
                40,
                types.member("pointer", types.pointer(inner), 0),
                types.member("plain", inner, 64),
                types.member("row", types.array(alias, integer, 2), 128));
        var program = new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .open();

        assertThat(CFormat.define(program.type("struct whole"), Offsets.BYTES, Nesting.ALL))
                .isEqualTo("""
                        struct whole {
                              [0]        struct inner *pointer;
                              [8]        struct inner {
                              [8]                int a;
                             [12]                int b;
                                         } plain;
                             [16]        const struct inner {
                             [16]                int a;
                             [20]                int b;
                                         } row[2] /* alias_t */;
                        }""".indent(0).stripTrailing());
    }

    @Test
    void whatLiesInItselfIsWrittenOutToSomeDepth() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var self = types.label();
        types.at(self);
        types.struct("self", 8, types.member("self", self, 0));
        var twice = types.label();
        types.at(twice);
        types.struct("twice", 8, types.member("a", twice, 0), types.member("b", twice, 0));
        var program = new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .open();

        assertThat(CFormat.define(program.type("struct self"), Offsets.NONE, Nesting.ALL))
                .hasLineCount(2 * 65 + 1);
        assertThatThrownBy(() -> CFormat.define(program.type("struct twice"), Offsets.NONE, Nesting.ALL))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("100000 members");
    }

    @Test
    void aTypeOfSeveralDefinitionsIsRefusedWithTheirNumber() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        types.struct("same", 8);
        types.struct("same", 16);
        var program = new TestProgram(types)
                .contribute(Language.class, new CLanguage())
                .open();

        assertThatThrownBy(() -> program.type("struct same *"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("it is defined 2 times");
        assertThatThrownBy(() -> program.type("struct kernel/fork.c::same"))
                .isInstanceOf(LookupFailedException.class)
                .hasMessageContaining("'kernel/fork.c::same'");
    }

    @Test
    void enumerationsAndTypedefsAreDefined() {
        assertThat(CFormat.define(program().type("enum colour"), Offsets.NONE))
                .isEqualTo("enum colour {\n        RED = 0,\n        BLUE = 7,\n}");
        assertThat(CFormat.define(program().type("u64"), Offsets.NONE)).isEqualTo("typedef unsigned long long u64");
    }

    @Nested
    class DeclaredByBundles {
        private static final String TEXT = """
                extern struct list_head modules; // a comment; with a semicolon
                extern unsigned long offsets[];
                extern int (*handlers[4])(void *arg);
                extern struct { char pad; struct list_head inner; } core;
                extern struct not_here missing;
                extern struct not_here absent;
                """;

        private Program program() {
            return types().contribute(Declarations.class, new Text(TEXT))
                    .symbol("modules", TestProgram.BASE, 16)
                    .symbol("offsets", TestProgram.BASE + 16, 16)
                    .symbol("handlers", TestProgram.BASE + 32, 32)
                    .symbol("core", TestProgram.BASE + 64, 24)
                    .symbol("missing", TestProgram.BASE + 96, 8)
                    .symbol("undeclared", TestProgram.BASE + 104, 8)
                    .open();
        }

        @Test
        void aVariableHasTheTypeDeclaredAndTheAddressOfItsSymbol() {
            var modules = program().variable("modules");

            assertThat(CFormat.name(modules.type())).isEqualTo("struct list_head");
            assertThat(modules.address()).isEqualTo(TestProgram.BASE);
        }

        @Test
        void declaratorsOfAllShapesAreNamed() {
            var program = program();

            assertThat(CFormat.declare(program.variable("offsets").type(), "offsets"))
                    .isEqualTo("unsigned long offsets[]");
            assertThat(CFormat.declare(program.variable("handlers").type(), "handlers"))
                    .isEqualTo("int (*handlers[4])(void *arg)");
        }

        @Test
        void anonymousStructuresAreLaidOutAsTheAbiDoes() {
            var core = program().variable("core");

            assertThat(Field.of(core.type(), "inner.prev").byteOffset()).isEqualTo(16);
            assertThat(Value.sizeOf(core.type())).isEqualTo(24);
        }

        @Test
        void oneWhoseTypeIsMissingDoesNoHarmToTheOthers() {
            assertThatThrownBy(() -> program().variable("missing"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessage("no struct 'not_here'");
            assertThat(program().variable("modules")).isNotNull();
        }

        /** Another kernel has both; of this one nothing is missing. */
        @Test
        void oneThatHasNeitherTypeNorSymbolIsNotThere() {
            assertThat(program().findVariable("absent")).isEmpty();
            assertThatThrownBy(() -> program().variable("absent"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("no variable 'absent'");
            assertThatThrownBy(() -> program().findVariable("missing")).hasMessage("no struct 'not_here'");
        }

        @Test
        void aSymbolWithoutATypeIsToldWithItsAddress() {
            assertThatThrownBy(() -> program().variable("undeclared"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("it is at 0x10068, but no source knows its type");
        }
    }
}
