package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.fail;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSections;
import org.wyrm.symbols.TypeKind;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.DwarfBuilder;

class DwarfIndexTest {
    private static final List<String> NAMES = List.of("s0", "s1", "s7", "f3", "v5", "A2", "n::inside", "x", "nothing");

    /** Units that share some names, have some of their own, and are more than one thread takes at once. */
    private static DwarfBuilder units(int count) {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        for (var number = 0; number < count; number++) {
            var root = dwarf.unit(4).root();
            for (var name = 0; name < 10; name++) {
                root.child(DW_TAG_structure_type)
                        .text(DW_AT_name, DW_FORM_strp, "s" + name)
                        .number(DW_AT_byte_size, DW_FORM_data1, name < 5 ? 4 : number)
                        .child(DW_TAG_member);
            }
            root.child(DW_TAG_subprogram)
                    .text(DW_AT_name, DW_FORM_strp, "f" + number % 7)
                    .number(DW_AT_low_pc, DW_FORM_addr, number + 1);
            root.child(DW_TAG_variable)
                    .text(DW_AT_name, DW_FORM_string, "v" + number)
                    .block(DW_AT_location, DW_FORM_exprloc, 3, number + 1, 0, 0, 0, 0, 0, 0, 0);
            root.child(DW_TAG_enumeration_type)
                    .number(DW_AT_byte_size, DW_FORM_data1, 4)
                    .child(DW_TAG_enumerator)
                    .text(DW_AT_name, DW_FORM_string, "A" + number % 3)
                    .number(DW_AT_const_value, DW_FORM_data1, number % 3);
            root.child(DW_TAG_namespace)
                    .text(DW_AT_name, DW_FORM_string, "n")
                    .child(DW_TAG_typedef)
                    .text(DW_AT_name, DW_FORM_strp, "inside");
        }
        return dwarf;
    }

    private static DwarfSections dwarfSections(DebugSections sections) {
        return new DwarfSections(sections.order(), section -> sections.find(section.elfName()), null);
    }

    private static byte[] build(DebugSections sections, int threads) {
        return IndexBuilder.build(
                        new DwarfInfo(dwarfSections(sections)), SplitFiles.none(), new Cancellation(), threads)
                .content();
    }

    private static Optional<DwarfIndex> index(byte[] bytes, DebugSections sections) {
        return DwarfIndex.of(ByteSlice.of("index", bytes, ByteOrder.LITTLE_ENDIAN), dwarfSections(sections));
    }

    private static List<String> answers(DwarfIndex index) {
        var all = new ArrayList<String>();
        for (var name : NAMES) {
            index.find(
                    name,
                    entry -> all.add("%s: %s %s 0x%x flags %x size %d"
                            .formatted(
                                    name,
                                    index.name(entry),
                                    index.kind(entry),
                                    index.offset(entry),
                                    index.flags(entry) & ~DwarfIndex.NAME_IN_POOL,
                                    index.byteSize(entry))));
        }
        return all;
    }

    @Test
    void oneThreadAndManyGiveTheSameAnswers() {
        var sections = TestFiles.sections(units(100));
        var one = index(build(sections, 1), sections).orElseThrow();
        var expected = answers(one);

        assertThat(expected).hasSizeGreaterThan(100);
        for (var round = 0; round < 10; round++) {
            var many = index(build(sections, 8), sections).orElseThrow();

            assertThat(answers(many)).isEqualTo(expected);
            assertThat(many.entryCount()).isEqualTo(one.entryCount());
        }
    }

    @Test
    void theFilterHasEachNameAndFewOthers() {
        var sections = TestFiles.sections(units(300));
        var bytes = ByteSlice.of("index", build(sections, 2), ByteOrder.LITTLE_ENDIAN);

        assertThat(NAMES.subList(0, 7)).allMatch(name -> DwarfIndex.mayHave(bytes, name));
        assertThat(IntStream.range(0, 300)).allMatch(number -> DwarfIndex.mayHave(bytes, "v" + number));
        // Of two bits in 8 to 16 for each name: 5 in 100 at most.
        assertThat(IntStream.range(0, 10_000).filter(number -> DwarfIndex.mayHave(bytes, "absent_" + number)))
                .hasSizeLessThan(1_000);
    }

    @Test
    void whatIsNoIndexMayHaveAnyName() {
        var whole = build(TestFiles.sections(units(3)), 1);

        for (var byteSize = 0; byteSize < whole.length; byteSize++) {
            var cut = ByteSlice.of("index", Arrays.copyOf(whole, byteSize), ByteOrder.LITTLE_ENDIAN);
            assertThat(DwarfIndex.mayHave(cut, "absent")).isTrue();
        }
    }

    @Test
    void aDefinitionThatManyUnitsHaveIsThereOnce() {
        var types = TestFiles.types(units(50));

        assertThat(types.findTypes(TypeKind.STRUCT, "s1")).hasSize(1);
        assertThat(types.findTypes(TypeKind.STRUCT, "s7")).hasSize(50);
        assertThat(types.findVariables("f3")).hasSize(7);
        assertThat(types.findTypes(TypeKind.TYPEDEF, "n::inside")).hasSize(1);
    }

    @Test
    void aNameWithManyDefinitionsTakesNoLongerThanOthers() {
        var root = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var unit = root.unit(4).root();
        for (var count = 0; count < 60_000; count++) {
            unit.child(DW_TAG_subprogram)
                    .text(DW_AT_name, DW_FORM_strp, "same")
                    .number(DW_AT_low_pc, DW_FORM_addr, count + 1);
        }
        var sections = TestFiles.sections(root);

        assertThat(index(build(sections, 1), sections).orElseThrow().entryCount())
                .isEqualTo(60_000);
    }

    @Test
    void whatCannotBeReadIsAProblemAndTheRestIsThere() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var root = dwarf.unit(4).root().number(DW_AT_stmt_list, DW_FORM_sec_offset, 0x1234);
        root.child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_strp, "x").number(DW_AT_decl_file, DW_FORM_data1, 1);
        root.child(DW_TAG_typedef).number(DW_AT_name, DW_FORM_strp, 0x7000_0000);
        root.child(DW_TAG_typedef).number(DW_AT_name, DW_FORM_strp, 0xf000_0000L);
        root.child(DW_TAG_typedef).number(DW_AT_name, DW_FORM_strx, 99);
        root.child(DW_TAG_subprogram).number(DW_AT_specification, DW_FORM_ref4, 1);
        root.child(DW_TAG_subprogram).number(DW_AT_specification, DW_FORM_ref_addr, 0x7fff_ffff);
        root.child(DW_TAG_subprogram).number(DW_AT_specification, DW_FORM_ref_sig8, 5);
        root.child(DW_TAG_structure_type).text(DW_AT_name, DW_FORM_strp, "s0");
        dwarf.unit(4).abbreviationsAt(0x7777).root();
        dwarf.unit(4).root().child(DW_TAG_structure_type).text(DW_AT_name, DW_FORM_strp, "s1");
        var sections = TestFiles.sections(dwarf);
        var info = sections.bytes().get(".debug_info");
        var types = TestFiles.types(sections.with(".debug_info", Arrays.copyOf(info, info.length + 3)));

        assertThat(types.findTypes(TypeKind.TYPEDEF, "x")).hasSize(1);
        assertThat(types.findTypes(TypeKind.STRUCT, "s0")).hasSize(1);
        assertThat(types.findTypes(TypeKind.STRUCT, "s1")).hasSize(1);
        assertThat(types.typeNames(TypeKind.TYPEDEF, "")).containsExactly("x");
        assertThat(types.file().problems())
                .hasSize(7)
                .allSatisfy(problem -> assertThat(problem).startsWith(".debug_"));
    }

    @Test
    void aTextWithoutAnEndIsNoName() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        dwarf.unit(4).root().child(DW_TAG_typedef).text(DW_AT_name, DW_FORM_strp, "x");
        var types = TestFiles.types(TestFiles.sections(dwarf).with(".debug_str", new byte[] {'x', 'y'}));

        assertThat(types.typeNames(TypeKind.TYPEDEF, "")).isEmpty();
        assertThat(types.file().problems()).hasSize(1);
    }

    @Test
    void namesThatAreJoinedOfVeryLongOnesAreProblems() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var space = dwarf.unit(5).root().number(DW_AT_str_offsets_base, DW_FORM_sec_offset, 0);
        for (var count = 0; count < 20; count++) {
            space = space.child(DW_TAG_namespace).text(DW_AT_name, DW_FORM_strx1, "x".repeat(1000));
        }
        dwarf.unit(5)
                .root()
                .number(DW_AT_str_offsets_base, DW_FORM_sec_offset, 0)
                .child(DW_TAG_namespace)
                .child(DW_TAG_typedef)
                .text(DW_AT_name, DW_FORM_strx1, "y".repeat(100_000));
        var file = TestFiles.file(TestFiles.sections(dwarf));

        assertThat(file.problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("its name has"));
    }

    @Test
    void nameSpacesMayBeNestedAsDeepAsTheUnitHasBytes() {
        var dwarf = new DwarfBuilder(ByteOrder.LITTLE_ENDIAN);
        var space = dwarf.unit(4).root();
        for (var count = 0; count < 1000; count++) {
            space = space.child(DW_TAG_namespace);
        }

        assertThatCode(() -> TestFiles.file(TestFiles.sections(dwarf)).entryCount())
                .doesNotThrowAnyException();
    }

    private static DwarfFile file(DebugSections sections, Path folder) {
        return TestFiles.file(sections, Optional.empty(), CacheFolder.at(folder));
    }

    /** {@return whether an index was kept before; from now on it is} */
    private static boolean isKept(DwarfFile file) {
        try (file) {
            return file.isIndexCached();
        }
    }

    @Test
    void whatWasKeptIsTakenByTheNextProcess(@TempDir Path folder) {
        var sections = TestFiles.sections(units(5));

        assertThat(isKept(file(sections, folder))).isFalse();
        var again = file(sections, folder);

        assertThat(again.isIndexCached()).isTrue();
        assertThat(new DwarfTypes(again, AddressMapping.NONE).findTypes(TypeKind.STRUCT, "s7"))
                .hasSize(5);
    }

    @Test
    void theIndexOfAnotherFileIsMadeAnew(@TempDir Path folder) {
        assertThat(isKept(file(TestFiles.sections(units(5)), folder))).isFalse();

        // Until it is closed, its index is being kept in the folder that the test deletes.
        try (var other = file(TestFiles.sections(units(6)), folder)) {
            assertThat(other.isIndexCached()).isFalse();
            assertThat(new DwarfTypes(other, AddressMapping.NONE).findTypes(TypeKind.STRUCT, "s7"))
                    .hasSize(6);
        }
    }

    @Test
    void aKeptFileThatIsCutOrChangedAnywhereIsMadeAnew(@TempDir Path folder) throws IOException {
        var sections = TestFiles.sections(units(1));
        assertThat(isKept(file(sections, folder))).isFalse();
        Path kept;
        try (var files = Files.walk(folder)) {
            kept = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        var sound = Files.readAllBytes(kept);
        var random = new Random(1);

        for (var size = 0; size < sound.length; size += 1 + random.nextInt(5)) {
            Files.write(kept, Arrays.copyOf(sound, size));
            assertThat(isKept(file(sections, folder))).as("cut at " + size).isFalse();
            var changed = sound.clone();
            changed[size] ^= (byte) (1 << random.nextInt(8));
            Files.write(kept, changed);
            assertThat(isKept(file(sections, folder))).as("changed at " + size).isFalse();
        }
    }

    @Test
    void anIndexThatLiesIsRejectedOrAnErrorOfTheDebugger() {
        var sections = TestFiles.sections(units(2));
        var sound = build(sections, 1);

        Damage.truncated(sound)
                .forEach(damaged -> assertThat(index(damaged, sections)).isEmpty());
        Damage.extremes(sound, 0, sound.length).forEach(damaged -> ask(damaged, sections));
    }

    /** Asks all that can be asked of an index that nothing is known of. */
    static void ask(byte[] bytes, DebugSections sections) {
        var found = index(bytes, sections);
        if (found.isEmpty()) {
            return;
        }
        var index = found.get();
        try {
            answers(index);
            index.problems();
            index.info(dwarfSections(sections)).die(11);
            for (var entry = 0; entry < Math.min(50, index.entryCount()); entry++) {
                index.file(entry);
                index.name(entry);
                index.line(entry);
            }
        } catch (DebuggerException expected) {
            // What was kept is wrong, and says so.
        } catch (RuntimeException e) {
            fail("an index that lies", e);
        }
    }

    @Test
    void aChainThatLeadsBackEnds() {
        var sections = TestFiles.sections(units(2));
        var bytes = build(sections, 1);
        var numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        // After 13 numbers, the units of both kinds, and three numbers for each range.
        var entriesAt = (int) (13 + numbers.getLong(24) + numbers.getLong(32) + 3 * numbers.getLong(80)) * Long.BYTES;
        for (var entry = 0; entry < numbers.getLong(40); entry++) {
            numbers.putInt(entriesAt + entry * DwarfIndex.ENTRY_INTS * 4 + 24, entry + 1);
        }

        var index = index(bytes, sections).orElseThrow();

        assertThat(answers(index)).doesNotHaveDuplicates();
    }
}
