package org.wyrm.itest.product;

import java.util.List;
import java.util.Random;

/** Makes lines for the shell, the same for the same seed: right ones, nearly right ones, and garbage. */
final class RandomLines {
    private static final List<String> COMMANDS = List.of(
            "tasks",
            "tasks --all",
            "tasks PID",
            "log --limit 7",
            "sys",
            "mod",
            "bt PID",
            "bt -a",
            "bt --crashed",
            "meminfo",
            "print EXPR",
            "print -x EXPR",
            "p EXPR",
            "eval EXPR",
            "whatis EXPR",
            "type TYPE",
            "type -o TYPE",
            "struct TYPE",
            "sym NAME",
            "rd NAME 4",
            "rd -32 NAME",
            "vtop NAME",
            "names 'NAME*' --limit 5",
            "list NAME",
            "regs PID",
            "stack PID",
            "frame 1 --task PID",
            "line NAME",
            "scope NAME",
            "ascii 0x6d6172",
            "debuginfo",
            "cache list",
            "plugin list",
            "plugin search",
            "help COMMAND",
            "help nothing",
            "ss",
            "mount",
            "files",
            "EXPR",
            "EXPR",
            "EXPR",
            "set PID",
            "set task PID",
            "set cpu 0",
            "set task",
            "set frame 2",
            "set format FORMAT",
            "set color on",
            "set",
            "alias a1=COMMAND",
            "alias",
            "unalias a1",
            "a1",
            "target",
            "target 1",
            "target 9",
            "COMMAND --format FORMAT",
            "COMMAND --limit 3",
            "COMMAND --stats",
            "COMMAND --nope",
            "COMMAND --help",
            "# EXPR");

    private static final List<String> STAGES = List.of(
            "where KEY == VALUE",
            "where KEY > VALUE && !KEY",
            "where not (KEY < VALUE or KEY ~ 'a.*b')",
            "sort KEY",
            "sort -r KEY",
            "head 3",
            "tail 2",
            "select KEY,KEY",
            "count",
            "head",
            "where",
            "where KEY ==",
            "select nope",
            "grep -c a",
            "cat",
            "foreach bt",
            "foreach print {KEY}");

    private static final List<String> EXPRESSIONS = List.of(
            "init_task.comm",
            "init_task.NAME",
            "NAME",
            "NAME->NAME",
            "&NAME",
            "*NAME",
            "NUMBER",
            "EXPR + EXPR",
            "(EXPR) * EXPR",
            "EXPR ? EXPR : EXPR",
            "sizeof(struct TYPE)",
            "(struct TYPE *)NUMBER",
            "-EXPR",
            "EXPR[NUMBER]",
            "find_task(PID)->NAME",
            "find_task(PID)",
            "init_task.tasks.next",
            "\"text\"[NUMBER]",
            "'c'",
            "per_cpu(NAME, 0)",
            "EXPR / 0",
            "container_of(NAME, struct TYPE, NAME)",
            "(EXPR",
            "EXPR)",
            "EXPR ->",
            "'",
            "jiffies_64 % NUMBER");

    private static final List<String> NAMES = List.of(
            "init_task",
            "comm",
            "mm",
            "jiffies_64",
            "tasks",
            "schedule",
            "nope",
            "pid",
            "se",
            "state",
            "super_blocks",
            "modules",
            "do_exit",
            "_text",
            "saved_command_line",
            "runqueues");
    private static final List<String> TYPES =
            List.of("task_struct", "list_head", "nope", "mm_struct", "page", "pid", "rq", "file", "int");
    private static final List<String> PIDS =
            List.of("1", "2", "0", "99999", "init", "kthreadd", "0xffff888000000000", "-1");
    private static final List<String> KEYS =
            List.of("pid", "comm", "rss", "rss_bytes", "state", "nope", "task", "name");
    private static final List<String> VALUES =
            List.of("1", "'init'", "S", "4K", "0xffff888000000000", "yes", "1.5", "''");
    private static final List<String> FORMATS = List.of("text", "json", "jsonl", "csv", "html", "nope");
    private static final int DEPTH = 5;

    private final long seed = Long.getLong("wyrm.seed", System.currentTimeMillis() / 86_400_000);
    private final Random random = new Random(seed);

    long seed() {
        return seed;
    }

    /** {@return a line that writes no file and ends nothing} */
    String next() {
        if (random.nextInt(20) == 0) {
            return garbage();
        }
        var line = new StringBuilder(filled(any(COMMANDS), 0));
        while (random.nextInt(3) == 0) {
            line.append(" | ").append(filled(any(STAGES), 0));
        }
        return line.toString();
    }

    private String garbage() {
        var text = new StringBuilder("?");
        var length = random.nextInt(60);
        for (var i = 0; i < length; i++) {
            // No pipe, no file, no backslash at the end.
            var c = (char) (random.nextInt(8) == 0 ? 0xa0 + random.nextInt(0x2000) : ' ' + random.nextInt(95));
            text.append("|>!\\".indexOf(c) >= 0 ? '(' : c);
        }
        return text.toString();
    }

    private String filled(String pattern, int depth) {
        var text = new StringBuilder();
        for (var part : pattern.split("(?<![A-Z])(?=[A-Z]{3,})|(?<=[A-Z]{3})(?![A-Z])")) {
            text.append(
                    switch (part) {
                        case "EXPR" -> depth > DEPTH ? "1" : filled(any(EXPRESSIONS), depth + 1);
                        case "COMMAND" -> depth > DEPTH ? "sys" : filled(any(COMMANDS), depth + 3);
                        case "NAME" -> any(NAMES);
                        case "TYPE" -> any(TYPES);
                        case "PID" -> any(PIDS);
                        case "KEY" -> any(KEYS);
                        case "VALUE" -> any(VALUES);
                        case "FORMAT" -> any(FORMATS);
                        case "NUMBER" -> Integer.toString(random.nextInt(100) - 10);
                        default -> part;
                    });
        }
        return text.toString();
    }

    private String any(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }
}
