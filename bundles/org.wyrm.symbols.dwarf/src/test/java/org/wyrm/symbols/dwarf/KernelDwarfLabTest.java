package org.wyrm.symbols.dwarf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

/** Compares what is read of the lab's kernel 6.1 with pahole, nm and its BTF. Skipped, loudly, where it is not there. */
class KernelDwarfLabTest {
    /** How many structures may be inside of functions only: the index does not have those. */
    private static final int MAX_LOCAL = 30;

    private static final Pattern PAHOLE_MEMBER =
            Pattern.compile("\t(\\S.*?)\\s+/\\* *(\\d+)(?:: *(\\d+))? +(\\d+) \\*/");
    private static final Pattern PAHOLE_SIZE = Pattern.compile("\t/\\* size: (\\d+),.*");

    private static MappedFile mapped;
    private static ElfFile elf;
    private static DwarfTypes dwarf;

    @BeforeAll
    static void open() {
        var kernel = LabKernel.find("6.1")
                .orElseGet(() -> abort("NOT COMPARED with pahole, nm and BTF: no kernel 6.1; itest/lab/ensure.sh"));
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

    @AfterAll
    static void close() {
        if (mapped != null) {
            mapped.close();
        }
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
                "KernelDwarfLabTest: %d entries in an index of %d bytes%n",
                dwarf.file().entryCount(), dwarf.file().indexByteSize());
    }

    @Test
    void btfAgreesOnEveryStructureAndUnion() {
        var bytes = elf.findSection(".BTF").map(elf::bytes).orElseThrow();
        var btf = BtfTypes.ofKernel(() -> bytes, 8, () -> 0);
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
                    "KernelDwarfLabTest: %d of kind %s are as in BTF (%d with several layouts), %d incomplete in BTF,"
                            + " %d are in DWARF only; inside functions, not indexed: %s%n",
                    compared, kind, several, incomplete, more.size(), local);
            assertThat(local).hasSizeLessThan(MAX_LOCAL);
            assertThat(different).isEmpty();
            assertThat(compared).isGreaterThan(100);
        }
    }

    @Test
    void paholeAgreesOnEveryStructureThatItPrints() {
        var printed = LabKernel.output("pahole", "-F", "dwarf", elf.bytes().name())
                .orElseGet(() -> abort("NOT COMPARED with pahole: it is not installed (dwarves)"));

        var theirs = paholeLayouts(printed);
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
                "KernelDwarfLabTest: %d structures are as pahole prints them; inside functions, not indexed: %s%n",
                same, local);
        assertThat(different).isEmpty();
        assertThat(local).hasSizeLessThan(MAX_LOCAL);
        assertThat(same).isGreaterThan(7_000);
    }

    /** Members that have a name, in bytes, a bit field in bits of its storage's bytes: as pahole counts. */
    private static String namedLayout(TypeRef ref) {
        var type = (CompoundType) ref.resolve();
        var text = new StringBuilder("size " + type.byteSize());
        for (var member : type.members()) {
            if (member.name().isPresent()) {
                text.append(' ')
                        .append(member.name().get())
                        .append('@')
                        .append(member.bitOffset() / (member.bitFieldBits().isPresent() ? 1 : 8));
            }
        }
        return text.toString();
    }

    private static Map<String, Set<String>> paholeLayouts(List<String> printed) {
        var all = new HashMap<String, Set<String>>();
        String name = null;
        var members = new StringBuilder();
        for (var line : printed) {
            if (line.startsWith("struct ") && line.endsWith(" {")) {
                name = line.substring("struct ".length(), line.length() - 2);
                members.setLength(0);
                continue;
            }
            var size = PAHOLE_SIZE.matcher(line);
            if (name != null && size.matches()) {
                all.computeIfAbsent(name, fresh -> new TreeSet<>()).add("size " + size.group(1) + members);
                name = null;
                continue;
            }
            var member = PAHOLE_MEMBER.matcher(line);
            if (name != null && member.matches()) {
                memberName(member.group(1)).ifPresent(of -> {
                    var offset = Long.parseLong(member.group(2));
                    var bit = member.group(3);
                    members.append(' ')
                            .append(of)
                            .append('@')
                            .append(bit == null ? offset : offset * 8 + Long.parseLong(bit));
                });
            }
        }
        return all;
    }

    /** {@return the name in a declaration as pahole prints it; empty for an anonymous member's end} */
    private static Optional<String> memberName(String declaration) {
        var function = Pattern.compile(".*?\\(\\*+ *(?:const +|volatile +)*(\\w+)(?:\\[\\d*\\])*\\)\\(.*")
                .matcher(declaration);
        if (function.matches()) {
            return Optional.of(function.group(1));
        }
        if (declaration.startsWith("}")) {
            var closed = Pattern.compile(
                            "\\} *(?:__attribute__\\(\\(.*?\\)\\) *)?\\** *(?:const +)?((?!__attribute__)\\w+)"
                                    + "(?:\\[\\d*\\])*(?::\\d+)?(?: +__attribute__.*)?;")
                    .matcher(declaration);
            return closed.matches() ? Optional.of(closed.group(1)) : Optional.empty();
        }
        var plain = Pattern.compile(".*?(\\w+)(?:\\[\\d*\\])*(?::\\d+)?(?: *__attribute__.*)?;")
                .matcher(declaration);
        return plain.matches() ? Optional.of(plain.group(1)) : Optional.empty();
    }

    @Test
    void everyAddressIsThatOfNm() {
        var nm = LabKernel.output("nm", elf.bytes().name())
                .orElseGet(() -> abort("NOT COMPARED with nm: it is not installed (binutils)"));
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
        System.err.printf("KernelDwarfLabTest: %d addresses are those of nm; without one: %s%n", same, rules);
        assertThat(different).isEmpty();
        assertThat(same).isGreaterThan(20_000);
    }
}
