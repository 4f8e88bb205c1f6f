package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wyrm.itest.product.Wyrm.Run;

/** The commands {@code list} and {@code tree} on the demo dump. */
class WalkCommandsTest {
    /** One for all of them: the first run keeps what it learnt of the demo dump. */
    @TempDir
    static Path home;

    private Run run(String words) {
        var all = new ArrayList<Object>(List.of("--demo"));
        all.addAll(List.of(words.split(" ")));
        return Wyrm.built().with("HOME", home.toString()).run(all.toArray());
    }

    private List<String> lines(String words) {
        return run(words).expectClean().out().lines().toList();
    }

    @Test
    void aListShowsMembersOfItsEntries() {
        assertThat(lines("list modules -o module.list -s module.name,state,refcnt --limit 1"))
                .hasSize(6)
                .satisfies(lines -> {
                    assertThat(lines.get(0)).matches("0xffffffffc0\\p{XDigit}{6}");
                    assertThat(lines.get(1)).isEqualTo("  name = \"pvpanic_pci\"");
                    assertThat(lines.get(2)).isEqualTo("  state = MODULE_STATE_LIVE");
                    assertThat(lines.get(3)).isEqualTo("  refcnt = {");
                    assertThat(lines.get(4)).isEqualTo("  \t.counter = 1,");
                });
    }

    @Test
    void aListIsTheSameInBothDirectionsAndFromAnEntry() {
        var forth = lines("list init_task.tasks -o task_struct.tasks");
        var back = lines("list -r init_task.tasks -o task_struct.tasks");
        var round = lines("list -E task_struct.tasks init_task");

        assertThat(forth).hasSizeGreaterThan(50);
        assertThat(back).isEqualTo(forth.reversed());
        assertThat(round).hasSize(forth.size() + 1).endsWith(forth.getLast());
        assertThat(lines("list init_task.tasks -o task_struct.tasks -e " + forth.get(3)))
                .isEqualTo(forth.subList(0, 3));
    }

    @Test
    void linksAreThoseOfTheMemberThatItStartsAt() {
        assertThat(lines("list -s task_struct.pid init_task.tasks --limit 2"))
                .isEqualTo(lines("list -s task_struct.pid -o task_struct.tasks init_task.tasks --limit 2"))
                .contains("  pid = 1");
    }

    @Test
    void rowsAreTyped() {
        var row = Json.value(lines("list modules -o module.list -s module.name --limit 1 --format jsonl")
                .getFirst());

        assertThat(row.get("address").asText()).startsWith("0xffffffff");
        assertThat(row.get("members").get(0).toString())
                .isEqualTo("{\"name\":\"name\",\"type\":\"char [56]\",\"value\":\"\\\"pvpanic_pci\\\"\"}");
    }

    @Test
    void aMemberThatCannotBeReadIsSaidInItsPlace() {
        var lines = lines("list modules -o 0x100000000000 -s module.name --limit 2");

        assertThat(lines).hasSize(4).element(1).asString().startsWith("  name = <cannot read virtual address 0x");
    }

    @Test
    void aTreeHasPositions() {
        var top = lines("tree -p vmap_area_root -o vmap_area.rb_node --limit 2");
        var inOrder = lines("tree -l vmap_area_root -o vmap_area.rb_node");

        assertThat(top).hasSize(4).contains("  position: root", "  position: root/l");
        assertThat(inOrder).contains(top.getFirst()).hasSizeGreaterThan(10);
        assertThat(lines("tree init_pid_ns.idr.idr_rt -p --limit 1").getLast())
                .isEqualTo("  index: 1  position: root/0/1");
    }

    @Test
    void theAreasOfAnAddressSpaceAreRanges() {
        var memory = lines("list init_task.tasks -o task_struct.tasks -s task_struct.mm --limit 1")
                .get(1)
                .substring("  mm = ".length());
        var area = Json.value(lines("tree -t maple -r mm_struct.mm_mt " + memory
                        + " -s vm_area_struct.vm_start,vm_end --limit 1 --format jsonl")
                .getFirst());

        assertThat(area.get("first_index").asText())
                .isEqualTo(area.get("members").get(0).get("value").asText());
        assertThat(area.get("last_index").asLong() + 1)
                .isEqualTo(area.get("members").get(1).get("value").asLong());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Read as an hlist, a list never comes to a null pointer.
                "list -t hlist modules                  | 6 | hlist_node at 0x",
                "list 0x1000                            | 5 | cannot read virtual address 0x0000000000001000",
                "tree -t rbtree init_task.comm          | 5 | cannot read virtual address 0x",
                "list no_such_list                      | 4 | no symbol 'no_such_list'",
                "list modules.no_such                   | 4 | no member 'no_such'",
                "list modules -o module.no_such         | 4 | no member 'no_such'",
                "list modules -o no_such.list           | 4 | no struct 'no_such'",
                "list modules -s module.no_such         | 4 | no member 'no_such'",
                "tree vmap_area_root -t tree            | 2 | it is none of rbtree, xarray, radix, maple",
                "tree init_pid_ns.idr.idr_rt -l         | 2 | of red-black trees only",
                "list modules -t tree                   | 2 | it is none of list",
                "list -r -t hlist modules               | 2 | only lists of type list",
                "list -H -E modules                     | 2 | exclude each other",
                "list modules -o module                 | 2 | neither a number of bytes nor STRUCT.MEMBER",
                "list modules+8                         | 2 | invalid operands to binary +",
                "list init_task.a-b                     | 4 | no member 'a'",
                "print *(int*)16                        | 5 | cannot read virtual address 0x0000000000000010",
                "list init_task.pid.x                   | 4 | no member 'x'",
                "list -s module.name modules            | 2 | --offset is missing: where in struct module are the links",
                "list -e modules                        | 2 | one START is wanted",
                "tree                                   | 2 | START",
            })
    void whatCannotBeIsAnErrorOfItsKind(String words, int code, String message) {
        var run = run(words);

        assertThat(run.code()).as("%s", run).isEqualTo(code);
        assertThat(run.err()).contains(message);
    }

    @Test
    void rowsBeforeALoopAreShown() {
        var modules = lines("list modules");
        var looping = run("list -t hlist modules");

        assertThat(looping.out().lines()).containsAll(modules);
    }
}
