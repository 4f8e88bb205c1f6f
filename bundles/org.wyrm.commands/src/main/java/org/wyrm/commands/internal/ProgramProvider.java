package org.wyrm.commands.internal;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.UnreadableTargetException;
import org.wyrm.base.error.UsageException;
import org.wyrm.debuginfo.DebugInfoState;
import org.wyrm.debuginfo.SearchWay;
import org.wyrm.platform.command.CommandContext;
import org.wyrm.platform.command.Flag;
import org.wyrm.platform.command.OpenTarget;
import org.wyrm.platform.command.ProvidesTarget;
import org.wyrm.platform.command.ReportsStatistics;
import org.wyrm.platform.command.TargetProvider;
import org.wyrm.program.DebugSettings;
import org.wyrm.program.DebugSettings.Directories;
import org.wyrm.program.DebugSettings.Search;
import org.wyrm.program.ImageSettings;
import org.wyrm.program.Program;
import org.wyrm.program.ProgramOpener;
import org.wyrm.program.spi.TargetConnector;

/** Opens the program that the command line names. */
@ProvidesTarget(
        target = Program.class,
        name = "program",
        choices = {"--core", "--kernel", "--pid", "--qemu", "--gdb", "--demo", "--symbols"})
public final class ProgramProvider implements TargetProvider<Program, ProgramProvider.Options> {
    /** The folder that the product is in; set by the start script. */
    private static final String HOME_PROPERTY = "wyrm.home";

    private static final Path KCORE = Path.of("/proc/kcore");

    /** The name of the way to the running kernel. */
    private static final String KERNEL = "kernel";

    /** What the user may say. */
    public record Options(
            @Flag(
                    names = {"-c", "--core"},
                    argument = "FILE",
                    help = "a core dump of a kernel or of a process, in any format; repeated, each part of a split one")
            List<Path> core,

            @Flag(
                    names = {"-k", "--kernel"},
                    help = "the running kernel")
            boolean kernel,

            @Flag(
                    names = {"-p", "--pid"},
                    argument = "PID",
                    help = "a running process; bt stops each of its threads for a moment")
            Optional<String> pid,

            @Flag(
                    names = {"--qemu"},
                    argument = "ADDRESS",
                    help =
                            "the guest of a QEMU with -qmp: HOST:PORT, or the path of a socket; ,pause pauses it meanwhile")
            Optional<String> qemu,

            @Flag(
                    names = {"--gdb"},
                    argument = "ADDRESS",
                    help = "what a gdb remote stub shows: HOST:PORT, or the path of a socket")
            Optional<String> gdb,

            @Flag(
                    names = {"--vmcoreinfo"},
                    argument = "FILE",
                    help = "the kernel's VMCOREINFO, as text or ELF note, or 0xADDRESS of it in physical memory")
            Optional<String> vmcoreinfo,

            @Flag(
                    names = {"--raw"},
                    help = "take the file for plain physical memory, whatever it begins with")
            boolean raw,

            @Flag(
                    names = {"--memory-map"},
                    argument = "FILE",
                    help = "lines FILE_OFFSET PHYSICAL_ADDRESS SIZE that say where memory is in a plain file of it")
            Optional<Path> memoryMap,

            @Flag(
                    names = {"--demo"},
                    help = "the dump that comes with wyrm")
            boolean demo,

            @Flag(
                    names = {"-s", "--symbols"},
                    argument = "FILE",
                    help =
                            "a file with debugging information, such as vmlinux; may be repeated, and used without a target")
            List<Path> symbols,

            @Flag(
                    names = {"--no-default-symbols"},
                    help = "look for no debugging information but that of --symbols")
            boolean noDefaultSymbols,

            @Flag(
                    names = {"--main-symbols"},
                    help = "look for the kernel's debugging information, not for that of its modules")
            boolean mainSymbols,

            @Flag(
                    names = {"--extra-symbols"},
                    argument = "FILE",
                    help = "a file with debugging information of whatever build; its types are used; may be repeated")
            List<Path> extraSymbols,

            @Flag(
                    names = {"--try-symbols-by"},
                    argument = "WAY,...",
                    help = "look for debugging information in these ways too, such as debuginfod")
            List<String> trySymbolsBy,

            @Flag(
                    names = {"--no-symbols-by"},
                    argument = "WAY,...",
                    help = "do not look for debugging information in these ways")
            List<String> noSymbolsBy,

            @Flag(
                    names = {"--debug-directory"},
                    argument = "DIR",
                    help = "a folder laid out as /usr/lib/debug, looked at before it; may be repeated")
            List<Path> debugDirectory,

            @Flag(
                    names = {"--no-default-debug-directories"},
                    help = "do not look in /usr/lib/debug")
            boolean noDefaultDebugDirectories,

            @Flag(
                    names = {"--kernel-directory"},
                    argument = "DIR",
                    help = "a folder with vmlinux and modules, looked at before the usual places; may be repeated")
            List<Path> kernelDirectory,

            @Flag(
                    names = {"--no-default-kernel-directories"},
                    help = "do not look in the usual places of a kernel and its modules")
            boolean noDefaultKernelDirectories) {}

    @Override
    public Optional<OpenTarget<Program>> open(CommandContext context, Options options) {
        var targets = targets(options);
        if (targets.isEmpty() && options.symbols.isEmpty() && options.extraSymbols.isEmpty()) {
            targets = runningKernel(context);
        }
        if (targets.size() > 1) {
            throw new UsageException("%s and %s name two targets; one can be open"
                    .formatted(targets.get(0).option, targets.get(1).option));
        }
        if (targets.isEmpty() && options.symbols.isEmpty() && options.extraSymbols.isEmpty()) {
            return Optional.empty();
        }
        var debug = settings(options);
        var opener = new ProgramOpener(context.contributions(), CacheFolder.ofUser()).with(imageSettings(options));
        Program program;
        if (targets.isEmpty()) {
            program = opener.openFiles(debug, context.cancellation(), context::warn, context.progress());
        } else if (targets.getFirst().connector.isEmpty()) {
            var paths = options.demo ? List.of(demo()) : options.core;
            program = opener.openCore(paths, debug, context.cancellation(), context::warn, context.progress());
        } else {
            program = opener.connect(
                    targets.getFirst().connector,
                    targets.getFirst().address,
                    debug,
                    context.cancellation(),
                    context::warn,
                    context.progress());
        }
        return Optional.of(new OpenProgram(program, name(targets, options)));
    }

    private static String name(List<NamedTarget> targets, Options options) {
        if (targets.isEmpty()) {
            return paths(options.symbols.isEmpty() ? options.extraSymbols : options.symbols);
        }
        var target = targets.getFirst();
        return target.option.equals("--core") ? paths(options.core) : (target.option + " " + target.address).strip();
    }

    private static String paths(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    /**
     * A target that an option names.
     *
     * @param connector the name of the way to what runs; empty of a file
     */
    private record NamedTarget(String option, String connector, String address) {}

    /** {@return the running kernel, if this user may read it: it is meant where nothing is named} */
    private static List<NamedTarget> runningKernel(CommandContext context) {
        return context.contributions().of(TargetConnector.class).stream()
                        .filter(each -> each.name().equals(KERNEL))
                        .anyMatch(each -> each.get().isDefault())
                ? List.of(new NamedTarget("--kernel", KERNEL, ""))
                : List.of();
    }

    private static List<NamedTarget> targets(Options options) {
        var targets = new ArrayList<NamedTarget>();
        if (options.demo) {
            targets.add(new NamedTarget("--demo", "", ""));
        }
        if (!options.core.isEmpty()) {
            // Others open it as a core dump; it cannot be mapped.
            targets.add(new NamedTarget("--core", options.core.equals(List.of(KCORE)) ? KERNEL : "", ""));
        }
        if (options.kernel) {
            targets.add(new NamedTarget("--kernel", KERNEL, ""));
        }
        options.pid.ifPresent(pid -> targets.add(new NamedTarget("--pid", "pid", pid)));
        options.qemu.ifPresent(address -> targets.add(new NamedTarget("--qemu", "qemu", address)));
        options.gdb.ifPresent(address -> targets.add(new NamedTarget("--gdb", "gdb", address)));
        return targets;
    }

    private static ImageSettings imageSettings(Options options) {
        if (options.core.isEmpty() && (options.raw || options.memoryMap.isPresent())) {
            throw new UsageException("--raw and --memory-map are about the file of --core; there is none");
        }
        var given = options.vmcoreinfo;
        var isAddress = given.isPresent() && given.get().startsWith("0x");
        try {
            return new ImageSettings(
                    isAddress ? Optional.empty() : given.map(Path::of),
                    isAddress
                            ? OptionalLong.of(Long.parseUnsignedLong(given.get().substring(2), 16))
                            : OptionalLong.empty(),
                    options.raw,
                    options.memoryMap);
        } catch (NumberFormatException | InvalidPathException none) {
            throw new UsageException("--vmcoreinfo %s: neither a file nor an address".formatted(given.orElseThrow()));
        }
    }

    private static DebugSettings settings(Options options) {
        if (options.noDefaultSymbols && options.mainSymbols) {
            throw new UsageException("--no-default-symbols and --main-symbols exclude each other");
        }
        var tryBy = words(options.trySymbolsBy);
        var notBy = words(options.noSymbolsBy);
        if (!tryBy.isEmpty() || !notBy.isEmpty()) {
            // Also where nothing will be looked for: a wrong name is an error.
            SearchWay.chosen(tryBy, notBy);
        }
        return new DebugSettings(
                options.symbols,
                options.extraSymbols,
                options.noDefaultSymbols ? Search.NONE : options.mainSymbols ? Search.MAIN : Search.ALL,
                new Directories(options.debugDirectory, !options.noDefaultDebugDirectories),
                new Directories(options.kernelDirectory, !options.noDefaultKernelDirectories),
                tryBy,
                notBy,
                System.getenv());
    }

    /** A program that is open, and what was read of it. */
    private record OpenProgram(Program program, String name) implements OpenTarget<Program>, ReportsStatistics {
        @Override
        public Program with(Cancellation cancellation) {
            return program.with(cancellation);
        }

        /** The file, the kernel or program in it, and what to do for more than it knows of itself. */
        @Override
        public List<String> description() {
            var lines = new ArrayList<String>();
            var state = program.findExtension(DebugInfoState.class);
            var main = state.flatMap(known -> known.parts().findFirst());
            lines.add(main.map(part -> part.label() + ", ").orElse("")
                    + program.image().description());
            if (main.isPresent() && main.get().file().isEmpty()) {
                lines.add("no debugging information: no source lines, no variables of functions; see debuginfo");
            }
            return lines;
        }

        @Override
        public String remark() {
            return program.isRunning() ? "the target runs: what is read of it may change meanwhile; try again" : "";
        }

        @Override
        public Map<String, Long> statistics() {
            return program.memoryStatistics();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** {@return the words of lists with commas between} */
    private static List<String> words(List<String> lists) {
        var words = new ArrayList<String>();
        for (var list : lists) {
            words.addAll(List.of(list.split(",", -1)));
        }
        return words;
    }

    private static Path demo() {
        var home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new UnreadableTargetException("--demo: the property " + HOME_PROPERTY + " is not set");
        }
        var demo = Path.of(home, "demo", "demo.vmcore");
        if (!Files.exists(demo)) {
            throw new UnreadableTargetException(demo + ": this build of wyrm carries no demo dump");
        }
        return demo;
    }
}
