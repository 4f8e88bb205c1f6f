package org.wyrm.commands.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.error.UsageException;

class MemberPathTest {
    @ParameterizedTest
    @CsvSource({
        "task_struct, task_struct, ''",
        "task_struct.mm, task_struct, mm",
        "struct task_struct.se.load, struct task_struct, se/load",
        "task_struct->mm->pgd, task_struct, mm/pgd",
        "task_struct -> mm . pgd, task_struct, mm/pgd",
        "kernel/sched/fair.c::rq, kernel/sched/fair.c::rq, ''",
        "../fair.c::rq.cfs->load, ../fair.c::rq, cfs/load",
        "std::string, std::string, ''",
        "int (*)(struct x *), int (*)(struct x *), ''"
    })
    void startsAfterTheType(String text, String type, String members) {
        var path = MemberPath.parse(text);

        assertThat(path.type()).isEqualTo(type);
        assertThat(path.members())
                .isEqualTo(Arrays.stream(members.split("/"))
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.", "a..b", "a->", "a.b c", "a.b[1]"})
    void mustNameMembers(String text) {
        assertThatThrownBy(() -> MemberPath.parse(text)).isInstanceOf(UsageException.class);
    }
}
