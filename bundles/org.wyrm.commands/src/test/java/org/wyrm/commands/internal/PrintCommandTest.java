package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.address.VirtualAddress;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;

class PrintCommandTest {
    private static final long AT = TestProgram.BASE + 0x100;
    private static final int SIGNED = 1;

    private final TestProgram memory = new TestProgram(types()).contribute(Language.class, new CLanguage());

    /** A structure with a member of each sort, and pointers to it and to a string. */
    private static BtfBuilder types() {
        var types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        var integer = types.integer("int", 4, SIGNED);
        var character = types.integer("char", 1, SIGNED);
        var big = types.integer("unsigned long", 8, 0);
        types.integer("_Bool", 1, 4);
        types.floatingPoint("double", 8);
        var color = types.enumeration("color", 4, types.enumerator("RED", 0), types.enumerator("GREEN", 1));
        var inner = types.struct("", 8, types.member("p", integer, 0), types.member("q", integer, 32));
        var pointer = types.pointer(types.voidType());
        types.structWithBitFields(
                "thing",
                48,
                types.bitField("name", types.array(character, integer, 8), 0, 0),
                types.bitField("big", big, 64, 0),
                types.bitField("", inner, 128, 0),
                types.bitField("color", color, 192, 0),
                types.bitField("low", integer, 224, 3),
                types.bitField("high", integer, 227, 5),
                types.bitField("pointer", pointer, 256, 0),
                types.bitField("row", types.array(integer, integer, 2), 320, 0));
        types.forwardStruct("hidden");
        return types;
    }

    private static PrintCommand.Options options(boolean hex, boolean octal, Optional<String> cpu, String... words) {
        return new PrintCommand.Options(
                hex,
                false,
                octal,
                cpu,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                List.of(words));
    }

    private PrintCommand.Row print(PrintCommand.Options options) {
        try (var rows = new PrintCommand().run(new OnProgram(memory.open()), options)) {
            return rows.toList().getFirst();
        }
    }

    private PrintCommand.Row print(String... words) {
        return print(options(false, false, Optional.empty(), words));
    }

    private static Object cell(Object value) {
        return value instanceof Attempt.Success<?>(var inner) ? inner : value;
    }

    @Test
    void joinsItsWordsToOneExpression() {
        var row = print("1", "+", "2");

        assertThat(row.toText()).isEqualTo("(int)3");
        assertThat(row.expression()).isEqualTo("1 + 2");
        assertThat(row.address()).isEmpty();
    }

    @Test
    void writesInTheBaseThatIsAskedFor() {
        assertThat(print(options(true, false, Optional.empty(), "255")).toText())
                .isEqualTo("(int)0xff");
        assertThatThrownBy(() -> print(options(true, true, Optional.empty(), "255")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("exclude each other");
    }

    @Test
    void tellsWhereAnObjectIs() {
        memory.u8(AT + 28, 0b10110_101);

        var field = print("((struct thing *)0x10100)->high");

        assertThat(field.address()).contains(new VirtualAddress(AT + 28));
        assertThat(field.bitOffset()).hasValue(3);
        assertThat(field.bits()).hasValue(5);
        assertThat(cell(field.value().get())).isEqualTo(BigInteger.valueOf(0b10110 - 32));
    }

    @Test
    void wantsAnExpression() {
        assertThatThrownBy(this::print).isInstanceOf(UsageException.class).hasMessageContaining("missing");
    }

    @Test
    void anObjectWhoseStartCannotBeReadIsARowAndThenAnError() {
        for (var text : List.of("*(struct thing *)8", "*(int (*)[4])8")) {
            var shown = new ArrayList<String>();
            var rows =
                    new PrintCommand().run(new OnProgram(memory.open()), options(false, false, Optional.empty(), text));

            // Also where no row after it is wanted, as with --limit 1.
            assertThatThrownBy(() -> rows.limit(1).forEachOrdered(row -> shown.add(row.toText())))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("0x0000000000000008");
            assertThat(shown).singleElement().asString().contains("<cannot read virtual address 0x0000000000000008");
        }
    }

    @Test
    void anObjectThatEndsWhereMemoryDoesIsNoError() {
        assertThat(print("*(int (*)[4])0x1fff8").toText()).contains("{ 0, 0, <cannot read");
    }

    @Nested
    class AsATree {
        @Test
        void aStructureIsAMapOfItsMembersAndThoseOfItsAnonymousOnes() {
            memory.text(AT, "name\0")
                    .u64(AT + 8, -1)
                    .u32(AT + 16, 3)
                    .u32(AT + 24, 1)
                    .u64(AT + 32, 0x1234)
                    .u32(AT + 40, 7);

            var tree = cell(print("*(struct thing *)0x10100").value().get());

            assertThat(Stream.of("name", "big", "p", "q", "color", "low", "pointer")
                            .map(name -> cell(((Map<?, ?>) tree).get(name))))
                    .containsExactly(
                            "name",
                            "18446744073709551615",
                            BigInteger.valueOf(3),
                            BigInteger.ZERO,
                            "GREEN",
                            BigInteger.ZERO,
                            new VirtualAddress(0x1234));
            assertThat(((List<?>) cell(((Map<?, ?>) tree).get("row"))).stream().map(PrintCommandTest::cell))
                    .isEqualTo(List.of(BigInteger.valueOf(7), BigInteger.ZERO));
        }

        @Test
        void aPointerHasWhatItPointsToBesideIt() {
            memory.text(AT, "text\0").u32(AT + 8, 9);

            assertThat(cell(print("(char *)0x10100").target().get())).isEqualTo("text");
            assertThat(cell(print("(int *)0x10108").target().get())).isEqualTo(BigInteger.valueOf(9));
            assertThat(cell(print("(void *)0x10108").target().get())).isEqualTo(Optional.empty());
            assertThat(cell(print("5").target().get())).isEqualTo(Optional.empty());
        }

        @Test
        void whatCannotBeReadIsAFailureAndANumberAnError() {
            assertThatThrownBy(() -> print("*(int *)8")).isInstanceOf(FaultException.class);
            assertThat(print("*(struct hidden *)0x10100").value().get()).isInstanceOf(Attempt.Failure.class);
        }

        @Test
        void anArrayWithoutEndIsCutAndSaysSo() {
            var tree = (List<?>)
                    cell(print("*(int (*)[0x10000000])0x10100").value().get());

            assertThat(cell(tree.getLast())).isInstanceOf(Map.class).asString().contains("elements_left_out");
        }
    }

    @Nested
    class Cpus {
        @Test
        void areListedByNumberAndRange() {
            assertThat(CpuList.of("3,0-1", memory.open())).containsExactly(0, 1, 3);
        }

        @Test
        void areNotWords() {
            assertThatThrownBy(() -> CpuList.of("first", memory.open()))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("no CPU 'first': say 0, 0,2-3 or all");
        }
    }

    @Nested
    class Whatis {
        private WhatisCommand.Row whatis(String... words) {
            try (var rows =
                    new WhatisCommand().run(new OnProgram(memory.open()), new WhatisCommand.Options(List.of(words)))) {
                return rows.toList().getFirst();
            }
        }

        @Test
        void showsTheTypeOfAnExpression() {
            assertThat(whatis("1 + 2ul").toText()).isEqualTo("unsigned long; // 8 bytes");
            assertThat(whatis("((struct thing *)0)->low").toText()).isEqualTo("int; // 3 bits");
        }

        @Test
        void showsWhatATypeIs() {
            assertThat(whatis("struct", "thing").toText()).isEqualTo("struct thing; // 48 bytes");
            assertThat(whatis("thing").toText()).isEqualTo("struct thing; // 48 bytes");
        }

        @Test
        void saysWhatIsWrongWithTheExpression() {
            assertThatThrownBy(() -> whatis("nonsense"))
                    .isInstanceOf(LookupFailedException.class)
                    .hasMessageContaining("nonsense");
        }
    }
}
