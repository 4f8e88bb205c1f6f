package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.elf.ElfSection;
import org.wyrm.itest.dwarf.OpenDwarf;
import org.wyrm.lang.c.CFormat;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dwarf.Compiler;
import org.wyrm.testkit.dwarf.Pahole;

/**
 * What compilers make in each version of DWARF, for machines of either byte order and width: its structures beside
 * pahole's, its lines beside llvm-symbolizer's, and the same again from what dwz, objcopy and strip make of the file.
 */
class CompiledFilesIT {
    private static final String HEADER = """
            static inline __attribute__((always_inline)) int clamp(int value, int limit)
            {
                return value > limit ? limit : value;
            }
            """;

    private static final String C = """
            #include "clamp.h"
            typedef unsigned int u32;
            struct bits { u32 a : 3; u32 b : 17; u32 : 4; int c : 12; unsigned long long d : 40; };
            struct list { struct list *next; union { int i; char text[2][7]; }; int (*call)(struct list *, ...); };
            struct all { struct bits bits; struct list list[3]; enum mode { OFF, ON = 7 } mode; double ratio; char end[]; };
            struct all *volatile all;
            static __attribute__((noinline)) int sum(struct list *first, int count)
            {
                int total = 0;
                for (; first && count; first = first->next, count--) {
                    int part = first->call ? first->call(first) : clamp(first->i, count);
                    total += clamp(part, 100);
                }
                return total;
            }
            int main(int argc, char **argv)
            {
                all->bits.b = argc;
                return clamp(sum(all->list, argc), 3) + all->mode + (all->ratio > 1);
            }
            """;

    private static final String CPP = """
            #include "clamp.h"
            namespace n {
                struct s { int x; virtual int get(int limit) { return clamp(x, limit); } };
                template <class T> struct box { T t; int both(int limit) { return t.get(limit) + clamp(limit, 9); } };
                enum class mode : char { A, B };
            }
            extern n::box<n::s> *volatile box;
            n::box<n::s> *volatile box;
            n::mode mode;
            int main(int argc, char **) { return box->both(argc) + (int) mode; }
            extern "C" void __cxa_pure_virtual() {}
            """;

    private static final String RUST = """
            #![no_std]
            #![no_main]
            pub struct S { pub x: u32, pub y: (u8, u64) }
            #[inline(always)] fn clamp(value: u32, limit: u32) -> u32 { if value > limit { limit } else { value } }
            #[no_mangle] pub static mut V: S = S { x: 1, y: (2, 3) };
            #[no_mangle] pub extern "C" fn main() -> u32 { unsafe { clamp(V.x, 7) + clamp(V.y.0 as u32, 3) } }
            #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
            """;

    /** Each makes {@code changed} of {@code plain}; the first word's prefix is the machine's. */
    private static final List<String> FORMS = List.of(
            "dwz -o changed plain",
            "objcopy --compress-debug-sections=zlib plain changed",
            "objcopy --compress-debug-sections=zlib-gnu plain changed",
            "objcopy --compress-debug-sections=zstd plain changed",
            "objcopy --only-keep-debug plain changed");

    static Stream<String> compilations() {
        var all = new ArrayList<String>();
        for (var version = 2; version <= 5; version++) {
            for (var compiler : List.of("gcc", "clang", "s390x-linux-gnu-gcc", "powerpc-linux-gnu-gcc")) {
                all.add(compiler + " -gdwarf-" + version + " -O2 main.c");
            }
            for (var more : List.of("gcc -O0", "gcc -m32 -O2", "clang -m32 -O1", "gcc -fdebug-types-section -O1")) {
                all.add(more + " -gdwarf-" + version + " main.c");
            }
            all.add("g++ -gdwarf-" + version + " -O1 -fno-rtti main.cc");
            all.add("clang++ -gdwarf-" + version + " -O2 -fno-rtti main.cc");
        }
        all.add("gcc -gdwarf-5 -gdwarf64 -O2 main.c");
        all.add("gcc -gdwarf-4 -flto -O2 main.c");
        all.add("rustc -g -Copt-level=1 -Cpanic=abort -Clink-arg=-nostdlib -Clink-arg=-Wl,-e,main main.rs");
        return all.stream();
    }

    /** What a file tells: its definitions by name, the frames of its code by address. */
    private record Answers(Map<String, List<String>> definitions, Map<String, List<Frame>> frames) {}

    @ParameterizedTest
    @MethodSource("compilations")
    void everyFormTellsWhatOtherToolsTell(String compilation, @TempDir Path folder) {
        var plain = compile(new Compiler(folder), compilation);
        var addresses = new ArrayList<String>();
        Answers answers;
        try (var file = OpenDwarf.open(plain)) {
            for (var section : file.file().elf().sections()) {
                if ((section.flags() & ElfSection.SHF_EXECINSTR) != 0
                        && section.name().startsWith(".text")) {
                    for (var at = 0L; at < section.byteSize(); at++) {
                        addresses.add(Frame.text(section.address() + at));
                    }
                }
            }
            answers = answers(file, addresses);
            // pahole 1.24 reads no type units: it ends by a signal, or leaves members out.
            if (compilation.endsWith(".c") && !compilation.contains("-fdebug-types-section")) {
                structuresAreThoseOfPahole(file, plain);
            }
        }

        assertThat(answers.definitions).containsKey(nameIn(compilation));
        assertThat(answers.frames.values())
                .anySatisfy(frames -> assertThat(frames).hasSizeGreaterThan(1));
        var theirs = Frame.parse(Peer.of("llvm-symbolizer")
                .ask(addresses, "--output-style=GNU", "-a", "-i", "--functions=short", "-e", plain.toString()));
        for (var address : addresses) {
            assertThat(answers.frames.get(address)).as(address).isEqualTo(theirs.get(address));
        }
        for (var form : FORMS) {
            var command = (form.startsWith("objcopy") ? prefix(compilation) : "") + form;
            new Compiler(folder).run("changed", command.split(" ")).ifPresent(changed -> {
                try (var file = OpenDwarf.open(changed)) {
                    assertThat(answers(file, addresses)).as(form).isEqualTo(answers);
                }
            });
        }
    }

    private static String nameIn(String compilation) {
        return compilation.endsWith(".c")
                ? "struct all"
                : compilation.endsWith(".cc") ? "struct n::box<n::s>" : "struct main::S";
    }

    /** {@return what the machine's tools are called by} */
    private static String prefix(String compilation) {
        var compiler = compilation.substring(0, compilation.indexOf(' '));
        return compiler.endsWith("-gcc") ? compiler.substring(0, compiler.length() - "gcc".length()) : "";
    }

    private static Path compile(Compiler compiler, String compilation) {
        compiler.source("clamp.h", HEADER);
        compiler.source("main.c", C);
        compiler.source("main.cc", CPP);
        compiler.source("main.rs", RUST);
        var words = new ArrayList<>(List.of(compilation.split(" ")));
        if (!compilation.startsWith("rustc")) {
            words.addAll(1, List.of("-nostdlib", "-static", "-fno-pie", "-no-pie", "-w", "-Wl,-e,main"));
        }
        words.addAll(List.of("-o", "plain"));
        var plain = compiler.run("plain", words.toArray(String[]::new));
        assumeTrue(plain.isPresent(), "NOT COMPARED: " + compilation);
        return plain.orElseThrow();
    }

    private static Answers answers(OpenDwarf file, List<String> addresses) {
        assertThat(file.dwarf().file().problems()).isEmpty();
        var definitions = new TreeMap<String, List<String>>();
        for (var kind : List.of(TypeKind.STRUCT, TypeKind.UNION, TypeKind.ENUM, TypeKind.TYPEDEF)) {
            for (var name : new TreeSet<>(file.dwarf().typeNames(kind, "").toList())) {
                definitions.put(
                        kind.label() + " " + name,
                        file.dwarf().findTypes(kind, name).stream()
                                .map(ref -> CFormat.define(ref.resolve(), CFormat.Offsets.BYTES))
                                .toList());
            }
        }
        var lines = file.dwarf().lines().orElseThrow();
        var frames = new TreeMap<String, List<Frame>>();
        for (var address : addresses) {
            frames.put(address, Frame.at(lines, Frame.address(address)));
        }
        return new Answers(definitions, frames);
    }

    private static void structuresAreThoseOfPahole(OpenDwarf file, Path path) {
        var printed = LabKernel.output("pahole", "-F", "dwarf", path.toString())
                .orElseGet(() -> Peer.skipped("NOT COMPARED with pahole: it is not installed"));
        var theirs = Pahole.layouts(printed);
        assertThat(theirs).containsKeys("bits", "list", "all");
        theirs.forEach((name, layouts) -> {
            var ours = file.dwarf().findTypes(TypeKind.STRUCT, name).stream()
                    .map(ref -> layout((CompoundType) ref.resolve()))
                    .toList();
            assertThat(ours).as(name).containsAll(layouts);
        });
    }

    private static String layout(CompoundType type) {
        var layout = new Pahole.Layout(type.byteSize());
        for (var member : type.members()) {
            member.name()
                    .ifPresent(name -> layout.member(
                            name, member.bitOffset(), member.bitFieldBits().isPresent()));
        }
        return layout.toString();
    }
}
