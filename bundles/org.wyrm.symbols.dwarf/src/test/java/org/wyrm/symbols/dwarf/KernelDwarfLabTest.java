package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.bytes.ByteSlice;
import org.wyrm.base.bytes.MappedFile;
import org.wyrm.elf.ElfFile;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TypeKind;
import org.wyrm.symbols.TypeRef;
import org.wyrm.symbols.Variable.Location;
import org.wyrm.symbols.btf.BtfTypes;
import org.wyrm.symbols.spi.TypeFinder;
import org.wyrm.testkit.dump.LabKernel;
import org.wyrm.testkit.dwarf.Pahole;

/** Compares what is read of the lab's kernels with pahole, nm and their BTF. Skipped, loudly, where they are not there. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"6.1", "6.12"})
class KernelDwarfLabTest {
    /** How many structures may be inside of functions only: the index does not have those. */
    private static final int MAX_LOCAL = 30;

    private static MappedFile mapped;
    private static ElfFile elf;
    private static DwarfTypes dwarf;

    @Parameter
    String series;

    @BeforeParameterizedClassInvocation
    static void open(String series) {
        var kernel = LabKernel.find(series)
                .orElseGet(() -> skipped("NOT COMPARED with pahole, nm and BTF: no kernel " + series));
        mapped = MappedFile.open(kernel.vmlinux());
        elf = ElfFile.parse(mapped.bytes());
        var perCpu = elf.findSection(".data..percpu").orElseThrow();
        var template = new AddressRange(perCpu.address(), perCpu.address() + perCpu.byteSize() - 1);
        var sections = new DebugSections() {
            @Override
            public ByteOrder order() {
                return ByteOrder.LITTLE_ENDIAN;
            }

            @Override
            public Optional<ByteSlice> find(String elfName) {
                return elf.findSection(elfName).map(elf::bytes);
            }
        };
        var file = new DwarfFile("vmlinux", sections, Optional.empty(), SplitFiles.none(), IndexSettings.none());
        dwarf = new DwarfTypes(file, AddressMapping.slid(0, Optional.of(template)));
    }

    @AfterParameterizedClassInvocation
    static void close() {
        mapped.close();
    }

    private static <T> T skipped(String why) {
        System.err.println(why);
        return abort(why);
    }

    /** What two readers must agree on: each member's name and its place in bits. */
    private static String layout(CompoundType type) {
        var text = new StringBuilder("size " + type.byteSize());
        for (var member : type.members()) {
            text.append(' ').append(member.name().orElse("-")).append('@').append(member.bitOffset());
            member.bitFieldBits().ifPresent(bits -> text.append(':').append(bits));
        }
        return text.toString();
    }

    private static Set<String> layouts(TypeFinder finder, TypeKind kind, String name) {
        var all = new TreeSet<String>();
        for (var ref : finder.findTypes(kind, name)) {
            if (ref.resolve() instanceof CompoundType type && type.isComplete()) {
                all.add(layout(type));
            }
        }
        return all;
    }

    @Test
    void nothingIsLost() {
        assertThat(dwarf.file().problems()).isEmpty();
        System.err.printf(
                "KernelDwarfLabTest %s: %d entries in an index of %d bytes%n",
                series, dwarf.file().entryCount(), dwarf.file().indexByteSize());
    }

    @Test
    void btfAgreesOnEveryStructureAndUnion() {
        var bytes = elf.findSection(".BTF").map(elf::bytes).orElseThrow();
        var btf = BtfTypes.ofKernel(() -> bytes, 8, () -> 0, warning -> {});
        for (var kind : List.of(TypeKind.STRUCT, TypeKind.UNION)) {
            var names = new TreeSet<>(btf.typeNames(kind, "").toList());
            var compared = 0;
            var several = 0;
            var incomplete = 0;
            var local = new ArrayList<String>();
            var different = new ArrayList<String>();
            for (var name : names) {
                var theirs = layouts(btf, kind, name);
                var ours = layouts(dwarf, kind, name);
                if (theirs.isEmpty()) {
                    incomplete++;
                    continue;
                }
                if (ours.isEmpty()) {
                    local.add(name);
                    continue;
                }
                compared++;
                several += ours.size() > 1 ? 1 : 0;
                if (!ours.containsAll(theirs)) {
                    different.add("%s: %s is none of %s".formatted(name, theirs, ours));
                }
            }
            var more = new HashSet<>(dwarf.typeNames(kind, "").toList());
            more.removeAll(names);
            System.err.printf(
                    "KernelDwarfLabTest %s: %d of kind %s are as in BTF (%d with several layouts), %d incomplete in BTF,"
                            + " %d are in DWARF only; inside functions, not indexed: %s%n",
                    series, compared, kind, several, incomplete, more.size(), local);
            assertThat(local).hasSizeLessThan(MAX_LOCAL);
            assertThat(different).isEmpty();
            assertThat(compared).isGreaterThan(100);
        }
    }

    @Test
    void paholeAgreesOnEveryStructureThatItPrints() {
        var printed = LabKernel.output("pahole", "-F", "dwarf", elf.bytes().name())
                .orElseGet(() -> skipped("NOT COMPARED with pahole: it is not installed (dwarves)"));

        var theirs = Pahole.layouts(printed);
        var local = new ArrayList<String>();
        var different = new ArrayList<String>();
        var same = 0;
        for (var name : theirs.keySet()) {
            var ours = new TreeSet<String>();
            for (var ref : dwarf.findTypes(TypeKind.STRUCT, name)) {
                ours.add(namedLayout(ref));
            }
            if (ours.isEmpty()) {
                local.add(name);
            } else if (ours.containsAll(theirs.get(name))) {
                same++;
            } else {
                different.add("%s: pahole %s, here %s".formatted(name, theirs.get(name), ours));
            }
        }
        System.err.printf(
                "KernelDwarfLabTest %s: %d structures are as pahole prints them; inside functions, not indexed: %s%n",
                series, same, local);
        assertThat(different).isEmpty();
        assertThat(local).hasSizeLessThan(MAX_LOCAL);
        assertThat(same).isGreaterThan(7_000);
    }

    private static String namedLayout(TypeRef ref) {
        var type = (CompoundType) ref.resolve();
        var layout = new Pahole.Layout(type.byteSize());
        for (var member : type.members()) {
            member.name()
                    .ifPresent(name -> layout.member(
                            name, member.bitOffset(), member.bitFieldBits().isPresent()));
        }
        return layout.toString();
    }

    @Test
    void everyAddressIsThatOfNm() {
        var nm = LabKernel.output("nm", elf.bytes().name())
                .orElseGet(() -> skipped("NOT COMPARED with nm: it is not installed (binutils)"));
        var namesAt = new HashMap<Long, Set<String>>();
        for (var line : nm) {
            var words = line.split(" ");
            if (words.length == 3 && words[0].length() == 16) {
                namesAt.computeIfAbsent(Long.parseUnsignedLong(words[0], 16), address -> new HashSet<>())
                        .add(words[2]);
            }
        }
        var known = new HashSet<String>();
        namesAt.values().forEach(known::addAll);
        var names = new TreeSet<String>();
        var index = dwarf.file().index();
        for (var entry = 0; entry < index.entryCount(); entry++) {
            var kind = index.kind(entry);
            if (kind == IndexKind.FUNCTION || kind == IndexKind.VARIABLE) {
                names.add(index.name(entry));
            }
        }

        var same = 0;
        var rules = new TreeMap<String, Integer>();
        var different = new ArrayList<String>();
        for (var name : names) {
            for (var variable : dwarf.findVariables(name)) {
                long address;
                if (variable.location() instanceof Location.Fixed fixed) {
                    address = fixed.virtualAddress();
                } else if (variable.location() instanceof Location.PerCpu perCpu) {
                    address = perCpu.templateAddress();
                } else {
                    rules.merge(variable.location().getClass().getSimpleName(), 1, Integer::sum);
                    continue;
                }
                var theirs = namesAt.getOrDefault(address, Set.of());
                if (theirs.contains(name)) {
                    same++;
                } else if (theirs.stream().anyMatch(of -> of.startsWith(name + "."))) {
                    rules.merge("clone", 1, Integer::sum);
                } else if (theirs.isEmpty() && known.contains(name)) {
                    // A weak function that another one took the place of: its code stays, without a symbol.
                    rules.merge("overridden", 1, Integer::sum);
                } else {
                    different.add("%s at 0x%x, nm %s".formatted(name, address, theirs));
                }
            }
        }
        System.err.printf(
                "KernelDwarfLabTest %s: %d addresses are those of nm; without one: %s%n", series, same, rules);
        assertThat(different).isEmpty();
        assertThat(same).isGreaterThan(20_000);
    }
}
