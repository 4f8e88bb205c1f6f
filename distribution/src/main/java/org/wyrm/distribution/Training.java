package org.wyrm.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes the AOT cache of the product: runs the built product on a list of command lines, in one JVM and with the flags
 * of its start script.
 */
final class Training {
    private static final List<String> WITHOUT_TARGET = List.of(
            "--version",
            "--help",
            "help plugin",
            "plugin list",
            "plugin list --format json",
            "plugin list --format csv",
            "plugin list --format jsonl --stats",
            "plugin remove no-such-plugin",
            "cache list",
            "cache verify --format json",
            "no-such-command",
            "plugin --no-such-option",
            "--qemu ./no.sock tasks");

    private static final List<String> WITH_DEMO = List.of(
            "tasks",
            "tasks --format json",
            "tasks --format csv --limit 3",
            "tasks --format jsonl --stats",
            "log --limit 20",
            "sys",
            "sys --format json",
            "mod",
            "mount",
            "mount --format json",
            "files --all",
            "fuser /dev/null",
            "filecache",
            "filelocks",
            "super -i",
            "dentries",
            "disks -p",
            "inflight",
            "sym init_task",
            "type list_head",
            "type -o task_struct",
            "names task_*",
            "names -l --kind struct,variable list_*",
            "print init_task",
            "print -x init_task.se.load --format json",
            "print find_task(1)->comm",
            "print init_task.no_such_member",
            "eval -b sizeof(int)*4+init_task.prio",
            "whatis init_task.tasks",
            "list super_blocks -o super_block.s_list -s super_block.s_id",
            "rd init_task 8",
            "search -c swapper/0",
            "vtop init_task",
            "bt",
            "bt 1",
            "bt --all --format json",
            "bt --all --format jsonl --stats",
            "bt --all --group",
            "meminfo",
            "--application org.wyrm.app.report --format html",
            "--application org.wyrm.app.report --format json",
            "sym no_such_symbol");

    /** Without blanks, which part words here; as much of Groovy as short scripts use. */
    private static final List<String> SCRIPTS = List.of(
            "-e println(prog['init_task'].comm)",
            "-e for(t\tin\tfor_each_task()){if(t.pid+1>1&&t.mm)println(\"${t.pid}\t${t.comm.string_()}\")}",
            "-e println(tasks(kernel:true).findAll{it.state=='I'}.collect{it.comm}.sort().join(','))",
            "-e def\tf(x){x*2};[1,2].each{println\tf(it)};switch(prog['init_task'].prio){case\t120:println(1)}",
            "-e println(prog['init_task'].no_such)",
            "-e println(");

    private static final List<String> WITH_DEBUG_FILE = List.of(
            "type task_struct",
            "type task_struct",
            "type -o only_3 --stats",
            "type pid_type --format json",
            "sym init_task",
            "names s*",
            "names --regex -i ^Only_",
            "type only_3.list.next",
            "type -r only_3",
            "type no_such_type");

    /** What a user types in the shell, which is the last to run: nothing else reads the terminal. */
    private static final String TYPED = """
            sys
            init_task.comm
            init_task.se.l\t
            tasks | where state == 'R' | sort -r pid | select pid,comm
            tasks | head 3 | cat
            struct pi\t
            set 1
            bt
            no_such_name
            help alias
            exit
            """;

    private static final Path TERMINAL = Path.of("/usr/bin/script");

    /** With the debug file of the demo's kernel; its structures are not the kernel's, so nothing walks by them. */
    private static final List<String> WITH_BOTH = List.of(
            "type task_struct",
            "type -o only_3",
            "sym init_task",
            "sym tasks",
            "line start_kernel",
            "scope start_kernel",
            "names only_*",
            "debuginfo",
            "type no_such_type");

    /** With that, and with the debug file of a module of it. */
    private static final List<String> WITH_MODULE = List.of(
            "type of_module", "type of_module", "type only_5", "line module.c:4", "names -l *of_module", "debuginfo");

    /** With a process; where none may be looked at, these fail, and start no faster. */
    private static final List<String> WITH_PROCESS = List.of(
            "bt", "bt -l --format json --stats", "regs", "rd environ 2", "search -c LANG", "print no_such_variable");

    private static final String ONLY_IN_MODULE = "struct task_struct *task;";

    /** What the product says where the demo dump was replaced, and the debug file was not. */
    private static final String DEMO_RELEASE = "6.1.0-56-cloud-amd64";

    private static final String OTHER_BUILD = "not that of the target";

    private Training() {}

    /** Trains in a home of its own, so that what the user has is neither used nor changed. */
    static void run(Path product, String id, Path inputs, Path work) throws IOException, InterruptedException {
        Files.createDirectories(work);
        // Empty first, so that filling and using are both trained.
        var home = Files.createTempDirectory(work, "home");
        var lines = new ArrayList<>(WITHOUT_TARGET);
        if (Files.exists(product.resolve("demo/demo.vmcore"))) {
            WITH_DEMO.forEach(line -> lines.add("--demo " + line));
            var copy = work.resolve("demo.elf");
            ElfCopy.write(product.resolve("demo/demo.vmcore"), copy);
            WITH_DEMO.forEach(line -> lines.add("--core " + copy.toAbsolutePath() + " " + line));
            var kernel = inputs.resolve("kernel.elf").toAbsolutePath();
            var found = work.resolve("debug");
            var place = found.resolve("boot/vmlinux-" + DEMO_RELEASE);
            Files.createDirectories(found.resolve("boot"));
            Files.copy(kernel, place, StandardCopyOption.REPLACE_EXISTING);
            for (var file : List.of("--symbols " + kernel, "--debug-directory " + found.toAbsolutePath())) {
                WITH_BOTH.forEach(line -> lines.add("--core " + copy.toAbsolutePath() + " " + file + " " + line));
            }
            var modules = Files.createDirectories(found.resolve("lib/modules/" + DEMO_RELEASE + "/kernel"));
            Files.copy(
                    inputs.resolve("pvpanic.ko"), modules.resolve("pvpanic.ko"), StandardCopyOption.REPLACE_EXISTING);
            WITH_MODULE.forEach(line -> lines.add("--core %s --debug-directory %s %s"
                    .formatted(copy.toAbsolutePath(), found.toAbsolutePath(), line)));
        }
        var debugFile = inputs.resolve("debug.elf").toAbsolutePath();
        WITH_DEBUG_FILE.forEach(line -> lines.add("--symbols " + debugFile + " " + line));
        var looked = new ProcessBuilder("sleep", "1000").start();
        WITH_PROCESS.forEach(line -> lines.add("--pid " + looked.pid() + " " + line));
        try {
            make(product.resolve("lib/wyrm-" + id + ".aot"), product, lines, home, work.resolve("log"), false);
            // The shell's editor of lines is trained on a terminal of its own, where one can be had.
            if (Files.isExecutable(TERMINAL)) {
                lines.add("--demo");
                var shell = product.resolve("lib/wyrm-" + id + "-shell.aot");
                make(shell, product, lines, home, work.resolve("shell.log"), true);
            }
        } finally {
            looked.destroy();
        }
        var log = Files.readString(work.resolve("log"));
        if (log.contains(OTHER_BUILD) || !log.contains(ONLY_IN_MODULE)) {
            throw new IOException(
                    "the demo dump is of another kernel than training/kernel.elf and pvpanic.ko: see training/README.md");
        }
        var scripts = new ArrayList<>(List.of("help script"));
        for (var target : List.of("--demo", "--core " + work.resolve("demo.elf").toAbsolutePath())) {
            SCRIPTS.forEach(line -> scripts.add(target + " " + line));
        }
        make(
                product.resolve("lib/wyrm-" + id + "-script.aot"),
                product,
                scripts,
                home,
                work.resolve("script.log"),
                false);
    }

    /** Runs command lines, and makes a cache of what they needed. */
    private static void make(Path cache, Path product, List<String> lines, Path home, Path log, boolean onTerminal)
            throws IOException, InterruptedException {
        var list = log.resolveSibling(log.getFileName() + ".commands");
        Files.writeString(list, lines.stream().collect(Collectors.joining("\n", "", "\n")));
        var command = List.of(
                "env",
                "PAGER=cat",
                "TERM=xterm-256color",
                "--unset=WYRM_PLUGINS",
                "--unset=XDG_CACHE_HOME",
                "--unset=XDG_DATA_HOME",
                "--unset=XDG_RUNTIME_DIR",
                "HOME=" + home.toAbsolutePath(),
                "WYRM_TRAINING=" + cache.toAbsolutePath() + ":" + list.toAbsolutePath(),
                product.resolve("bin/wyrm").toString());
        if (onTerminal) {
            var typed = log.resolveSibling("typed");
            Files.writeString(typed, TYPED);
            var line = TERMINAL + " -qec \"" + String.join(" ", command) + "\" /dev/null < " + typed.toAbsolutePath();
            Processes.run(List.of("/bin/sh", "-c", line), log);
        } else {
            Processes.run(command, log);
        }
        if (!Files.exists(cache)) {
            throw new IOException("no AOT cache was made:\n" + Files.readString(log));
        }
    }
}
