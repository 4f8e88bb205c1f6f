package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.wyrm.base.error.FaultException;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.internal.CLanguage;
import org.wyrm.platform.command.TextRow;
import org.wyrm.program.TestProgram;
import org.wyrm.program.spi.Language;
import org.wyrm.testkit.btf.BtfBuilder;

/** The commands that show and search memory, on memory made of bytes. */
class MemoryCommandsTest {
    private static final long AT = TestProgram.BASE + 0x100;

    private final TestProgram memory =
            new TestProgram(new BtfBuilder(ByteOrder.LITTLE_ENDIAN)).contribute(Language.class, new CLanguage());

    private static List<String> texts(Stream<? extends TextRow> rows) {
        try (rows) {
            return rows.map(TextRow::toText).toList();
        }
    }

    @Nested
    class Rd {
        private boolean is8;
        private boolean is32;
        private boolean isAscii;
        private boolean isDecimal;
        private boolean isUnsigned;
        private boolean hasSymbols;
        private Optional<String> end = Optional.empty();

        private List<String> rd(String address, String... count) {
            var options = new RdCommand.Options(
                    is8,
                    false,
                    is32,
                    false,
                    isAscii,
                    isDecimal,
                    isUnsigned,
                    hasSymbols,
                    false,
                    false,
                    false,
                    Optional.empty(),
                    end,
                    address,
                    count.length == 0 ? Optional.empty() : Optional.of(count[0]));
            return texts(new RdCommand().run(new OnProgram(memory.open()), options));
        }

        @Test
        void numbersStandBesideTheirText() {
            memory.text(AT, "linux\1").u64(AT + 8, 0x1234).u64(AT + 16, -1);

            assertThat(rd("0x10100", "3"))
                    .containsExactly(
                            "           10100:  00000178756e696c 0000000000001234   linux...4.......",
                            "           10110:  ffffffffffffffff                    ........");
        }

        @Test
        void sizesAndTextAreChosen() {
            memory.text(AT, "linux\1");

            is32 = true;
            assertThat(rd("0x10100", "2"))
                    .containsExactly("           10100:  756e696c 00000178                     linux...");
            is32 = false;
            is8 = true;
            assertThat(rd("0x10104"))
                    .containsExactly("           10104:  78                                                x");
            is8 = false;
            isAscii = true;
            assertThat(rd("0x10100", "5")).containsExactly("           10100:  linux");
        }

        @Test
        void numbersInBase10HaveCrashsWidths() {
            memory.u64(AT, 16384).u64(AT + 8, -2);

            isDecimal = true;
            assertThat(rd("0x10100", "2")).containsExactly("           10100:            16384              -2");
            is32 = true;
            assertThat(rd("0x10108", "2")).containsExactly("           10108:            -2           -1");
            is32 = false;
            isDecimal = false;
            isUnsigned = true;
            assertThat(rd("0x10100", "2"))
                    .containsExactly("           10100:                 16384 18446744073709551614");
            is8 = true;
            assertThat(rd("0x10107", "3")).containsExactly("           10107:    0 254 255");
            isDecimal = true;
            assertThatThrownBy(() -> rd("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("rd: -d and -D exclude each other");
        }

        @Test
        void addressesAreNamedWhereThatIsAskedFor() {
            memory.symbol("here", AT, 16).u64(AT, AT + 8).u64(AT + 8, 5);
            hasSymbols = true;

            assertThat(rd("here", "2")).containsExactly("           10100:  here+8           0000000000000005");
        }

        @Test
        void theEndIsAnAddressOrACount() {
            end = Optional.of("0x10101");
            assertThat(rd("0x10100")).hasSize(1);
            assertThatThrownBy(() -> rd("0x10100", "1"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("exclude each other");
            end = Optional.of("0x10100");
            assertThatThrownBy(() -> rd("0x10100"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("rd: the end 0x10100 is not after the start 0x10100");
        }

        @Test
        void whatIsAbsentIsAnErrorAndNoEndlessRead() {
            assertThatThrownBy(() -> rd("0x8")).isInstanceOf(FaultException.class);
            assertThatThrownBy(() -> rd("0xfffffffffffffff8", "2"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("pass the end of the address space");
        }
    }

    @Nested
    class Search {
        private boolean isString;
        private boolean isBytes;
        private boolean isRegex;
        private Optional<String> mask = Optional.empty();
        private Optional<String> start = Optional.empty();
        private Optional<String> alignment = Optional.empty();

        private List<String> search(String... values) {
            var options = new SearchCommand.Options(
                    false,
                    false,
                    false,
                    false,
                    mask,
                    isString,
                    isBytes,
                    isRegex,
                    start,
                    Optional.of("0x20000"),
                    Optional.empty(),
                    false,
                    alignment,
                    List.of(values));
            return texts(new SearchCommand().run(new OnProgram(memory.open()), options));
        }

        @Test
        void numbersRangesAndSymbolsAreFoundAtOnce() {
            memory.symbol("here", AT, 8).u64(AT, 0xabcd).u64(AT + 8, AT).u64(AT + 16, 0x5005);

            assertThat(search("0xabcd", "0x5000..0x500f", "here"))
                    .containsExactly(
                            "10100: 0x000000000000abcd", "10108: 0x0000000000010100", "10110: 0x0000000000005005");
        }

        @Test
        void bitsOfAMaskDoNotCount() {
            memory.u64(AT, 0xab0000cdL);
            mask = Optional.of("0xff");

            assertThat(search("0xab000000")).containsExactly("10100: 0x00000000ab0000cd");
        }

        @Test
        void textBytesAndExpressionsAreFoundAnywhere() {
            memory.text(AT + 3, "linux-6.1");

            isString = true;
            assertThat(search("linux")).containsExactly("10103: linux");
            assertThat(search("6.1", "linux", "ux-")).containsExactly("10103: linux", "10106: ux-", "10109: 6.1");
            alignment = Optional.of("4");
            assertThat(search("linux")).isEmpty();
            alignment = Optional.empty();
            isString = false;
            isRegex = true;
            assertThat(search("x-[0-9.]+")).containsExactly("10107: x-6.1");
            isRegex = false;
            isBytes = true;
            assertThat(search("6e 75")).containsExactly("10105: nu");
            start = Optional.of("0x10106");
            assertThat(search("6e75")).isEmpty();
        }

        @Test
        void whatCannotBeSearchedForIsSaid() {
            assertThatThrownBy(this::search).isInstanceOf(UsageException.class).hasMessageContaining("missing");
            isRegex = true;
            assertThatThrownBy(() -> search("("))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("at character");
            isString = true;
            assertThatThrownBy(() -> search("a"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("exclude");
            isRegex = false;
            mask = Optional.of("1");
            assertThatThrownBy(() -> search("a"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("for numbers");
        }
    }

    @Nested
    class Ascii {
        private List<String> ascii(String... numbers) {
            return texts(
                    new AsciiCommand().run(new OnProgram(memory.open()), new AsciiCommand.Options(List.of(numbers))));
        }

        @Test
        void numbersAreTheTextThatTheyAreInMemory() {
            assertThat(ascii("0x62696c2f7273752f", "7f"))
                    .containsExactly(
                            "62696c2f7273752f: /usr/lib", "000000000000007f: <DEL><NUL><NUL><NUL><NUL><NUL><NUL><NUL>");
        }

        @Test
        void withoutANumberThereIsATable() {
            assertThat(ascii())
                    .hasSize(16)
                    .startsWith("0 | NUL DLE  SP   0   @   P   `   p")
                    .endsWith("f |  SI  US   /   ?   O   _   o DEL");
        }

        @Test
        void wordsAreNoNumbers() {
            assertThatThrownBy(() -> ascii("word"))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("ascii: 'word' is no hexadecimal number of 64 bits");
        }
    }
}
