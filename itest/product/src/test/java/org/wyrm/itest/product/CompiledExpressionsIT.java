package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.api.Debugger;
import org.wyrm.base.error.Attempt;
import org.wyrm.lang.c.CFormat;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TargetType.FloatType;
import org.wyrm.testkit.dwarf.Compiler;

/**
 * Random expressions of C, over variables of every scalar type: what GCC's program says each is worth and of which type
 * it is, and what wyrm says of the same program's file.
 */
class CompiledExpressionsIT {
    private static final int COUNT = 20_000;
    private static final long SEED = 20261122;

    /** How many expressions one function has: GCC's time grows with the square of it. */
    private static final int IN_ONE_FUNCTION = 200;

    private static final String SAY = """
            #include <stdio.h>
            #include <string.h>
            static void say(const char *type, const void *value, int size, int is_float)
            {
                const unsigned char *bytes = value;
                if (is_float && size == 16) size = 10;
                printf("%s:", type);
                for (int i = 0; i < size; i++) printf("%02x", bytes[i]);
                putchar('\\n');
            }
            #define TYPE(e) _Generic((e), _Bool: "_Bool", char: "char", signed char: "signed char", \\
                unsigned char: "unsigned char", short: "short", unsigned short: "unsigned short", int: "int", \\
                unsigned: "unsigned int", long: "long", unsigned long: "unsigned long", long long: "long long", \\
                unsigned long long: "unsigned long long", __int128: "__int128", \\
                unsigned __int128: "unsigned __int128", float: "float", double: "double", long double: "long double")
            #define FLOAT(e) _Generic((e), float: 1, double: 1, long double: 1, default: 0)
            #define E(e) { __typeof__((e)) value = (e); say(TYPE(e), &value, sizeof value, FLOAT(e)); }
            """;

    @Test
    void areWorthWhatTheCompilerSays(@TempDir Path folder) throws IOException {
        var expressions = new RandomExpressions(SEED).take(COUNT);
        var compiler = new Compiler(folder);
        compiler.source("main.c", source(expressions));
        var program = compiler.compile("main", "gcc", "-g", "-O0", "-w", "-fwrapv", "-no-pie", "-fno-pie", "main.c");
        assertThat(program).as("what gcc makes").isPresent();
        var said = run(program.get());
        assertThat(said).hasSize(COUNT);

        var differences = new ArrayList<String>();
        try (var opened =
                Debugger.openFiles(DebugSettings.builder().file(program.get()).build())) {
            for (var i = 0; i < COUNT; i++) {
                var ours = answer(opened, expressions.get(i));
                var theirs = isNan(said.get(i)) ? said.get(i).replaceFirst(":.*", ":nan") : said.get(i);
                if (!ours.equals(theirs)) {
                    differences.add(expressions.get(i) + "\n  wyrm " + ours + "\n  gcc  " + theirs);
                }
            }
        }

        System.err.println("CompiledExpressionsIT: " + COUNT + " expressions, " + differences.size() + " differ");
        assertThat(differences).isEmpty();
    }

    private static String source(List<String> expressions) {
        var text = new StringBuilder(SAY).append(RandomExpressions.VARIABLES);
        for (var i = 0; i < expressions.size(); i++) {
            if (i % IN_ONE_FUNCTION == 0) {
                text.append(i == 0 ? "" : "}\n").append("static void part%d(void) {\n".formatted(i / IN_ONE_FUNCTION));
            }
            text.append("E(").append(expressions.get(i)).append(")\n");
        }
        text.append("}\nint main(void) {\n");
        for (var i = 0; i < expressions.size(); i += IN_ONE_FUNCTION) {
            text.append("part%d();\n".formatted(i / IN_ONE_FUNCTION));
        }
        return text.append("}\n").toString();
    }

    private static List<String> run(Path program) throws IOException {
        var process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static String answer(Program program, String expression) {
        return switch (Attempt.of(() -> answer(program.evaluate(expression)))) {
            case Attempt.Success<String>(var text) -> text;
            case Attempt.Failure<String>(var error) -> String.valueOf(error.getMessage());
        };
    }

    private static String answer(Value value) {
        var type = value.type().unaliased();
        var name = CFormat.name(type);
        if (type instanceof FloatType floating) {
            var isNan = value.floatValue().isNan();
            var size = floating.byteSize() == 16 ? 10 : floating.byteSize();
            return name + ":" + (isNan ? "nan" : HexFormat.of().formatHex(value.bytes(), 0, size));
        }
        return (type instanceof EnumType enumeration ? compatible(enumeration) : name) + ":"
                + HexFormat.of().formatHex(value.bytes());
    }

    /** The integer type that _Generic takes an enumeration for. */
    private static String compatible(EnumType type) {
        return switch (type.byteSize()) {
            case 1 -> "unsigned char";
            case 4 -> type.signed() ? "int" : "unsigned int";
            default -> "unsigned long";
        };
    }

    private static boolean isNan(String said) {
        var type = said.substring(0, said.indexOf(':'));
        var bytes = HexFormat.of().parseHex(said.substring(said.indexOf(':') + 1));
        var high = 0L;
        for (var i = bytes.length - 1; i >= Math.max(0, bytes.length - 8); i--) {
            high = high << 8 | bytes[i] & 0xff;
        }
        return switch (type) {
            case "float" -> Float.isNaN(Float.intBitsToFloat((int) high));
            case "double" -> Double.isNaN(Double.longBitsToDouble(high));
            case "long double" ->
                (high >>> 48 & 0x7fff) == 0x7fff && (high << 16 | (bytes[1] & 0xff) << 8 | bytes[0] & 0xff) << 1 != 0;
            default -> false;
        };
    }
}
