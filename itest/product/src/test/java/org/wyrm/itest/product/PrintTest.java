package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What terminals and scripts see of values and types. */
class PrintTest {
    private final Wyrm wyrm = Wyrm.built();

    private String out(Object... words) {
        return wyrm.run(words).expectClean().out();
    }

    @Test
    void typesMembersAndValuesHaveColorsWhereTheyAreWanted() {
        assertThat(out("--demo", "--color=always", "print", "-x", "init_task.flags"))
                .isEqualTo("\u001b[36m(unsigned int)\u001b[0m\u001b[33m0x4200002\u001b[0m\n");
        assertThat(out("--demo", "type", "list_head", "--color=always")).isEqualTo("""
                        S struct0 S list_head0 {
                                S struct0 S list_head0 *M next0;
                                S struct0 S list_head0 *M prev0;
                        }; C // 16 bytes0
                        """.replace("S ", "\u001b[36m")
                .replace("M ", "\u001b[94m")
                .replace("C ", "\u001b[2m")
                .replaceAll("(struct|list_head|next|prev|bytes)0", "$1\u001b[0m"));
    }

    @Test
    void whatIsNoTerminalHasNoColors() {
        assertThat(out("--demo", "print", "-x", "init_task.flags")).isEqualTo("(unsigned int)0x4200002\n");
        assertThat(out("--demo", "--color=always", "print", "1", "--format", "json"))
                .doesNotContain("\u001b");
    }

    @Test
    void anObjectThatCannotBeReadIsARowAndExitCode5() {
        var run = wyrm.run("--demo", "print", "*init_task.mm");

        assertThat(run.code()).isEqualTo(5);
        assertThat(run.out()).startsWith("(struct mm_struct)<cannot read virtual address 0x0000000000000000: ");
        assertThat(run.err()).startsWith("wyrm: cannot read virtual address 0x0000000000000000: ");
    }
}
