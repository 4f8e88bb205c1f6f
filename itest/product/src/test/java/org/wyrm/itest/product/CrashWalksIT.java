package org.wyrm.itest.product;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.linux.list.Lists;
import org.wyrm.linux.pid.Pids;
import org.wyrm.program.Program;
import org.wyrm.testkit.dump.LabKernel;

/** The commands {@code list} and {@code tree} of the product, on dumps of the lab, against those of Debian 13's crash. */
@Timeout(600)
class CrashWalksIT {
    /** How many address spaces, and inodes with pages. */
    private static final int SAMPLE = 5;

    private static final String MARK = "p 1000001";

    /** The same question to crash and to wyrm. */
    private record Question(String crash, String wyrm) {
        static Question same(String words) {
            return new Question(words, words);
        }

        /** Only these addresses are compared: crash counts the entries where wyrm tells their indexes. */
        boolean isOfRanges() {
            return wyrm.contains("maple");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "5.10"})
    void printTheSame(String series) throws Exception {
        var kernel = LabKernel.find(series)
                .orElseGet(() -> Peer.skipped("NOT COMPARED: no kernel " + series + "; itest/lab/ensure.sh"));
        var dump = kernel.root().resolveSibling("../out/panic256/vmcore.elf").normalize();
        if (!Files.exists(dump)) {
            Peer.skipped("NOT COMPARED: " + dump + " is not there");
        }
        var questions = questions(dump);
        var theirs = crash(kernel.vmlinux(), dump, questions);
        assertThat(theirs).hasSameSizeAs(questions);

        var entryCount = 0;
        for (var i = 0; i < questions.size(); i++) {
            var ours = wyrm(dump, questions.get(i));
            assertThat(ours).as(questions.get(i).wyrm).isNotEmpty().isEqualTo(theirs.get(i));
            entryCount += ours.size();
        }
        System.out.printf("CrashWalksIT %s: %d commands, %d lines the same%n", series, questions.size(), entryCount);
    }

    private static List<Question> questions(Path dump) {
        var all = new ArrayList<Question>();
        all.add(Question.same("list -o module.list -H modules"));
        all.add(Question.same("list -o module.list -r -H modules"));
        all.add(Question.same("list super_block.s_list -H super_blocks -s super_block.s_count,s_blocksize"));
        all.add(new Question("list -o task_struct.tasks -h init_task", "list -o task_struct.tasks -E init_task"));
        all.add(new Question(
                "list -o task_struct.tasks -r -h init_task -s task_struct.pid",
                "list -o task_struct.tasks -r -E init_task -s task_struct.pid"));
        all.add(Question.same("tree -t xarray -p -r pid_namespace.idr init_pid_ns"));
        try (var program = InProcess.open(dump)) {
            if (program.findVariable("vmap_area_root").isPresent()) {
                all.add(Question.same("tree -p -o vmap_area.rb_node vmap_area_root -s vmap_area.va_start,va_end"));
                all.add(Question.same("tree -l -o vmap_area.rb_node vmap_area_root"));
            }
            Pids.forEachTask(program)
                    .map(task -> task.member("mm"))
                    .filter(mm -> !mm.isNull())
                    .map(mm -> (mm.hasMember("mm_mt")
                                    ? "tree -t maple -p -r mm_struct.mm_mt "
                                    : "tree -p -r mm_struct.mm_rb -o vm_area_struct.vm_rb ")
                            + Long.toHexString(mm.longValue()))
                    .distinct()
                    .limit(SAMPLE)
                    .map(Question::same)
                    .forEach(all::add);
            caches(program).limit(SAMPLE).map(Question::same).forEach(all::add);
        }
        return all;
    }

    private static Stream<String> caches(Program program) {
        return Lists.listForEachEntry(program.type("struct super_block"), program.variable("super_blocks"), "s_list")
                .flatMap(each ->
                        Lists.listForEachEntry(program.type("struct inode"), each.member("s_inodes"), "i_sb_list"))
                .map(inode -> inode.member("i_data"))
                .filter(mapping -> mapping.member("nrpages").longValue() > 1)
                .map(mapping -> "tree -t xarray -p -r address_space.i_pages 0x" + Long.toHexString(mapping.address()));
    }

    private static List<List<String>> crash(Path vmlinux, Path dump, List<Question> questions) throws Exception {
        var script = new ArrayList<String>();
        questions.forEach(question -> script.addAll(List.of(question.crash, MARK)));
        script.add("quit");
        var trixie = Wyrm.root().resolve("itest/lab/trixie.sh").toString();
        var input = Files.createTempFile("wyrm-crash", ".in");
        try {
            Files.write(input, script);
            var process = new ProcessBuilder(trixie, "crash", "-s", vmlinux.toString(), dump.toString())
                    .redirectInput(input.toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
            var text = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0 || text.isEmpty()) {
                Peer.skipped("NOT COMPARED with crash: " + trixie + " crash does not run");
            }
            var answers = text.split("(?m)^\\$\\d+ = 1000001\n");
            return IntStream.range(0, answers.length)
                    .mapToObj(i -> lines(answers[i], questions.get(i)))
                    .toList();
        } catch (IOException e) {
            return Peer.skipped("NOT COMPARED with crash: " + e);
        } finally {
            Files.delete(input);
        }
    }

    private static List<String> wyrm(Path dump, Question question) {
        var words = new ArrayList<Object>(List.of("-c", dump));
        words.addAll(Arrays.asList(question.wyrm.split(" ")));
        var run = Wyrm.built().run(words.toArray());
        assertThat(run.code()).as("%s", run).isZero();
        return lines(run.out(), question);
    }

    /** crash writes addresses without 0x, and a comma after each member. */
    private static List<String> lines(String text, Question question) {
        return text.lines()
                .map(line -> line.startsWith("0x") ? line.substring(2) : line)
                .map(line -> question.isOfRanges() ? line.replaceAll("index: \\S+", "") : line)
                .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                .toList();
    }
}
