package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfSymbol;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.EnumType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.dwarf.Compiler;

/** What is read of a compiler's DWARF, told back to the same compiler. */
class CompiledTypesTest {
    private static final String TYPES = """
            typedef unsigned int u32;
            enum small { S1 = 1 } __attribute__((packed));
            enum negative { N1 = -1, N2 = 5 };
            enum large { L1 = 0x7fffffffffffffffLL };
            struct plain { char a; short b; int c; long d; long long e; float f; double g; long double h; _Bool i; };
            struct bits { u32 a : 3; u32 b : 7; u32 : 4; int c : 12; unsigned long long d : 40; char e : 5; _Bool f : 1; };
            struct packedBits { char a; u32 b : 9; u32 c : 30; unsigned long long d : 50; } __attribute__((packed));
            struct arrays { int a[3]; char b[2][3][4]; struct plain *c[5]; int none[0]; int flexible[]; };
            struct outer { int x; union { int y; struct { char p; short q; }; }; struct plain inner; enum small s; };
            union both { int i; double d; char text[13]; struct bits b; };
            struct self { struct self *next; int (*call)(struct self *, ...); const volatile char *text; };
            struct aligned { char a; int b __attribute__((aligned(32))); };
            struct empty { };
            struct bits allBits; struct packedBits allPackedBits; struct arrays allArrays; struct outer allOuter;
            union both allBoth; struct self allSelf; struct aligned allAligned; struct empty allEmpty;
            enum negative allNegative; enum large allLarge; struct plain allPlain;
            """;
    private static final List<String> STRUCTS =
            List.of("plain", "bits", "packedBits", "arrays", "outer", "self", "aligned", "empty");

    static List<List<String>> compilations() {
        var all = new ArrayList<List<String>>();
        for (var version = 2; version <= 5; version++) {
            var option = "-gdwarf-" + version;
            all.add(List.of("gcc", option));
            all.add(List.of("gcc", option, "-m32"));
            all.add(List.of("clang", option));
            all.add(List.of("clang", option, "--target=powerpc64-linux-gnu"));
            all.add(List.of("clang", option, "--target=s390x-linux-gnu"));
            all.add(List.of("s390x-linux-gnu-gcc", option));
        }
        all.add(List.of("gcc", "-gdwarf-2", "-gstrict-dwarf"));
        all.add(List.of("gcc", "-gdwarf-5", "-gdwarf64"));
        all.add(List.of("gcc", "-gdwarf-4", "-fdebug-types-section"));
        all.add(List.of("gcc", "-gdwarf-5", "-fdebug-types-section"));
        all.add(List.of("gcc", "-gdwarf-4", "-gsplit-dwarf"));
        all.add(List.of("gcc", "-gdwarf-5", "-gsplit-dwarf"));
        all.add(List.of("clang", "-gdwarf-5", "-gsplit-dwarf", "--target=powerpc64-linux-gnu"));
        return all;
    }

    @ParameterizedTest
    @MethodSource("compilations")
    void theCompilerAgreesOnSizesAndOffsets(List<String> options, @TempDir Path folder) {
        var compiler = new Compiler(folder);
        compiler.source("types.c", TYPES);
        var words = new ArrayList<>(options.subList(1, options.size()));
        words.addAll(List.of("-c", "-w"));
        var first = new ArrayList<>(words);
        first.add("types.c");
        var object = compiler.compile("types.o", options.getFirst(), first.toArray(String[]::new));
        Assumptions.assumeTrue(object.isPresent());
        var debug = options.contains("-gsplit-dwarf") ? folder.resolve("types.dwo") : object.orElseThrow();

        List<BitField> bitFields;
        String check;
        try (var file = MappedFile.open(debug)) {
            var types = TestFiles.types(TestFiles.sections(ElfFile.parse(file.bytes())));
            assertThat(types.file().problems().stream().filter(problem -> !problem.startsWith(".debug_line")))
                    .isEmpty();
            bitFields = new ArrayList<>();
            check = assertions(types, bitFields);
        }
        compiler.source("check.c", TYPES + check);
        words.removeIf(word -> word.startsWith("-gsplit"));
        words.add("check.c");
        var checked = compiler.compile("check.o", options.getFirst(), words.toArray(String[]::new));

        assertThat(checked).as("%s: %s", options, check).isPresent();
        try (var file = MappedFile.open(checked.orElseThrow())) {
            var elf = ElfFile.parse(file.bytes());
            for (var field : bitFields) {
                assertThat(bitsSet(elf, field.symbol()))
                        .as("%s: %s", options, field)
                        .isEqualTo(field.bits());
            }
        }
        assertThat(bitFields).hasSizeGreaterThan(8);
    }

    /** A variable of which one bit field is all ones, and the bits of it that should be. */
    private record BitField(String symbol, TreeSet<Long> bits) {}

    private static String assertions(DwarfTypes types, List<BitField> bitFields) {
        var text = new StringBuilder("\n#define CHECK(c) _Static_assert(c, #c)\n");
        var all = new ArrayList<CompoundType>();
        for (var name : STRUCTS) {
            all.add(only(types, TypeKind.STRUCT, name));
        }
        all.add(only(types, TypeKind.UNION, "both"));
        for (var type : all) {
            text.append("CHECK(sizeof(%s) == %d);\n".formatted(type, type.byteSize()));
            members(type, type, 0, text, bitFields);
        }
        for (var name : List.of("small", "negative", "large")) {
            var found = types.findTypes(TypeKind.ENUM, name);
            var type = (EnumType) found.getFirst().resolve();
            text.append("CHECK(sizeof(enum %s) == %d);\n".formatted(name, type.byteSize()));
            text.append("CHECK(((enum %s) -1 < 0) == %d);\n".formatted(name, type.signed() ? 1 : 0));
            type.enumerators()
                    .forEach(each -> text.append("CHECK(%s == %dLL);\n".formatted(each.name(), each.value())));
        }
        return text.toString();
    }

    private static CompoundType only(DwarfTypes types, TypeKind kind, String name) {
        var found = types.findTypes(kind, name);
        assertThat(found).as(name).hasSize(1);
        var type = (CompoundType) found.getFirst().resolve();
        assertThat(type.isComplete()).as(name).isTrue();
        return type;
    }

    private static void members(
            CompoundType whole, CompoundType part, long bitOffset, StringBuilder text, List<BitField> bitFields) {
        for (var member : part.members()) {
            var at = bitOffset + member.bitOffset();
            var type = member.type().resolve();
            if (member.name().isEmpty()) {
                if (type.unaliased() instanceof CompoundType inner) {
                    members(whole, inner, at, text, bitFields);
                }
                continue;
            }
            var name = member.name().get();
            if (member.bitFieldBits().isPresent()) {
                var symbol = "probe" + bitFields.size();
                text.append("%s %s = { .%s = -1 };\n".formatted(whole, symbol, name));
                var bits = new TreeSet<Long>();
                for (var bit = 0; bit < member.bitFieldBits().getAsInt(); bit++) {
                    bits.add(at + bit);
                }
                bitFields.add(new BitField(symbol, bits));
            } else {
                text.append("CHECK(__builtin_offsetof(%s, %s) == %d);\n".formatted(whole, name, at / 8));
                var size = byteSize(type.unaliased());
                if (size >= 0) {
                    text.append("CHECK(sizeof(((%s *) 0)->%s) == %d);\n".formatted(whole, name, size));
                }
            }
        }
    }

    private static long byteSize(TargetType type) {
        return switch (type) {
            case TargetType.Scalar scalar -> scalar.byteSize();
            case CompoundType compound -> compound.byteSize();
            case TargetType.ArrayType array ->
                array.elementCount().isEmpty()
                        ? -1
                        : array.elementCount().getAsLong()
                                * byteSize(array.element().resolve().unaliased());
            case TargetType.Derived derived -> -1;
            case TargetType.Named named -> -1;
        };
    }

    /** {@return the bits that are set in a variable, counted as the machine does: from the highest one if it is big-endian} */
    private static TreeSet<Long> bitsSet(ElfFile elf, String name) {
        var symbol = elf.symbolTable().orElseThrow().symbols().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return bitsSet(elf, symbol);
    }

    private static TreeSet<Long> bitsSet(ElfFile elf, ElfSymbol symbol) {
        var section = elf.bytes(elf.sections().get(symbol.sectionIndex()));
        var isBig = section.order() == java.nio.ByteOrder.BIG_ENDIAN;
        var bits = new TreeSet<Long>();
        for (var at = 0L; at < symbol.byteSize(); at++) {
            var value = section.u8(symbol.value() + at);
            for (var bit = 0; bit < 8; bit++) {
                if ((value >> (isBig ? 7 - bit : bit) & 1) != 0) {
                    bits.add(at * 8 + bit);
                }
            }
        }
        return bits;
    }

    @Test
    void whatDwzAndLinkTimeOptimizationMakeHasTheSameTypes(@TempDir Path folder) {
        var compiler = new Compiler(folder);
        compiler.source("types.c", TYPES + "int first(void) { return 1; }");
        compiler.source(
                "more.c",
                TYPES.replaceAll("(?m)^(struct|union|enum) .* all[A-Z].*$", "")
                        + "struct outer more; int first(void); int main() { return first(); }");
        for (var options : List.of(List.of("-gdwarf-4"), List.of("-gdwarf-5"), List.of("-gdwarf-5", "-flto", "-O2"))) {
            var words = new ArrayList<>(options);
            words.addAll(List.of("-w", "-fcommon", "types.c", "more.c"));
            var plain = compiler.compile("plain", "gcc", words.toArray(String[]::new));
            Assumptions.assumeTrue(plain.isPresent());
            var expected = sizes(plain.get(), Optional.empty());
            var small = compiler.run("small", "dwz", "-o", "small", "plain");
            Assumptions.assumeTrue(compiler.compile("second", "gcc", words.toArray(String[]::new))
                    .isPresent());
            var shared = compiler.run("shared", "dwz", "-m", "shared", "plain", "second");

            assertThat(expected).as(options.toString()).hasSize(STRUCTS.size());
            small.ifPresent(file -> assertThat(sizes(file, Optional.empty()))
                    .as("dwz of " + options)
                    .isEqualTo(expected));
            shared.ifPresent(file -> assertThat(sizes(plain.get(), shared))
                    .as("dwz -m of " + options)
                    .isEqualTo(expected));
        }
    }

    private static List<String> sizes(Path path, Optional<Path> alternate) {
        var sizes = new ArrayList<String>();
        try (var file = MappedFile.open(path)) {
            Optional<DebugSections> shared = alternate.map(other -> {
                try (var opened = MappedFile.open(other)) {
                    return TestFiles.sections(ElfFile.parse(opened.bytes()));
                }
            });
            var sections = TestFiles.sections(ElfFile.parse(file.bytes()));
            var types = new DwarfTypes(TestFiles.file(sections, shared, CacheFolder.none()), AddressMapping.NONE);
            assertThat(types.file().problems()).isEmpty();
            for (var name : STRUCTS) {
                var type = (CompoundType)
                        types.findTypes(TypeKind.STRUCT, name).getFirst().resolve();
                sizes.add("%s %d %d"
                        .formatted(name, type.byteSize(), type.members().size()));
            }
        }
        return sizes;
    }

    @Test
    void unitsOfCPlusPlusAndRustAreReadAndTheirTypesNamed(@TempDir Path folder) {
        var compiler = new Compiler(folder);
        compiler.source("a.cc", """
                namespace n { struct s { int x; static int y; virtual ~s() {} }; template <class T> struct box { T t; };
                enum class mode : char { A, B }; int value; int f(int &&x) { return x; } }
                n::s a; n::box<n::s> b; n::mode m; int main() { return n::f(1); }
                """);
        compiler.source("a.rs", """
                pub struct S { pub x: u32, pub y: (u8, u64) }
                pub enum E { A, B(u32), C { s: S } }
                pub static V: u32 = 7;
                fn main() { let e = [E::A, E::B(V), E::C { s: S { x: 1, y: (2, 3) } }]; std::process::exit(e.len() as i32); }
                """);
        var options = List.of(
                List.of("g++", "-gdwarf-4", "a.cc"),
                List.of("clang++", "-gdwarf-5", "a.cc"),
                List.of("rustc", "-g", "a.rs"));
        for (var option : options) {
            var words = option.subList(1, option.size()).toArray(String[]::new);
            var made = compiler.compile("a.out", option.getFirst(), words);
            if (made.isEmpty()) {
                continue;
            }
            try (var file = MappedFile.open(made.get())) {
                var types = TestFiles.types(TestFiles.sections(ElfFile.parse(file.bytes())));
                var isRust = option.getFirst().equals("rustc");

                assertThat(types.file().problems()).as(option.toString()).isEmpty();
                for (var name : isRust ? List.of("a::S", "a::E") : List.of("n::s", "n::box<n::s>")) {
                    assertThat(types.findTypes(TypeKind.STRUCT, name))
                            .as(name)
                            .isNotEmpty()
                            .allSatisfy(ref -> assertThat(((CompoundType) ref.resolve()).byteSize())
                                    .isPositive());
                }
                assertThat(types.findVariables(isRust ? "a::main" : "n::value")).isNotEmpty();
                for (var name :
                        new TreeSet<>(types.typeNames(TypeKind.STRUCT, "").toList())) {
                    types.findTypes(TypeKind.STRUCT, name)
                            .forEach(ref -> assertThat(ref.resolve()).isNotNull());
                }
            }
        }
    }
}
