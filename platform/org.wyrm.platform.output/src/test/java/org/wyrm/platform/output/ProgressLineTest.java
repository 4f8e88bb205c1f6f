package org.wyrm.platform.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final String ERASE = "\r\033[K";

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private long nowNanos = 77;
    private final ProgressLine line = new ProgressLine(terminal, () -> nowNanos);

    private String drawn() {
        var text = terminal.toString(StandardCharsets.UTF_8);
        terminal.reset();
        return text;
    }

    private static String line(String text) {
        return ERASE + "\033[?7l" + text + "\033[?7h";
    }

    private void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void report(long done) {
        line.report("counting", done, OptionalLong.of(200));
    }

    private void drawFirst() {
        report(0);
        pass(1000);
        report(90);
    }

    @Test
    void workThatIsSoonDoneIsNotShown() {
        report(0);
        pass(999);
        report(199);
        line.end();
        pass(5000);
        report(0);

        assertThat(drawn()).isEmpty();
    }

    @Test
    void longWorkIsShownAndTakenAway() {
        drawFirst();
        assertThat(drawn()).isEqualTo(line("counting … 45 %"));
        pass(99);
        report(95);
        assertThat(drawn()).isEmpty();
        pass(1);
        report(96);
        assertThat(drawn()).isEqualTo(line("counting … 48 %"));
        line.end();
        assertThat(drawn()).isEqualTo(ERASE);
        line.end();
        assertThat(drawn()).isEmpty();
    }

    @Test
    void manyShortPiecesAreLongWork() {
        for (var i = 0; i < 10; i++) {
            report(0);
            pass(100);
            line.end();
            pass(50);
        }
        report(20);

        assertThat(drawn()).endsWith(line("counting … 10 %"));
    }

    @Test
    void whereTheTotalIsNotKnownThereIsNoPercentage() {
        drawFirst();
        drawn();
        pass(100);
        line.report("waiting", 5, OptionalLong.empty());

        assertThat(drawn()).isEqualTo(line("waiting …"));
    }

    @Test
    void moreThanAllIsAll() {
        drawFirst();
        drawn();
        pass(100);
        report(Long.MAX_VALUE);

        assertThat(drawn()).isEqualTo(line("counting … 100 %"));
    }

    @Test
    void whatATargetSaysDoesNotReachTheTerminalRaw() {
        drawFirst();
        drawn();
        pass(100);
        line.report("a\033[2Jb", 0, OptionalLong.empty());

        assertThat(drawn()).startsWith(ERASE).doesNotContain("\033[2J");
    }

    @Test
    void messagesAreWrittenInItsPlace() throws IOException {
        var messages = line.above();
        messages.write("before\n".getBytes(StandardCharsets.UTF_8));
        drawFirst();
        messages.write("meanwhile\n".getBytes(StandardCharsets.UTF_8));
        messages.write("x\n".getBytes(StandardCharsets.UTF_8));

        assertThat(drawn()).isEqualTo("before\n" + line("counting … 45 %") + ERASE + "meanwhile\nx\n");
    }

    @Test
    void rowsAreWrittenInItsPlace() {
        var output = new Output(terminal, line);
        drawFirst();
        output.append("row\n").flush();

        assertThat(drawn()).isEqualTo(line("counting … 45 %") + ERASE + "row\n");
    }

    @Test
    void aPagerHasTheTerminalForItself() {
        var output = new Output(terminal, line);
        output.page("cat");
        drawFirst();
        output.append("row\n").flush();
        pass(1000);
        report(100);

        assertThat(drawn()).isEqualTo(line("counting … 45 %") + ERASE);
    }

    @Test
    void onceItIsClosedItIsNotDrawnAgain() {
        drawFirst();
        line.close();
        pass(1000);
        report(100);

        assertThat(drawn()).isEqualTo(line("counting … 45 %") + ERASE);
    }

    @Test
    void aTerminalThatIsGoneIsNoError() {
        var gone = new ProgressLine(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Input/output error");
                    }
                },
                () -> nowNanos);
        gone.report("counting", 0, OptionalLong.empty());
        pass(1000);
        gone.report("counting", 1, OptionalLong.empty());
        gone.end();

        assertThat(drawn()).isEmpty();
    }
}
