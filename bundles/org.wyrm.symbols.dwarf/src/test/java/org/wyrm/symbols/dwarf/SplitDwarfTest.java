package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.cache.CacheFolder;
import org.wyrm.base.cancellation.Cancellation;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.base.progress.Progress;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.IntType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.testkit.dump.Damage;
import org.wyrm.testkit.dwarf.DwarfBuilder;
import org.wyrm.testkit.dwarf.DwarfEntryBuilder;
import org.wyrm.testkit.dwarf.SectionBuilder;
import org.wyrm.testkit.dwarf.UnitIndexBuilder;

/** Skeletons and what completes them, from files in memory. */
class SplitDwarfTest {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final long ID_A = 0x1111_2222_3333_4444L;
    private static final long ID_B = 0x5555_6666_7777_8888L;
    private static final int SKELETON = 4;
    private static final int SPLIT_COMPILE = 5;

    /** Files of split DWARF by their paths; of what has been asked for, how often. */
    private static final class Files implements SplitFiles {
        private static final String PACKAGE = "/bin/prog.dwp";

        final Map<String, DebugSections> content = new HashMap<>();
        int opened;

        @Override
        public Optional<Place> findPackage() {
            return place(PACKAGE);
        }

        @Override
        public Optional<Place> find(String name, String directory) {
            return place(directory + "/" + name);
        }

        private Optional<Place> place(String path) {
            return Optional.ofNullable(content.get(path))
                    .map(sections -> new Place(path, "stamp " + System.identityHashCode(sections)));
        }

        @Override
        public List<String> places(String name, String directory) {
            return List.of(directory + "/" + name, "/bin/" + name);
        }

        @Override
        public DebugSections open(String path) {
            opened++;
            return content.get(path);
        }
    }

    private static DebugSections split(DwarfBuilder dwarf) {
        return split(TestFiles.sections(dwarf));
    }

    private static TestFiles.Sections split(TestFiles.Sections plain) {
        var bytes = new HashMap<String, byte[]>();
        plain.bytes().forEach((name, content) -> bytes.put(name + ".dwo", content));
        return new TestFiles.Sections(ORDER, bytes);
    }

    private static void skeleton(DwarfBuilder dwarf, int version, String name, long id, long address) {
        var root = dwarf.unit(version).type(SKELETON).id(id).root();
        root.text(version < 5 ? DW_AT_GNU_dwo_name : DW_AT_dwo_name, DW_FORM_string, name)
                .text(DW_AT_comp_dir, DW_FORM_string, "/src")
                .number(DW_AT_low_pc, DW_FORM_addr, address)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x100)
                .number(version < 5 ? DW_AT_GNU_addr_base : DW_AT_addr_base, DW_FORM_sec_offset, version < 5 ? 0 : 8);
        if (version < 5) {
            root.number(DW_AT_GNU_dwo_id, DW_FORM_data8, id);
        }
    }

    /** Two skeletons; the addresses that split units number are 0x1000, 0x2000 and 0x3000. */
    private static TestFiles.Sections main(int version) {
        var dwarf = new DwarfBuilder(ORDER);
        skeleton(dwarf, version, "a.dwo", ID_A, 0x1000);
        skeleton(dwarf, version, "b.dwo", ID_B, 0x2000);
        dwarf.addressIndex(0x1000);
        dwarf.addressIndex(0x2000);
        dwarf.addressIndex(0x3000);
        return TestFiles.sections(dwarf);
    }

    /** A structure that both units have, one of its own, a function and a variable. */
    private static DwarfBuilder unit(int version, long id, String suffix, int address) {
        var dwarf = new DwarfBuilder(ORDER);
        addTo(dwarf, version, id, suffix, address, DW_FORM_string);
        return dwarf;
    }

    private static void addTo(DwarfBuilder dwarf, int version, long id, String suffix, int address, int textForm) {
        var root = dwarf.unit(version).type(SPLIT_COMPILE).id(id).root();
        if (version < 5) {
            root.number(DW_AT_GNU_dwo_id, DW_FORM_data8, id);
        }
        var number = root.child(DW_TAG_base_type)
                .text(DW_AT_name, textForm, "int")
                .number(DW_AT_byte_size, DW_FORM_data1, 4)
                .number(DW_AT_encoding, DW_FORM_data1, 5);
        struct(root, textForm, "shared", number);
        var own = struct(root, textForm, "own_" + suffix, number);
        var addressForm = version < 5 ? DW_FORM_GNU_addr_index : DW_FORM_addrx;
        root.child(DW_TAG_subprogram)
                .text(DW_AT_name, textForm, "f_" + suffix)
                .number(DW_AT_low_pc, addressForm, address)
                .number(DW_AT_high_pc, DW_FORM_data4, 0x10);
        root.child(DW_TAG_variable)
                .text(DW_AT_name, textForm, "v_" + suffix)
                .reference(DW_AT_type, DW_FORM_ref4, own)
                .block(DW_AT_location, DW_FORM_exprloc, version < 5 ? 0xfb : 0xa1, 2);
        root.child(DW_TAG_enumeration_type)
                .number(DW_AT_byte_size, DW_FORM_data1, 4)
                .child(DW_TAG_enumerator)
                .text(DW_AT_name, textForm, "E_" + suffix)
                .number(DW_AT_const_value, DW_FORM_data1, 7);
    }

    private static DwarfEntryBuilder struct(DwarfEntryBuilder root, int form, String name, DwarfEntryBuilder number) {
        var struct = root.child(DW_TAG_structure_type).text(DW_AT_name, form, name);
        struct.number(DW_AT_byte_size, DW_FORM_data1, 4);
        struct.child(DW_TAG_member)
                .text(DW_AT_name, form, "m")
                .reference(DW_AT_type, DW_FORM_ref4, number)
                .number(DW_AT_data_member_location, DW_FORM_data1, 0);
        return struct;
    }

    private static Files files(int version) {
        var files = new Files();
        files.content.put("/src/a.dwo", split(unit(version, ID_A, "a", 0)));
        files.content.put("/src/b.dwo", split(unit(version, ID_B, "b", 1)));
        return files;
    }

    private static DwarfTypes types(DebugSections main, SplitFiles files, CacheFolder cache) {
        var file = new DwarfFile(
                "prog",
                main,
                Optional.empty(),
                files,
                new IndexSettings(cache, Optional.of("key"), Optional.of("copy"), new Cancellation(), Progress.NONE));
        return new DwarfTypes(file, AddressMapping.NONE);
    }

    private static DwarfTypes types(DebugSections main, SplitFiles files) {
        return types(main, files, CacheFolder.none());
    }

    private static void unitIsWhole(DwarfTypes types, String suffix, long address) {
        assertThat(types.findTypes(TypeKind.STRUCT, "shared")).hasSize(1);
        var found = types.findTypes(TypeKind.STRUCT, "own_" + suffix);
        assertThat(found).hasSize(1);
        var type = (CompoundType) found.getFirst().resolve();
        assertThat(type.members()).hasSize(1);
        assertThat(type.members().getFirst().type().resolve())
                .isInstanceOfSatisfying(
                        IntType.class, number -> assertThat(number.name()).isEqualTo("int"));
        assertThat(types.findVariables("f_" + suffix))
                .singleElement()
                .extracting(variable -> variable.location())
                .isEqualTo(new Location.Fixed(address));
        var variable = types.findVariables("v_" + suffix).getFirst();
        assertThat(variable.location()).isEqualTo(new Location.Fixed(0x3000));
        assertThat(variable.type().resolve()).isSameAs(type);
        assertThat(types.findVariables("E_" + suffix).getFirst().location()).isEqualTo(new Location.Constant(7));
        var lines = types.lines().orElseThrow();
        assertThat(lines.framesAt(address + 4))
                .singleElement()
                .satisfies(frame -> assertThat(frame.function()).hasValue("f_" + suffix));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void namesOfSplitUnitsAreThoseOfTheFile(int version) {
        var types = types(main(version), files(version));

        unitIsWhole(types, "a", 0x1000);
        unitIsWhole(types, "b", 0x2000);
        assertThat(types.file().problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void whatIsMissingIsToldOnceAndTheRestIsThere(int version) {
        var files = files(version);
        files.content.remove("/src/a.dwo");
        var types = types(main(version), files);

        unitIsWhole(types, "b", 0x2000);
        assertThat(types.findTypes(TypeKind.STRUCT, "own_a")).isEmpty();
        assertThat(types.file().problems())
                .containsExactly("a.dwo: is not there (tried /src/a.dwo, /bin/a.dwo), the unit at 0x0 wants it;"
                        + " types, variables, functions and inlined calls of that unit are missing");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aUnitOfAnotherCompilationIsRefusedWithBothIdentifications(int version) {
        var files = files(version);
        files.content.put("/src/a.dwo", split(unit(version, 0x99, "a", 0)));
        var types = types(main(version), files);

        unitIsWhole(types, "b", 0x2000);
        assertThat(types.findTypes(TypeKind.STRUCT, "own_a")).isEmpty();
        assertThat(types.file().problems())
                .singleElement()
                .asString()
                .startsWith("/src/a.dwo: has no unit with dwo_id 0x1111222233334444, which the unit at 0x0")
                .contains("(it has 0x0000000000000099)");
    }

    /** {@return whether an index was kept before; from now on it is} */
    private static boolean isKept(DwarfTypes types) {
        try (var file = types.file()) {
            return file.isIndexCached();
        }
    }

    @Test
    void theKeptIndexIsTakenWhileTheFilesAreThoseItWasMadeOf(@TempDir Path folder) {
        var cache = CacheFolder.at(folder);
        var files = files(5);
        assertThat(isKept(types(main(5), files, cache))).isFalse();
        files.opened = 0;

        var again = types(main(5), files, cache);
        assertThat(isKept(again)).isTrue();
        assertThat(again.findTypes(TypeKind.STRUCT, "own_b")).hasSize(1);
        assertThat(files.opened).as("nothing is opened before it is asked for").isZero();
        unitIsWhole(again, "b", 0x2000);
        assertThat(files.opened).isEqualTo(1);
        unitIsWhole(again, "a", 0x1000);

        files.content.put("/src/b.dwo", split(unit(5, ID_B, "c", 1)));
        var changed = types(main(5), files, cache);
        assertThat(isKept(changed)).isFalse();
        unitIsWhole(changed, "c", 0x2000);
        files.content.remove("/src/a.dwo");
        var gone = types(main(5), files, cache);
        assertThat(isKept(gone)).isFalse();
        assertThat(isKept(types(main(5), files, cache))).isTrue();
        files.content.put(Files.PACKAGE, unitPackage(5));
        var packed = types(main(5), files, cache);
        assertThat(isKept(packed)).isFalse();
        unitIsWhole(packed, "a", 0x1000);
    }

    /** Both units in one file, each with abbreviations and numbers of texts that count from their own start. */
    private static TestFiles.Sections unitPackage(int version) {
        var first = new DwarfBuilder(ORDER);
        addTo(first, version, ID_A, "a", 0, DW_FORM_strx);
        var second = new DwarfBuilder(ORDER);
        // Texts that are elsewhere than those of the first.
        second.textOffset("nothing of the first unit");
        addTo(second, version, ID_B, "b", 1, DW_FORM_strx);
        var one = withTextHeader(split(TestFiles.sections(first)), version, 0);
        var strings = one.bytes().get(".debug_str.dwo").length;
        var other = withTextHeader(split(TestFiles.sections(second)), version, strings);
        var index = new UnitIndexBuilder(ORDER, version < 5 ? 2 : 5, 1, 3, 6);
        var joined = new HashMap<String, byte[]>();
        one.bytes()
                .forEach((name, bytes) ->
                        joined.put(name, concatenated(bytes, other.bytes().get(name))));
        var names = List.of(".debug_info.dwo", ".debug_abbrev.dwo", ".debug_str_offsets.dwo");
        index.unit(
                ID_A,
                names.stream()
                        .flatMap(name -> java.util.stream.Stream.of(
                                0L, (long) one.bytes().get(name).length))
                        .mapToLong(Long::longValue)
                        .toArray());
        index.unit(
                ID_B,
                names.stream()
                        .flatMap(name ->
                                java.util.stream.Stream.of((long) one.bytes().get(name).length, (long)
                                        other.bytes().get(name).length))
                        .mapToLong(Long::longValue)
                        .toArray());
        joined.put(".debug_cu_index", index.build());
        return new TestFiles.Sections(ORDER, joined);
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    /** Gives the offsets of texts the header of version 5, and the place that the texts have in the package. */
    private static TestFiles.Sections withTextHeader(TestFiles.Sections sections, int version, int textBase) {
        var plain = java.nio.ByteBuffer.wrap(sections.bytes().get(".debug_str_offsets.dwo"))
                .order(ORDER);
        var offsets = new SectionBuilder(ORDER, 4);
        if (version >= 5) {
            offsets.u32(4 + plain.remaining()).u16(5).u16(0);
        }
        while (plain.hasRemaining()) {
            offsets.u32(textBase + plain.getInt());
        }
        return sections.with(".debug_str_offsets.dwo", offsets.build());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aPackageHasTheUnitsOfAllFiles(int version) {
        var files = new Files();
        files.content.put(Files.PACKAGE, unitPackage(version));
        var types = types(main(version), files);

        assertThat(types.file().problems()).isEmpty();
        unitIsWhole(types, "a", 0x1000);
        unitIsWhole(types, "b", 0x2000);
    }

    @Test
    void whatThePackageLacksIsTakenFromItsFile() {
        var files = files(5);
        var packed = unitPackage(5);
        files.content.put(
                Files.PACKAGE,
                packed.with(
                        ".debug_cu_index",
                        new UnitIndexBuilder(ORDER, 5, 1).unit(1, 0, 1).build()));
        var types = types(main(5), files);

        assertThat(types.file().problems()).isEmpty();
        unitIsWhole(types, "a", 0x1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void aDamagedPackageIsAProblemAndNothingElse(int version) {
        var sound = unitPackage(version);
        for (var name : List.of(".debug_cu_index", ".debug_info.dwo", ".debug_str_offsets.dwo", ".debug_abbrev.dwo")) {
            var bytes = sound.bytes().get(name);
            Damage.truncated(bytes).forEach(damaged -> ask(version, sound.with(name, damaged)));
        }
        var index = sound.bytes().get(".debug_cu_index");
        Damage.extremes(index, 0, index.length)
                .forEach(damaged -> ask(version, sound.with(".debug_cu_index", damaged)));
    }

    private static void ask(int version, DebugSections unitPackage) {
        var files = new Files();
        files.content.put(Files.PACKAGE, unitPackage);
        var types = types(main(version), files);
        types.file().problems();
        for (var name : List.of("own_a", "own_b", "shared")) {
            for (var found : types.findTypes(TypeKind.STRUCT, name)) {
                try {
                    found.resolve();
                } catch (DebuggerException expected) {
                    // It is damaged, and says so.
                }
            }
        }
    }

    @Test
    void aSkeletonAloneStillHasTheNamesThatItSays() {
        var dwarf = new DwarfBuilder(ORDER);
        dwarf.unit(5)
                .type(SKELETON)
                .id(ID_A)
                .root()
                .text(DW_AT_dwo_name, DW_FORM_string, "a.dwo")
                .child(DW_TAG_subprogram)
                .text(DW_AT_name, DW_FORM_string, "inlined_into")
                .number(DW_AT_low_pc, DW_FORM_addr, 0x1000);

        var types = types(TestFiles.sections(dwarf), new Files());

        assertThat(types.findVariables("inlined_into")).hasSize(1);
        assertThat(types.file().problems()).hasSize(1);
    }

    @Test
    void aSkeletonWithoutAnIdentificationIsAProblem() {
        var dwarf = new DwarfBuilder(ORDER);
        dwarf.unit(4).root().text(DW_AT_GNU_dwo_name, DW_FORM_string, "a.dwo");

        assertThat(types(TestFiles.sections(dwarf), new Files()).file().problems())
                .singleElement()
                .asString()
                .contains("a skeleton without the identification");
    }

    @Test
    void typesWithUnitsOfTheirOwnAreFoundInTheSameFile() {
        for (var version : List.of(4, 5)) {
            var dwarf = new DwarfBuilder(ORDER);
            var unit = dwarf.unit(version).typeUnit(0xabc);
            if (version >= 5) {
                unit.type(6);
            }
            var struct = unit.root()
                    .child(DW_TAG_structure_type)
                    .text(DW_AT_name, DW_FORM_string, "far")
                    .number(DW_AT_byte_size, DW_FORM_data1, 12);
            unit.typeIs(struct);
            var root = dwarf.unit(version).type(SPLIT_COMPILE).id(ID_A).root();
            root.number(DW_AT_GNU_dwo_id, DW_FORM_data8, ID_A);
            var near = root.child(DW_TAG_structure_type)
                    .flag(DW_AT_declaration)
                    .number(DW_AT_signature, DW_FORM_ref_sig8, 0xabc);
            root.child(DW_TAG_typedef)
                    .text(DW_AT_name, DW_FORM_string, "alias")
                    .reference(DW_AT_type, DW_FORM_ref4, near);
            var files = new Files();
            files.content.put("/src/a.dwo", split(dwarf));
            var types = types(main(version), files);

            var alias = types.findTypes(TypeKind.TYPEDEF, "alias").getFirst().resolve();
            assertThat(alias.unaliased())
                    .isInstanceOfSatisfying(
                            CompoundType.class,
                            type -> assertThat(type.byteSize()).isEqualTo(12));
            assertThat(types.findTypes(TypeKind.STRUCT, "far"))
                    .singleElement()
                    .satisfies(far -> assertThat(far.resolve()).isSameAs(alias.unaliased()));
        }
    }
}
