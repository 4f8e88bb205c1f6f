package org.wyrm.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.elf.ElfFile;
import org.wyrm.elf.ElfRelocator;
import org.wyrm.elf.ElfSectionAddresses;
import org.wyrm.testkit.dump.Sample;
import org.wyrm.testkit.dwarf.Compiler;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;

class UnitScannerTest {
    private static final String SOURCE = """
            typedef unsigned long size;
            enum colour { RED, GREEN = -5, BLUE = 1000 };
            enum { ANONYMOUS = 0x7fffffffffffffff };
            struct list { struct list *next; struct { int a : 3; unsigned b : 5; }; };
            union both { int i; float f; char text[3][4]; };
            struct opaque;
            static int numbers[10] = {1};
            extern struct opaque *elsewhere;
            __thread int own;
            const long constant = 7;
            static inline int twice(int x) { enum inner { INNER }; struct local { int y; } l = {x}; return l.y + x; }
            int (*handler)(const char *, ...);
            struct list head;
            int plain() { return twice(3) + numbers[1] + elsewhere[0].x; }
            int used(union both *b, enum colour c, size s) { static int calls; { int inner = twice(b->i); calls += inner; }
                return twice(calls) + (int) c + (int) s; }
            """.replace("struct opaque;", "struct opaque { int x; };");

    private static final String CPLUSPLUS = """
            namespace outer { namespace { struct hidden { int x; }; } namespace inner { enum class mode : char { A, B };
            template <typename T> struct box { T t; static int count; virtual ~box() {} int f(int &&); };
            inline namespace v1 { typedef box<int> ints; int value = 3; } } int inner_f(); }
            template <typename T> int outer::inner::box<T>::count = 0;
            template <typename T> int outer::inner::box<T>::f(int &&x) { return x; }
            int outer::inner_f() { inner::ints i; hidden h{1}; return i.f(2) + h.x + inner::ints::count; }
            struct derived : outer::inner::ints { using base = outer::inner::ints; int y; };
            derived d; decltype(nullptr) n;
            """;

    /** {@return whether the scanner and the walk tell the same, as far as both can read} */
    static void compare(UnitScanner scanner, DwarfInfo info, DwarfSection section, UnitHeader header, String what) {
        var scanned = DieWalk.byScanner(scanner, info, section, header);
        var walked = DieWalk.byTree(new DwarfUnit(info, section, header));
        if (scanned.error() == null && walked.error() == null) {
            assertThat(scanned.entries()).as(what).isEqualTo(walked.entries());
            return;
        }
        // The scanner passes over what it does not look at; each may stop where the other goes on, but not tell
        // another.
        var common = Math.min(scanned.entries().size(), walked.entries().size());
        assertThat(scanned.entries().subList(0, common))
                .as(what)
                .isEqualTo(walked.entries().subList(0, common));
        if (walked.error() == null) {
            assertThat(scanned.error()).as(what).isNotNull();
        }
    }

    private static int compareAll(DwarfInfo info, String what) {
        var scanner = new UnitScanner();
        var count = 0;
        for (var section : List.of(DwarfSection.INFO, DwarfSection.TYPES)) {
            for (var unit : info.units(section)) {
                var walked = DieWalk.byTree(unit);
                assertThat(walked.error()).as(what).isNull();
                var scanned = DieWalk.byScanner(scanner, info, section, unit.header());
                assertThat(scanned.error()).as(what).isNull();
                assertThat(scanned.entries()).as(what).isEqualTo(walked.entries());
                count += walked.entries().size();
            }
        }
        return count;
    }

    /** Entries of every kind and in every way that an abbreviation can be translated. */
    static DwarfBuilder everyWay(ByteOrder order, int version, int format, int addressByteSize) {
        var dwarf = new DwarfBuilder(order);
        for (var count = 0; count < 2; count++) {
            var unit = dwarf.unit(version).addresses(addressByteSize);
            if (format == 8) {
                unit.dwarf64();
            }
            if (count == 1) {
                unit.codesFrom(120);
            }
            var root = unit.root().text(DW_AT_name, DW_FORM_string, "a.c");
            fill(root, 2);
        }
        return dwarf;
    }

    private static void fill(DwarfEntryBuilder root, int nesting) {
        var origin = root.child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_strp, "f")
                .number(DW_AT_decl_file, DW_FORM_data1, 200)
                .number(DW_AT_decl_line, DW_FORM_data2, 60_000)
                .implicit(DW_AT_inline, 3);
        root.child(DW_TAG_subprogram).implicit(DW_AT_declaration, 1).text(DW_AT_name, DW_FORM_strp, "g");
        root.child(DW_TAG_subprogram).implicit(DW_AT_declaration, 0).text(DW_AT_name, DW_FORM_strp, "g");
        root.child(DW_TAG_subprogram)
                .reference(DW_AT_abstract_origin, DW_FORM_ref4, origin)
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1000)
                .sibling(DW_FORM_ref4)
                .child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "inside");
        root.child(DW_TAG_variable)
                .reference(DW_AT_specification, DW_FORM_ref_udata, origin)
                .block(DW_AT_location, DW_FORM_exprloc, 3, 1, 2, 3, 4, 5, 6, 7, 8);
        root.child(DW_TAG_variable)
                .text(DW_AT_name, DW_FORM_string, "v")
                .number(DW_AT_decl_file, DW_FORM_udata, 300)
                .number(DW_AT_decl_line, DW_FORM_data4, 0x1234_5678)
                .block(DW_AT_location, DW_FORM_block1, 3, 1, 2, 3, 4);
        root.child(DW_TAG_structure_type)
                .text(DW_AT_name, DW_FORM_strp, "s")
                .number(DW_AT_byte_size, DW_FORM_data2, 0x1234)
                .implicit(DW_AT_decl_file, 4)
                .implicit(DW_AT_decl_line, 77)
                .sibling(DW_FORM_ref2)
                .child(DW_TAG_structure_type)
                .text(DW_AT_name, DW_FORM_strp, "inside")
                .child(DW_TAG_member);
        root.child(DW_TAG_union_type)
                .indirectText(DW_AT_name, DW_FORM_strp, "u")
                .indirectNumber(DW_AT_byte_size, DW_FORM_data1, 9)
                .indirectNumber(DW_AT_decl_line, DW_FORM_data2, 99)
                .indirectNumber(DW_AT_decl_file, DW_FORM_data1, 2)
                .indirectNumber(DW_AT_declaration, DW_FORM_flag, 1)
                .child(DW_TAG_member)
                .indirectNumber(DW_AT_byte_size, DW_FORM_data1, 9);
        root.child(DW_TAG_class_type)
                .text(DW_AT_name, DW_FORM_line_strp, "c")
                .block(DW_AT_byte_size, DW_FORM_exprloc, 1, 2)
                .number(DW_AT_signature, DW_FORM_ref_sig8, 1);
        root.child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_string, "first")
                .text(DW_AT_name, DW_FORM_string, "second")
                .number(DW_AT_decl_line, DW_FORM_data1, 1)
                .number(DW_AT_decl_line, DW_FORM_data1, 2)
                .indirectNumber(DW_AT_decl_line, DW_FORM_data1, 3);
        root.child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_strp, "first")
                .text(DW_AT_name, DW_FORM_strp, "second")
                .number(DW_AT_byte_size, DW_FORM_data1, 1)
                .number(DW_AT_byte_size, DW_FORM_data1, 2);
        root.child(DW_TAG_structure_type)
                .indirectNumber(DW_AT_sibling, DW_FORM_ref4, 1)
                .child(DW_TAG_member);
        root.child(DW_TAG_structure_type)
                .number(DW_AT_sibling, DW_FORM_ref_addr, 1)
                .child(DW_TAG_member);
        root.child(DW_TAG_structure_type)
                .number(DW_AT_sibling, DW_FORM_data4, 1)
                .child(DW_TAG_member);
        var wide = root.child(DW_TAG_base_type).text(DW_AT_name, DW_FORM_strp, "wide");
        for (var count = 0; count < 40; count++) {
            wide.raw(0x2000 + count, DW_FORM_data16, new int[16]);
        }
        wide.number(DW_AT_byte_size, DW_FORM_data1, 5);
        var long1 = root.child(DW_TAG_unspecified_type);
        for (var count = 0; count < 40; count++) {
            long1.number(0x2000 + count, count % 2 == 0 ? DW_FORM_udata : DW_FORM_data2, 0x4000);
            long1.block(0x2100 + count, count % 2 == 0 ? DW_FORM_exprloc : DW_FORM_block2, new int[count]);
            long1.text(0x2200 + count, DW_FORM_string, "x".repeat(count));
        }
        long1.number(DW_AT_decl_line, DW_FORM_sdata, -3);
        var colours = root.child(DW_TAG_enumeration_type).flag(DW_AT_declaration);
        colours.child(DW_TAG_enumerator)
                .text(DW_AT_name, DW_FORM_string, "RED")
                .number(DW_AT_const_value, DW_FORM_sdata, -1);
        colours.child(DW_TAG_enumerator).text(DW_AT_name, DW_FORM_strp, "GREEN").implicit(DW_AT_const_value, 5);
        if (nesting > 0) {
            fill(
                    root.child(DW_TAG_namespace)
                            .text(DW_AT_name, DW_FORM_string, "n")
                            .sibling(DW_FORM_ref4),
                    nesting - 1);
            fill(root.child(DW_TAG_namespace), 0);
            fill(root.child(DW_TAG_lexical_block), 0);
        }
    }

    @ParameterizedTest
    @MethodSource("org.wyrm.dwarf.BuiltEntries#encodings")
    void reportsWhatAWalkOfTheTreeFinds(ByteOrder order, int version, int format, int addressByteSize) {
        var info = BuiltSections.of(everyWay(order, version, format, addressByteSize))
                .info();

        assertThat(compareAll(info, "built")).isGreaterThan(100);
    }

    @Test
    void reportsNothingElseWhenBytesAreChanged() {
        for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            mutate(BuiltSections.of(everyWay(order, 5, 4, 8)), Sample.size(800, 100));
            mutate(BuiltSections.of(everyWay(order, 3, 8, 4)), Sample.size(300, 50));
        }
    }

    private static void mutate(BuiltSections sound, int rounds) {
        var seed = Sample.of(rounds).seed();
        var random = new Random(seed);
        var scanner = new UnitScanner();
        for (var round = 0; round < rounds; round++) {
            var changed = sound;
            for (var section : List.of(".debug_info", ".debug_abbrev")) {
                var bytes = sound.get(section).clone();
                var count = random.nextInt(section.equals(".debug_info") ? 6 : 3);
                for (var change = 0; change < count; change++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                changed = changed.with(section, bytes);
            }
            compareDamaged(scanner, changed, "seed %d, round %d".formatted(seed, round));
        }
    }

    private static void compareDamaged(UnitScanner scanner, BuiltSections changed, String what) {
        var info = changed.info();
        var section = changed.sections(null).section(DwarfSection.INFO);
        try {
            for (var offset = 0L; offset < section.byteSize(); ) {
                var header = UnitHeader.parse(section, offset, false);
                compare(scanner, info, DwarfSection.INFO, header, what);
                offset = header.endOffset();
            }
        } catch (MalformedDataException expected) {
            // The headers behind are lost.
        } catch (RuntimeException e) {
            fail(what, e);
        }
    }

    @Test
    void aUnitThatIsCutAnywhereIsReadSoFarOrRejected() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        fill(dwarf.unit(5).root(), 1);
        var sound = BuiltSections.of(dwarf);
        var info = sound.get(".debug_info");
        var scanner = new UnitScanner();
        var whole = DieWalk.byTree(sound.info().units(DwarfSection.INFO).getFirst());

        Sample.indexes(info.length - 13, 200).map(index -> 13 + index).forEach(size -> {
            var cut = java.util.Arrays.copyOf(info, size);
            var length = size - 4;
            cut[0] = (byte) length;
            cut[1] = (byte) (length >> 8);
            var sections = sound.with(".debug_info", cut);
            compareDamaged(scanner, sections, "cut at " + size);
            var header = UnitHeader.parse(sections.sections(null).section(DwarfSection.INFO), 0, false);
            var scanned = DieWalk.byScanner(scanner, sections.info(), DwarfSection.INFO, header);

            assertThat(whole.entries().subList(0, scanned.entries().size())).isEqualTo(scanned.entries());
        });
    }

    @Test
    void abbreviationsThatAreCutAnywhereAreRejected() {
        var sound = BuiltSections.of(everyWay(ByteOrder.LITTLE_ENDIAN, 5, 4, 8));
        var abbreviations = sound.get(".debug_abbrev");
        var scanner = new UnitScanner();

        for (var size = 0; size < abbreviations.length; size += 3) {
            compareDamaged(
                    scanner,
                    sound.with(".debug_abbrev", java.util.Arrays.copyOf(abbreviations, size)),
                    "cut at " + size);
        }
    }

    /** No compiler writes it; a damaged file may have it. The abstract origin counts, whichever comes first. */
    @Test
    void whereThereAreTwoOriginsTheAbstractOneCounts() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var root = dwarf.unit(5).root();
        var one = root.child(DW_TAG_subprogram).text(DW_AT_name, DW_FORM_string, "one");
        var two = root.child(DW_TAG_subprogram).text(DW_AT_name, DW_FORM_string, "two");
        root.child(DW_TAG_subprogram)
                .reference(DW_AT_specification, DW_FORM_ref4, one)
                .reference(DW_AT_abstract_origin, DW_FORM_ref4, two);
        root.child(DW_TAG_subprogram)
                .reference(DW_AT_abstract_origin, DW_FORM_ref4, two)
                .reference(DW_AT_specification, DW_FORM_ref4, one);

        assertThat(compareAll(BuiltSections.of(dwarf).info(), "two origins")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {126, 127, 128, 0x3fff, 0xffff, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1000})
    void codesMayBeAnyNumberOf64Bits(long first) {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        fill(dwarf.unit(5).codesFrom(first).root(), 1);

        assertThat(compareAll(BuiltSections.of(dwarf).info(), Long.toHexString(first)))
                .isGreaterThan(10);
    }

    /** More than the scanner keeps, by two sets of codes: what it forgets, it finds out anew. */
    @Test
    void moreAbbreviationsThanAnyFileHasAreToldApart() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        for (var first : List.of(0, 10_000, 5_000, 0)) {
            var root = dwarf.unit(5).root();
            for (var line = first; line < first + 10_000; line++) {
                root.child(DW_TAG_typedef).implicit(DW_AT_decl_line, line).text(DW_AT_name, DW_FORM_strp, "t");
            }
        }

        assertThat(compareAll(BuiltSections.of(dwarf).info(), "many")).isEqualTo(40_000);
    }

    @Test
    void oneScannerServesFilesOfBothOrders() {
        var scanner = new UnitScanner();
        for (var order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            var info = BuiltSections.of(everyWay(order, 5, 4, 8)).info();
            for (var unit : info.units(DwarfSection.INFO)) {
                compare(scanner, info, DwarfSection.INFO, unit.header(), order.toString());
            }
        }
    }

    @Test
    void abbreviationsAtMinusOneAreNoneThatWereReadBefore() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        dwarf.unit(5).root();
        var sound = BuiltSections.of(dwarf);
        var header = sound.info().units(DwarfSection.INFO).getFirst().header();
        var lying = new UnitHeader(
                header.offset(), header.endOffset(), header.firstDieOffset(), header.encoding(), -1, 1, 0, 0);

        var walk = DieWalk.byScanner(new UnitScanner(), sound.info(), DwarfSection.INFO, lying);

        assertThat(walk.error()).isNotNull();
    }

    static List<List<String>> compilations() {
        var all = new ArrayList<List<String>>();
        for (var compiler : List.of("gcc", "clang")) {
            for (var version = 2; version <= 5; version++) {
                all.add(List.of(compiler, "-gdwarf-" + version, "-O0", "a.c"));
                all.add(List.of(compiler, "-gdwarf-" + version, "-O2", "a.c"));
                all.add(List.of(compiler, "-gdwarf-" + version, "-m32", "a.c"));
            }
            all.add(List.of(compiler, "-gdwarf-4", "-fdebug-types-section", "a.c"));
            all.add(List.of(compiler, "-gdwarf-5", "-fdebug-types-section", "a.c"));
            all.add(List.of(compiler, "-gdwarf-5", "-gdwarf64", "a.c"));
        }
        all.add(List.of("clang", "-gdwarf-5", "--target=powerpc64-linux-gnu", "a.c"));
        all.add(List.of("clang", "-gdwarf-3", "--target=s390x-linux-gnu", "a.c"));
        for (var compiler : List.of("g++", "clang++")) {
            all.add(List.of(compiler, "-gdwarf-3", "a.cc"));
            all.add(List.of(compiler, "-gdwarf-4", "-fdebug-types-section", "a.cc"));
            all.add(List.of(compiler, "-gdwarf-5", "-O2", "a.cc"));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("compilations")
    void reportsWhatAWalkFindsInWhatCompilersMake(List<String> options, @TempDir Path folder) {
        var compiler = new Compiler(folder);
        compiler.source("a.c", SOURCE);
        compiler.source("a.cc", CPLUSPLUS);
        var words = new ArrayList<>(options.subList(1, options.size()));
        words.addFirst("-c");
        var object = compiler.compile("a.o", options.getFirst(), words.toArray(String[]::new));
        Assumptions.assumeTrue(object.isPresent());

        try (var file = MappedFile.open(object.orElseThrow())) {
            var sections = relocated(ElfFile.parse(file.bytes()));

            assertThat(compareAll(sections.info(), options.toString())).isGreaterThan(10);
            mutate(sections, 100);
        }
    }

    private static BuiltSections relocated(ElfFile elf) {
        var relocator = new ElfRelocator(elf, ElfSectionAddresses.ofHeaders());
        var bytes = new HashMap<String, byte[]>();
        for (var section : elf.sections()) {
            if (section.name().startsWith(".debug_")) {
                ByteSlice content = elf.bytes(section);
                var copy = content.toArray(0, content.byteSize());
                if (relocator.concerns(section)) {
                    relocator.apply(section, copy);
                }
                bytes.merge(section.name(), copy, UnitScannerTest::joined);
            }
        }
        return new BuiltSections(elf.bytes().order(), bytes);
    }

    /** In an object, each type unit is a section of its own. */
    private static byte[] joined(byte[] first, byte[] second) {
        var both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
