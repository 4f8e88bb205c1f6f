package org.wyrm.linux.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.wyrm.base.address.AddressRange;
import org.wyrm.base.error.CancelledException;
import org.wyrm.base.error.CorruptStructureException;
import org.wyrm.base.error.DebuggerException;
import org.wyrm.linux.module.Modules;
import org.wyrm.program.LoadedModule;
import org.wyrm.program.Program;
import org.wyrm.program.Value;

/**
 * Tells of the loaded modules what it takes to find their files and to place them. Build ID and sections are those that
 * {@code /sys/module/NAME/notes} and {@code sections} show.
 *
 * @kernel kernel/module/sysfs.c
 */
final class ModuleLister {
    /** {@code NT_GNU_BUILD_ID} */
    private static final int NT_GNU_BUILD_ID = 3;

    private static final int NOTE_HEADER_BYTES = 12;
    private static final int NOTE_ALIGNMENT_BYTES = 4;
    private static final String GNU = "GNU";
    private static final int GNU_BYTES = GNU.length() + 1;

    /** More than a file can have: ELF counts sections in 16 bits, unless it says otherwise. */
    private static final int MOST_ATTRIBUTES = 1 << 16;

    private static final int MOST_NOTE_BYTES = 1 << 16;
    private static final int MOST_BUILD_ID_BYTES = 64;
    private static final String PER_CPU_SECTION = ".data..percpu";

    private ModuleLister() {}

    static List<LoadedModule> list(Program program) {
        return Modules.forEachModule(program).map(ModuleLister::module).toList();
    }

    private static LoadedModule module(Value module) {
        var name = Modules.name(module);
        var regions = new ArrayList<AddressRange>();
        var buildId = Optional.<String>empty();
        var problem = Optional.<String>empty();
        try {
            regions.addAll(Modules.addressRanges(module));
            buildId = buildId(module);
        } catch (CancelledException e) {
            throw e;
        } catch (DebuggerException e) {
            // A damaged module is no reason to know nothing of the others.
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new LoadedModule(name, buildId, regions, () -> sections(module), problem);
    }

    private static Map<String, Long> sections(Value module) {
        var sections = new HashMap<String, Long>();
        var attributes = module.findMember("sect_attrs");
        if (attributes.isPresent() && !attributes.get().isNull()) {
            attributes(attributes.get(), "nsections").forEach(each -> addSection(each, sections));
        }
        var perCpu = module.findMember("percpu");
        if (perCpu.isPresent() && !perCpu.get().isNull()) {
            sections.put(PER_CPU_SECTION, perCpu.get().longValue());
        }
        return sections;
    }

    private static void addSection(Value attribute, Map<String, Long> sections) {
        // Before Linux kernel commit ed66f991bb19 ("module: Refactor section attr into bin attribute") (in v5.8), the
        // name is a member; since commit 4b2c11e4aaf7 ("module: sysfs: Drop member 'module_sect_attr::address'") (in
        // v6.14), there is nothing but a bin_attribute, whose private pointer is the address.
        var binary = attribute.findMember("battr").orElse(attribute);
        var name = attribute
                .findMember("name")
                .orElseGet(() -> binary.member("attr").member("name"));
        var address = attribute.findMember("address").orElseGet(() -> binary.member("private"));
        sections.putIfAbsent(name.string(), address.longValue());
    }

    /** {@return the elements of {@code attrs}, whose number is a member or the length of {@code grp.bin_attrs}} */
    private static Stream<Value> attributes(Value group, String countMember) {
        var attributes = group.member("attrs");
        var told = group.findMember(countMember);
        // Since Linux kernel commit d8959b947a8d ("module: sysfs: Drop member 'module_sect_attrs::nsections'") (in
        // v6.14), and the like for notes, only the array of pointers tells.
        var count = told.isPresent()
                ? told.get().longValue()
                : length(group.member("grp").member("bin_attrs"));
        if (count < 0 || count > MOST_ATTRIBUTES) {
            throw new CorruptStructureException(
                    "attribute_group", group.longValue(), "the module has " + count + " of them");
        }
        return LongStream.range(0, count).mapToObj(attributes::subscript);
    }

    private static long length(Value pointers) {
        for (var index = 0; index < MOST_ATTRIBUTES; index++) {
            if (pointers.subscript(index).isNull()) {
                return index;
            }
        }
        throw new CorruptStructureException("attribute_group", pointers.longValue(), "its attributes have no end");
    }

    private static Optional<String> buildId(Value module) {
        var attributes = module.findMember("notes_attrs");
        if (attributes.isEmpty() || attributes.get().isNull()) {
            return Optional.empty();
        }
        return attributes(attributes.get(), "notes")
                .map(note -> buildId(
                        note,
                        note.member("private").longValue(),
                        note.member("size").longValue()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** {@return the build ID among the notes of a section} */
    private static Optional<String> buildId(Value note, long address, long byteSize) {
        var memory = note.program().memory();
        var end = Math.min(byteSize, MOST_NOTE_BYTES);
        for (var at = 0L; at >= 0 && at + NOTE_HEADER_BYTES <= end; ) {
            var nameByteSize = memory.u32(address + at);
            var contentByteSize = memory.u32(address + at + 4);
            var type = memory.u32(address + at + 8);
            var content = at + NOTE_HEADER_BYTES + aligned(nameByteSize);
            if (type == NT_GNU_BUILD_ID
                    && nameByteSize == GNU_BYTES
                    && contentByteSize <= MOST_BUILD_ID_BYTES
                    && memory.cString(address + at + NOTE_HEADER_BYTES, GNU_BYTES)
                            .equals(GNU)) {
                var bytes = memory.bytes(address + content, (int) contentByteSize);
                return Optional.of(java.util.HexFormat.of().formatHex(bytes));
            }
            at = content + aligned(contentByteSize);
        }
        return Optional.empty();
    }

    private static long aligned(long byteSize) {
        return (byteSize + NOTE_ALIGNMENT_BYTES - 1) & -NOTE_ALIGNMENT_BYTES;
    }
}
