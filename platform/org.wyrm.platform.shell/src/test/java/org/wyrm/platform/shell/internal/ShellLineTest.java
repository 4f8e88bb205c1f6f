package org.wyrm.platform.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.base.error.UsageException;
import org.wyrm.platform.extension.Index;

class ShellLineTest {
    static final Index INDEX = Index.parse("a test", """
            wyrm-index 1
            id\t
            bundle\torg.example\t1.0.0\t
            declares\twyrm.command\tname\tprint\taliases\tp\tsummary\tshow a value\tclass\tPrint
            options\tPrint$Options
            option\thex\tZ\t-x --hex\t\tin base 16
            option\tcpu\tLjava/util/Optional<Ljava/lang/String;>;\t-c --cpu\tCPU\tof a CPU
            option\texpression\tLjava/util/List<Ljava/lang/String;>;\t\tEXPRESSION\tof C
            declares\twyrm.command\tname\ttasks\tsummary\tlist tasks\tclass\tTasks
            options\tTasks$Options
            option\tall\tZ\t-a --all\t\tall
            option\ttasks\tLjava/util/List<Ljava/lang/String;>;\t\tPID|TASK|COMM\twhich
            column\tpid\tI
            column\trss\tLorg/wyrm/base/address/ByteSize;
            declares\twyrm.line\tname\tc\tcommand\tprint\targuments\tEXPRESSION\tclass\tLines
            """);

    private static ShellLine parse(String text) {
        return ShellLine.parse(INDEX, text);
    }

    @Nested
    class OfACommand {
        @Test
        void hasWordsAsAShellTakesThemApart() {
            assertThat(parse("tasks -a  'a b' \"c \\\" d\" e\\ f g\"h\"i").words())
                    .containsExactly("tasks", "-a", "a b", "c \" d", "e f", "ghi");
        }

        @Test
        void hasStagesAProgramOrAFile() {
            var line = parse("tasks --all | where pid > 1 || rss == 2 | head 3 | grep 'a|b' | wc -l > x");
            assertThat(line.words()).containsExactly("tasks", "--all");
            assertThat(line.stages()).hasSize(2);
            assertThat(line.pipeline()).isEqualTo("grep 'a|b' | wc -l > x");
            assertThat(line.file()).isEmpty();

            assertThat(parse("tasks > 'a b'").file()).contains(new ShellLine.Redirection("a b", false));
            assertThat(parse("tasks | head 1 >> x.txt").file()).contains(new ShellLine.Redirection("x.txt", true));
            assertThat(parse("tasks '> x'").file()).isEmpty();
            assertThat(parse("tasks | where pid > 5").file()).isEmpty();
            assertThat(parse("tasks | !sort -k2").pipeline()).isEqualTo("sort -k2");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '@', textBlock = """
                tasks 'a        @ a quote has no end: 'a
                tasks |         @ nothing stands behind a |
                tasks | head x  @ a number of rows is expected, at 'x' of 'head x'
                """)
        void isRefusedWithThePlace(String text, String message) {
            assertThatThrownBy(() -> parse(text))
                    .isInstanceOf(UsageException.class)
                    .hasMessage(message);
        }
    }

    @Nested
    class OfAnExpression {
        @ParameterizedTest
        @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
                init_task.comm              @ init_task.comm              @
                a | b                       @ a | b                       @
                a || b                      @ a || b                      @
                (a | less)                  @ (a | less)                  @
                "a | less"                  @ "a | less"                  @
                a > b                       @ a > b                       @
                a | less                    @ a                           @ less
                *x | grep 'y|z' | wc -l     @ *x                          @ grep 'y|z' | wc -l
                a | b | !xclip              @ a | b                       @ xclip
                tasks.next                  @ tasks.next                  @
                tasks->next                 @ tasks->next                 @
                -1                          @ -1                          @
                'a' + "b c"[0]              @ 'a' + "b c"[0]              @
                """)
        void isGivenToItsCommand(String text, String expression, String pipeline) {
            var line = parse(text);

            assertThat(line.isBare()).isTrue();
            assertThat(line.words()).containsExactly("print", "--", expression);
            assertThat(line.pipeline()).isEqualTo(pipeline == null ? "" : pipeline);
        }

        @Test
        void standsAsItIsBehindTheOptions() {
            assertThat(parse("print -x --cpu 0 'a' + \"b  c\"[0]").words())
                    .containsExactly("print", "-x", "--cpu", "0", "--", "'a' + \"b  c\"[0]");
            assertThat(parse("p --format json -5").words()).containsExactly("p", "--format", "json", "--", "-5");
            assertThat(parse("p -cpu_x").words()).containsExactly("p", "--", "-cpu_x");
            assertThat(parse("p --no-such a").words()).containsExactly("p", "--no-such", "--", "a");
            assertThat(parse("print a | count").stages()).hasSize(1);
        }

        @Test
        void isRefusedWhereNothingTakesIt() {
            assertThatThrownBy(() -> ShellLine.parse(Index.empty(), "1 + 1"))
                    .hasMessage("this is no command; see help");
        }
    }

    @Nested
    class AtTheCursor {
        @ParameterizedTest
        @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
                ta                  @ BEGINNING  @ ta
                init_task.co        @ EXPRESSION @ co
                1 + ini             @ EXPRESSION @ ini
                print -x init_ta    @ EXPRESSION @ init_ta
                print -             @ OPTION     @ -
                print -c 1          @ ARGUMENT   @ 1
                tasks --al          @ OPTION     @ --al
                tasks 12            @ ARGUMENT   @ 12
                tasks | wh          @ STAGE      @ wh
                tasks | where pi    @ KEY        @ pi
                tasks | head 1 | so @ STAGE      @ so
                tasks | grep /tm    @ PATH       @ /tm
                tasks > /tm         @ PATH       @ /tm
                tasks --all >>/tm   @ PATH       @ /tm
                tasks>a             @ PATH       @ a
                tasks | head 1 > a  @ PATH       @ a
                print 1 | count > a @ PATH       @ a
                tasks | where pi>1  @ KEY        @ 1
                print 1 > ini       @ EXPRESSION @ ini
                print>ini           @ EXPRESSION @ ini
                open /va            @ PATH       @ /va
                source x            @ PATH       @ x
                help ta             @ TOPIC      @ ta
                set task 1          @ ARGUMENT   @ 1
                set fo              @ SETTING    @ fo
                target 1            @ TARGET     @ 1
                !ls /t              @ PATH       @ /t
                """)
        void isWhatMayStandThere(String before, Caret.Place place, String word) {
            var caret = Caret.at(INDEX, before);

            assertThat(caret.place()).isEqualTo(place);
            assertThat(caret.word()).isEqualTo(word);
        }

        @Test
        void isAnArgumentByItsName() {
            assertThat(Caret.at(INDEX, "tasks ").argument()).isEqualTo("PID|TASK|COMM");
            assertThat(Caret.at(INDEX, "print -c ").argument()).isEqualTo("CPU");
            assertThat(Caret.at(INDEX, "print -x a + b.").text()).isEqualTo("a + b.");
        }
    }

    @Nested
    class OfCsv {
        @Test
        void isReadAsItWasWritten() {
            assertThat(Csv.rows("pid,comm\r\n1,init\r\n2,\"a \"\"b\"\", c\r\nd\"\r\n3,\r\n"))
                    .isEqualTo(List.of(
                            Map.of("pid", "1", "comm", "init"),
                            Map.of("pid", "2", "comm", "a \"b\", c\r\nd"),
                            Map.of("pid", "3", "comm", "")));
            assertThat(Csv.rows("")).isEmpty();
            assertThat(Csv.rows("pid\r\n")).isEmpty();
        }
    }
}
