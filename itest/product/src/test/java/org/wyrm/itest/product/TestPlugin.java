package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.Builder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.osgi.annotation.bundle.Capability;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.platform.command.Command;
import org.wyrm.program.Program;

/** Makes a plug-in as one outside this tree is made: a class, compiled against the API, and bnd. */
final class TestPlugin {
    static final String NAME = "com.example.hello";

    private TestPlugin() {}

    private static final String SOURCE = """
            package com.example.hello;

            import java.util.stream.LongStream;
            import java.util.stream.Stream;
            import org.wyrm.platform.command.Command;
            import org.wyrm.platform.command.CommandContext;
            import org.wyrm.platform.command.ProvidesCommand;
            import org.wyrm.platform.command.ProvidesReportSection;
            import org.wyrm.program.Program;

            public final class Commands {
                public record Row(long n, String greeting) {}

                public record Options() {}

                @ProvidesCommand(name = "hello", summary = "greet", row = Row.class)
                public static final class Hello implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        return LongStream.range(0, 3).mapToObj(n -> new Row(n, "GREETING \\"quoted\\", with a comma \\u00e9"));
                    }
                }

                @ProvidesCommand(name = "endless", summary = "go on until told to stop", row = Row.class)
                public static final class Endless implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        return LongStream.iterate(0, n -> n + 1).mapToObj(n -> {
                            context.cancellation().check();
                            return new Row(n, "on and on");
                        });
                    }
                }

                @ProvidesReportSection(name = "quiet", title = "A section", command = "quiet")
                @ProvidesCommand(name = "quiet", summary = "find nothing, until told to stop", row = Row.class)
                public static final class Quiet implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        System.err.println("started");
                        while (true) {
                            context.cancellation().check();
                            Thread.onSpinWait();
                        }
                    }
                }

                @ProvidesReportSection(name = "stubborn", title = "A section", command = "stubborn")
                @ProvidesCommand(name = "stubborn", summary = "never stop", row = Row.class)
                public static final class Stubborn implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        System.err.println("started");
                        while (true) {
                            Thread.onSpinWait();
                        }
                    }
                }

                @ProvidesCommand(name = "aim", summary = "look at the target", row = Row.class, target = Program.class)
                public static final class Aim implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        Object program = context.target(Program.class);
                        return Stream.of(new Row(1, "GREETING " + program.getClass().getSimpleName()));
                    }
                }

                @ProvidesReportSection(name = "exit", title = "A section", command = "exit")
                @ProvidesCommand(name = "exit", summary = "end the process", row = Row.class)
                public static final class Exit implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        System.exit(42);
                        return Stream.of();
                    }
                }

                @ProvidesCommand(name = "halt", summary = "end the process at once", row = Row.class)
                public static final class Halt implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        Runtime.getRuntime().halt(42);
                        return Stream.of();
                    }
                }

                @ProvidesReportSection(name = "printing", title = "A section", command = "printing")
                @ProvidesCommand(name = "printing", summary = "print what is no row", row = Row.class)
                public static final class Printing implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        System.out.println("not a row");
                        return Stream.of(new Row(1, "a row"));
                    }
                }

                @ProvidesReportSection(name = "broken", title = "A section", command = "broken")
                @ProvidesCommand(name = "broken", summary = "have a bug", row = Row.class)
                public static final class Broken implements Command<Options> {
                    @Override
                    public Stream<Row> run(CommandContext context, Options options) {
                        throw new IllegalStateException("a bug of mine");
                    }
                }
            }
            """;

    /**
     * {@return a plug-in with commands that greet, that go on, and that do not stop}
     *
     * @param greeting what it says, to tell one version from another
     */
    static Path build(Path folder, String version, String greeting) throws Exception {
        return build(folder, version, greeting, "");
    }

    /** @param requirement what it needs beside its imports: a value of Require-Capability */
    static Path build(Path folder, String version, String greeting, String requirement) throws Exception {
        var work = Files.createDirectories(folder.resolve("hello-" + version));
        var source = Files.createDirectories(work.resolve("com/example/hello")).resolve("Commands.java");
        Files.writeString(source, SOURCE.replace("GREETING", greeting));
        var classes = Files.createDirectories(work.resolve("classes"));
        var arguments = List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                api().stream().map(File::toString).collect(Collectors.joining(File.pathSeparator)),
                source.toString());
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .as("compiles")
                .isZero();
        try (var builder = new Builder()) {
            builder.addClasspath(classes.toFile());
            for (var bundle : api()) {
                builder.addClasspath(bundle);
            }
            builder.setBundleSymbolicName(NAME);
            builder.setBundleVersion(version);
            builder.setPrivatePackage("com.example.hello");
            builder.setProperty("-noextraheaders", "true");
            if (!requirement.isEmpty()) {
                builder.setProperty("Require-Capability", requirement);
            }
            var jar = builder.build();
            assertThat(builder.getErrors()).isEmpty();
            var file = folder.resolve(NAME + "-" + version + ".jar");
            jar.write(file.toFile());
            return file;
        }
    }

    /** {@return where the API is that it is compiled against} */
    private static List<File> api() {
        return Stream.of(Command.class, Cancellation.class, Capability.class, Program.class)
                .map(type -> new File(
                        type.getProtectionDomain().getCodeSource().getLocation().getPath()))
                .toList();
    }
}
