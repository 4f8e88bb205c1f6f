package org.wyrm.lang.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.CancelledException;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.AbsenceReason;
import org.wyrm.program.Program;
import org.wyrm.program.TestProgram;
import org.wyrm.program.Value;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;

/** What drgn writes was asked of drgn 0.0.31; what it refuses to write is this project's own. */
class ValueFormatTest {
    private static final long AT = TestProgram.BASE + 0x100;
    private static final long END = TestProgram.BASE + (1 << 16);
    private static final int SIGNED = 1;
    private static final int BOOL = 4;

    private final TestProgram memory = new TestProgram(types()).contribute(Language.class, new CLanguage());

    private static BtfBuilder types() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, SIGNED);
        var character = types.integer("char", 1, SIGNED);
        types.integer("unsigned char", 1, 0);
        types.integer("unsigned long", 8, 0);
        types.integer("unsigned __int128", 16, 0);
        types.integer("_Bool", 1, BOOL);
        types.floatingPoint("double", 8);
        types.floatingPoint("float", 4);
        types.typedef("letter", character);
        types.enumeration("color", 4, types.enumerator("RED", 0), types.enumerator("GREEN", 1));
        types.forwardStruct("hidden");
        var point = types.struct("point", 8, types.member("x", integer, 0), types.member("y", integer, 32));
        types.struct("line", 16, types.member("a", point, 0), types.member("b", point, 64));
        var inner = types.struct("", 8, types.member("p", integer, 0), types.member("q", integer, 32));
        types.struct("around", 16, types.member("a", point, 0), types.member("", inner, 64));
        types.structWithBitFields(
                "bits", 4, types.bitField("low", integer, 0, 3), types.bitField("high", integer, 3, 5));
        var node = types.label();
        var pointer = types.pointer(node);
        var text = types.pointer(character);
        types.at(node).struct("node", 16, types.member("next", pointer, 0), types.member("name", text, 64));
        var handler = types.pointer(types.prototype(types.voidType(), types.parameter("", integer)));
        types.struct("ops", 8, types.member("handler", handler, 0));
        types.struct(
                "flexible",
                4,
                types.member("count", integer, 0),
                types.member("rest", types.array(integer, integer, 0), 32));
        var loop = types.label();
        types.at(loop).struct("loop", 8, types.member("left", loop, 0), types.member("right", loop, 0));
        var knot = types.label();
        var nameless = types.struct("", 8, types.member("", knot, 0), types.member("", knot, 0));
        types.at(knot).struct("knot", 8, types.member("", nameless, 0), types.member("", nameless, 0));
        var row = types.label();
        var rows = types.array(row, integer, 1);
        types.at(row).struct("row", 8, types.member("rows", rows, 0));
        var circle = types.label();
        types.at(circle).array(circle, integer, 1);
        types.struct("circle", 8, types.member("rows", circle, 0));
        types.function("handle", types.prototype(types.voidType()));
        return types;
    }

    private Value object(String type) {
        return object(memory.open(), type, AT);
    }

    private static Value object(Program program, String type, long address) {
        return program.object(program.type(type), address);
    }

    private Value pointer(String type, long address) {
        var program = memory.open();
        return program.scalar(program.type(type), address);
    }

    private static String text(Value value) {
        return ValueFormat.DEFAULT.format(value);
    }

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }

    @Nested
    class Scalars {
        @Test
        void standBehindTheirType() {
            memory.u64(AT, -2);

            assertThat(text(object("int"))).isEqualTo("(int)-2");
            assertThat(text(object("unsigned long"))).isEqualTo("(unsigned long)18446744073709551614");
            assertThat(text(object("volatile int"))).isEqualTo("(volatile int)-2");
            assertThat(text(object("letter"))).isEqualTo("(letter)-2");
        }

        @Test
        void ofMoreThan64BitsAreBits() {
            memory.u64(AT, 1).u64(AT + 8, 2);

            assertThat(text(object("unsigned __int128")))
                    .isEqualTo("(unsigned __int128)0x"
                            + BigInteger.TWO.shiftLeft(64).add(BigInteger.ONE).toString(16));
        }

        @ParameterizedTest
        @CsvSource({
            "8, (int)-05, (unsigned long)0777",
            "10, (int)-5, (unsigned long)511",
            "16, (int)-0x5, (unsigned long)0x1ff"
        })
        void areInTheBaseThatIsAskedFor(int base, String negative, String positive) {
            memory.u32(AT, -5).u64(AT + 8, 511);
            var format = ValueFormat.DEFAULT.integerBase(base);
            var program = memory.open();

            assertThat(format.format(object(program, "int", AT))).isEqualTo(negative);
            assertThat(format.format(object(program, "unsigned long", AT + 8))).isEqualTo(positive);
        }

        @Test
        void areInNoOtherBase() {
            assertThatThrownBy(() -> ValueFormat.DEFAULT.integerBase(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("8, 10 or 16, not 2");
        }

        @Test
        void ofEnumerationsAreNamed() {
            memory.u32(AT, 1).u32(AT + 4, 7);
            var program = memory.open();

            assertThat(text(object(program, "enum color", AT))).isEqualTo("(enum color)GREEN");
            assertThat(text(object(program, "enum color", AT + 4))).isEqualTo("(enum color)7");
        }

        @Test
        void aBoolThatIsNeither0Nor1IsShownAsItIs() {
            memory.u8(AT, 105);

            assertThat(text(object("_Bool"))).isEqualTo("(_Bool)105");
        }

        @ParameterizedTest
        @CsvSource({
            "0.1, (double)0.10000000000000001",
            "-2, (double)-2.0",
            "-0.0, (double)-0.0",
            "1e22, (double)10000000000000000000000.0",
            "1e-5, (double)1.0000000000000001e-05",
            "Infinity, (double)inf"
        })
        void ofFloatingPointHaveTheDigitsThatTellThemApart(double number, String written) {
            memory.u64(AT, Double.doubleToRawLongBits(number));

            assertThat(text(object("double"))).isEqualTo(written);
        }

        @Test
        void ofFloatAreWrittenAsDoubles() {
            memory.u32(AT, Float.floatToRawIntBits(0.1f));

            assertThat(text(object("float"))).isEqualTo("(float)0.10000000149011612");
        }

        @Test
        void areCharactersWhereThatIsAskedFor() {
            memory.text(AT, "A\0'\"\n\u001b").u8(AT + 6, 255);
            var format = ValueFormat.DEFAULT.with(Option.CHAR).without(Option.STRING);

            assertThat(format.format(object("char"))).isEqualTo("(char)'A'");
            assertThat(format.format(object("char [7]")))
                    .isEqualTo("(char [7]){ 'A', '\\0', '\\'', '\"', '\\n', '\\x1b', '\\xff' }");
        }
    }

    @Nested
    class Strings {
        @Test
        void areArraysOfCharactersUpToTheirNul() {
            memory.text(AT, "it's \"\\\u0001\0rest");

            assertThat(text(object("char [16]"))).isEqualTo("(char [16])\"it's \\\"\\\\\\x01\"");
            assertThat(text(object("unsigned char [4]"))).isEqualTo("(unsigned char [4])\"it's\"");
            assertThat(text(object("char [0]"))).isEqualTo("(char [0]){}");
        }

        @Test
        void areNotArraysOfWhatOnlyIsCalledByAnotherName() {
            memory.text(AT, "ab");

            assertThat(text(object("letter [4]"))).isEqualTo("(letter [4]){ 97, 98 }");
        }

        @Test
        void standBehindTheirPointer() {
            memory.text(AT, "name\0");

            assertThat(text(pointer("const char *", AT))).isEqualTo("(const char *)0x10100 = \"name\"");
            assertThat(text(pointer("char *", 8))).isEqualTo("(char *)0x8");
            assertThat(ValueFormat.DEFAULT.without(Option.STRING).format(pointer("char *", AT)))
                    .isEqualTo("*(char *)0x10100 = 110");
        }

        @Test
        void endWhereMemoryDoes() {
            memory.text(END - 4, "open");

            assertThat(text(pointer("char *", END - 4))).isEqualTo("(char *)0x1fffc");
            assertThat(text(object(memory.open(), "char [8]", END - 4)))
                    .isEqualTo("(char [8])<cannot read virtual address 0x0000000000020000: not in the dump>");
            assertThat(text(object(memory.text(END - 4, "end\0").open(), "char [8]", END - 4)))
                    .isEqualTo("(char [8])\"end\"");
        }
    }

    @Nested
    class Pointers {
        @Test
        void areFollowedOnce() {
            memory.u32(AT, 1).u32(AT + 4, 2);

            assertThat(text(pointer("int *", AT))).isEqualTo("*(int *)0x10100 = 1");
            assertThat(text(pointer("struct point *", AT)))
                    .isEqualTo(lines("*(struct point *)0x10100 = {", "\t.x = (int)1,", "\t.y = (int)2,", "}"));
            assertThat(text(pointer("int **", AT))).isEqualTo("*(int **)0x10100 = 0x200000001");
            assertThat(ValueFormat.DEFAULT.without(Option.DEREFERENCE).format(pointer("int *", AT)))
                    .isEqualTo("(int *)0x10100");
        }

        @Test
        void toWhatCannotBeReadOrHasNoSizeAreNotFollowed() {
            assertThat(text(pointer("int *", 0))).isEqualTo("(int *)0x0");
            assertThat(text(pointer("void *", AT))).isEqualTo("(void *)0x10100");
            assertThat(text(pointer("struct hidden *", AT))).isEqualTo("(struct hidden *)0x10100");
            assertThat(text(pointer("void (*)(int)", AT))).isEqualTo("(void (*)(int))0x10100");
        }

        @Test
        void thatAreMembersAreNotFollowed() {
            memory.u64(AT, AT).u64(AT + 8, AT + 32).text(AT + 32, "n\0");

            assertThat(text(object("struct node")))
                    .isEqualTo(lines(
                            "(struct node){",
                            "\t.next = (struct node *)0x10100,",
                            "\t.name = (char *)0x10120 = \"n\",",
                            "}"));
        }
    }

    @Nested
    class Structures {
        @Test
        void haveTheMembersOfAnonymousOnesAmongTheirs() {
            memory.u32(AT + 8, 3);

            assertThat(text(object("struct around")))
                    .isEqualTo(lines(
                            "(struct around){",
                            "\t.a = (struct point){",
                            "\t\t.x = (int)0,",
                            "\t\t.y = (int)0,",
                            "\t},",
                            "\t.p = (int)3,",
                            "\t.q = (int)0,",
                            "}"));
        }

        @Test
        void leaveOutMembersThatAreZeroWhereThatIsAskedFor() {
            memory.u32(AT + 8, 3);
            var format = ValueFormat.DEFAULT.without(Option.IMPLICIT_MEMBERS);

            assertThat(format.format(object("struct around")))
                    .isEqualTo(lines("(struct around){", "\t.p = (int)3,", "}"));
            assertThat(format.without(Option.MEMBER_NAMES)
                            .without(Option.MEMBER_TYPE_NAMES)
                            .format(object("struct around")))
                    .isEqualTo(lines("(struct around){", "\t{},", "\t{", "\t\t3,", "\t},", "}"));
        }

        @Test
        void haveBitFields() {
            memory.u8(AT, 0b11111_011);

            assertThat(text(object("struct bits")))
                    .isEqualTo(lines("(struct bits){", "\t.low = (int)3,", "\t.high = (int)-1,", "}"));
            assertThat(text(object("struct bits").member("high"))).isEqualTo("(int)-1");
        }

        @Test
        void mayEndInAFlexibleArray() {
            memory.u32(AT, 5).u32(AT + 4, 6);

            assertThat(text(object("struct flexible")))
                    .isEqualTo(lines("(struct flexible){", "\t.count = (int)5,", "\t.rest = (int [0]){},", "}"));
        }

        @Test
        void areWrittenToADepth() {
            assertThat(ValueFormat.DEFAULT.depth(1).format(object("struct line")))
                    .isEqualTo(
                            lines("(struct line){", "\t.a = (struct point){...},", "\t.b = (struct point){...},", "}"));
        }

        @Test
        void thatAreIncompleteSaySo() {
            assertThat(text(object("struct hidden"))).isEqualTo("(struct hidden)<incomplete type>");
        }
    }

    @Nested
    class Arrays {
        @Test
        void leaveOutZerosAtTheirEnd() {
            memory.u32(AT + 4, 1);

            assertThat(text(object("int [5]"))).isEqualTo("(int [5]){ 0, 1 }");
            assertThat(text(object("int [1]"))).isEqualTo("(int [1]){}");
            assertThat(text(object("int [3][2]"))).isEqualTo("(int [3][2]){ { 0, 1 } }");
            assertThat(ValueFormat.DEFAULT.with(Option.IMPLICIT_ELEMENTS).format(object("int [3]")))
                    .isEqualTo("(int [3]){ 0, 1, 0 }");
            assertThat(ValueFormat.DEFAULT.with(Option.ELEMENT_INDICES).format(object("int [5]")))
                    .isEqualTo("(int [5]){ [1] = 1 }");
        }

        @Test
        void ofStructuresHaveAnElementOnSomeLines() {
            memory.u32(AT + 4, 1);

            assertThat(text(object("struct point [2]")))
                    .isEqualTo(
                            lines("(struct point [2]){", "\t{", "\t\t.x = (int)0,", "\t\t.y = (int)1,", "\t},", "}"));
            assertThat(ValueFormat.DEFAULT.with(Option.MEMBERS_SAME_LINE).format(object("struct point [2]")))
                    .isEqualTo("(struct point [2]){ { .x = (int)0, .y = (int)1 } }");
        }

        @Test
        void areBrokenIntoLinesOfSomeColumns() {
            memory.u32(AT, 1000).u32(AT + 4, 1001).u32(AT + 8, 1002);

            assertThat(ValueFormat.DEFAULT.columns(29).format(object("int [3]")))
                    .isEqualTo("(int [3]){ 1000, 1001, 1002 }");
            assertThat(ValueFormat.DEFAULT.columns(25).format(object("int [3]")))
                    .isEqualTo(lines("(int [3]){", "\t1000, 1001, 1002,", "}"));
            assertThat(ValueFormat.DEFAULT.columns(24).format(object("int [3]")))
                    .isEqualTo(lines("(int [3]){", "\t1000, 1001,", "\t1002,", "}"));
            assertThat(ValueFormat.DEFAULT.columns(0).format(object("int [3]")))
                    .isEqualTo(lines("(int [3]){", "\t1000,", "\t1001,", "\t1002,", "}"));
        }
    }

    @Nested
    @Timeout(20)
    class WhatIsNotThere {
        @Test
        void isSaidInThePlaceOfAMember() {
            memory.u32(END - 8, 4).u32(END - 4, 5);

            assertThat(text(object(memory.open(), "struct line", END - 8)))
                    .isEqualTo(lines(
                            "(struct line){",
                            "\t.a = (struct point){",
                            "\t\t.x = (int)4,",
                            "\t\t.y = (int)5,",
                            "\t},",
                            "\t.b = (struct point)<cannot read virtual address 0x0000000000020000: not in the dump>,",
                            "}"));
        }

        @Test
        void isSaidOnceOfAnObjectWithoutAReadablePart() {
            assertThat(text(object(memory.open(), "struct line", END)))
                    .isEqualTo("(struct line)<cannot read virtual address 0x0000000000020000: not in the dump>");
        }

        @Test
        void isSaidOnceOfManyElements() {
            memory.u32(END - 4, 5);

            assertThat(text(object(memory.open(), "int [1000]", END - 4)))
                    .isEqualTo("(int [1000]){ 5,"
                            + " <cannot read virtual address 0x0000000000020000: not in the dump> (999 elements) }");
        }

        @Test
        void endsAnArrayWithoutEnd() {
            var program = memory.open();
            var array = program.object(program.arrayOf(program.type("int"), OptionalLong.of(1L << 40)), END - 4);

            assertThat(text(array)).endsWith(" more elements }").hasSizeLessThan(300);
        }

        @Test
        void isWhyAValueIsAbsent() {
            var program = memory.open();

            assertThat(text(program.absent(program.type("int"), AbsenceReason.OPTIMIZED_OUT)))
                    .isEqualTo("(int)<optimized out>");
            assertThat(text(program.absent(program.type("struct point"), AbsenceReason.OTHER)))
                    .isEqualTo("(struct point)<absent>");
        }

        @Test
        void isTheEndOfATypeThatIsItsOwnMember() {
            assertThat(ValueFormat.DEFAULT.depth(12).format(object("struct loop")))
                    .contains("{...}");
            assertThat(text(object("struct loop"))).contains("... more members");
        }

        @Test
        void isTheEndOfTypesWithoutAName() {
            assertThat(text(object("struct knot"))).contains("... more members");
        }

        @Test
        void isTheEndOfAnArrayThatIsItsOwnElement() {
            memory.u64(AT, 1);

            assertThat(text(object("struct row"))).contains("{...}");
        }

        @Test
        void isSaidOfAnArrayOfItself() {
            assertThat(text(object("struct circle"))).contains("it is an array of itself>");
        }

        @Test
        void isWhatACancelledUserWaitsFor() {
            var token = new Cancellation();
            token.cancel("enough");

            assertThatThrownBy(() -> text(object(memory.open().with(token), "struct line", AT)))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Nested
    class Symbols {
        @Test
        void standBeforeTheirAddresses() {
            var program =
                    memory.symbol("here", AT, 4).u32(AT, 7).u64(AT + 16, AT).open();

            assertThat(text(program.scalar(program.type("int *"), AT))).isEqualTo("*(int *)(here+0x0 = 0x10100) = 7");
            assertThat(text(program.scalar(program.type("void *"), AT))).isEqualTo("(void *)here+0x0 = 0x10100");
            assertThat(text(object(program, "struct ops", AT + 16)))
                    .isEqualTo(lines("(struct ops){", "\t.handler = (void (*)(int))here+0x0 = 0x10100,", "}"));
            assertThat(ValueFormat.DEFAULT.without(Option.SYMBOLIZE).format(program.scalar(program.type("void *"), AT)))
                    .isEqualTo("(void *)0x10100");
        }
    }
}
