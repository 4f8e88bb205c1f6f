package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfInfo;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.SkeletonUnit;
import org.wyrm.dwarf.UnitScanner;

/**
 * The entries that one thread finds in the units it is given, each definition once: headers make the same type part of
 * hundreds of units. Two entries are of one definition if kind, name, file, line and size are the same.
 *
 * <p>Confined to one thread.
 */
final class IndexPart implements UnitScanner.Files {
    static final String ANONYMOUS = "(anonymous namespace)";

    private static final int MAX_ORIGINS = 8;
    private static final int MAX_NESTING = 64;
    private static final int MAX_PREFIX_CHARS = 1 << 12;
    private static final int MAX_NAME_CHARS = 1 << 16;

    /** Units may share a list of them. */
    private static final int MAX_RANGES = 1 << 22;

    /** Names joined of a few bytes each could take all memory. */
    private static final int MAX_POOL_BYTES = 1 << 27;

    private static final int RECENT_SHIFT = Long.SIZE - 12;

    private static final long MAX_OFFSET = 0xffff_ffffL;
    private static final int HASHED_NAMES = 1 << 13;

    /** An entry to keep comes about once in so many bytes. */
    private static final int BYTES_EACH = 1 << 9;

    private static final int MAX_EXPECTED = 1 << 17;
    private static final int JOINED_AT_ONCE = 64;

    private final DwarfInfo info;
    private final byte[] texts;

    /** How many bytes of {@code .debug_str} are texts that have an end. */
    final int textByteSize;

    private final UnitScanner scanner;

    /** Some identities of enumerators that were seen: a header's come again with every unit, and are found here. */
    private final long[] recent = new long[1 << Long.SIZE - RECENT_SHIFT];

    private final LongTable poolNames = new LongTable();

    private final boolean areTextsMerged;

    /** Where texts are not merged: some of those that were hashed, plus 1, and their hashes. */
    private final long[] hashedNames;

    private final long[] nameHashes;

    final IndexEntries entries;

    private boolean hasNamesWithoutText;
    final TextPool pool = new TextPool();
    final FileNames files;
    final List<CodeRange> ranges = new ArrayList<>();
    final List<String> problems = new ArrayList<>();

    /** What is only in part in the file: {@link #addWhole} is to be given what completes it. */
    final List<SkeletonUnit> skeletons = new ArrayList<>();

    /** By where they are: the name spaces of the functions and variables of the present unit that are in some. */
    private final Map<Long, String> prefixes = new HashMap<>();

    /** What is added to the offsets of entries of the present unit. */
    private long base;

    /**
     * Code of a unit.
     *
     * @param end the first address after it
     */
    record CodeRange(long start, long end, long unitOffset) {}

    /** @param texts what {@code .debug_str} has */
    IndexPart(DwarfInfo info, byte[] texts) {
        this.info = info;
        this.scanner = new UnitScanner(info, this);
        this.texts = texts;
        var end = texts.length;
        while (end > 0 && texts[end - 1] != 0) {
            end--;
        }
        this.textByteSize = end;
        pool.add("");
        this.files = new FileNames(info);
        var expected = Math.clamp(info.sections().byteSize(DwarfSection.INFO) / BYTES_EACH, 64, MAX_EXPECTED);
        this.entries = new IndexEntries(expected);
        this.areTextsMerged = info.sections().areTextsMerged();
        this.hashedNames = new long[areTextsMerged ? 0 : HASHED_NAMES];
        this.nameHashes = new long[hashedNames.length];
    }

    /** Adds what a unit of the file names; what cannot be decoded is noted, and the rest goes on. */
    void add(IndexedUnit indexed) {
        try {
            var unit = start(indexed);
            addRanges(unit);
            var skeleton = SkeletonUnit.of(unit);
            if (skeleton.isPresent()) {
                skeletons.add(skeleton.get());
            } else {
                scan(unit);
            }
        } catch (MalformedDataException e) {
            note(e);
        }
    }

    /** Adds what a split unit names, or what a skeleton does by itself. */
    void addWhole(IndexedUnit indexed) {
        try {
            scan(start(indexed));
        } catch (MalformedDataException e) {
            note(e);
        }
    }

    private DwarfUnit start(IndexedUnit indexed) {
        base = indexed.base();
        var unit = scanner.start(indexed.info(), indexed.section(), indexed.header());
        files.start(unit);
        return unit;
    }

    private void note(MalformedDataException e) {
        if (problems.size() < IndexBuilder.MAX_PROBLEMS) {
            problems.add(e.getMessage());
        }
    }

    /** A name space or enumeration that is being gone through. */
    private record Scope(@Nullable Scope outer, int depth, String prefix, boolean isEnum, long parent, long identity) {}

    private void scan(DwarfUnit unit) {
        Scope scope = null;
        var isOfFile = unit.info() == info;
        prefixes.clear();
        while (scanner.next()) {
            while (scope != null && scanner.depth <= scope.depth) {
                scope = scope.outer;
            }
            try {
                if (scanner.tag != DW_TAG_enumerator) {
                    if (scope != null || !isOfFile || !wasSeen()) {
                        scope = add(unit, scope);
                    }
                } else if (scope != null && scope.isEnum) {
                    addEnumerator(unit, scope);
                }
            } catch (MalformedDataException e) {
                // What it refers to is broken or in a file that is not there; the entries after it are not.
                note(e);
            }
        }
    }

    private void addRanges(DwarfUnit unit) {
        if (unit.section() != DwarfSection.INFO) {
            return;
        }
        try {
            var found = unit.root().ranges();
            if (found.count() > MAX_RANGES - ranges.size()) {
                throw unit.root().malformed("the units have more than %d ranges".formatted(MAX_RANGES));
            }
            for (var range = 0; range < found.count(); range++) {
                ranges.add(new CodeRange(
                        found.start(range), found.end(range), unit.header().offset()));
            }
        } catch (MalformedDataException e) {
            // Its code has no lines then; its names are there.
            note(e);
        }
    }

    /** {@return whether the entry just scanned is of a definition that was seen, told from its parts alone} */
    private boolean wasSeen() {
        if (scanner.nameForm != DW_FORM_strp || scanner.tag == DW_TAG_namespace) {
            return false;
        }
        var identity = identity(scanner.tag, scanner.name, number(scanner.file), scanner.line);
        if (identity == 0) {
            return false;
        }
        scanner.remember();
        return entries.find(identity) >= 0;
    }

    private @Nullable Scope add(DwarfUnit unit, @Nullable Scope scope) {
        var prefix = scope == null ? "" : scope.prefix;
        var nameForm = scanner.nameForm;
        var name = scanner.name;
        var file = scanner.file;
        var line = scanner.line;
        DwarfUnit fileUnit = null;
        if (nameForm == 0 && scanner.originForm != 0) {
            var origin = origin(unit);
            if (origin != null) {
                prefix = origin.unit() == unit ? prefixes.getOrDefault(origin.offset(), prefix) : prefix;
                var isNear = origin.unit() == unit && origin.form(DW_AT_name) != DW_FORM_string;
                nameForm = isNear ? origin.form(DW_AT_name) : DW_FORM_string;
                name = isNear ? origin.number(DW_AT_name).orElse(0) : text(origin);
                if (file == 0) {
                    file = origin.number(DW_AT_decl_file).orElse(0);
                    fileUnit = origin.unit() == unit ? null : origin.unit();
                }
                line = line != 0 ? line : origin.number(DW_AT_decl_line).orElse(0);
            }
        } else if (nameForm == DW_FORM_string) {
            name = pooled(name);
        }
        var tag = scanner.tag;
        if (tag == DW_TAG_namespace) {
            return scope(scope, unit, nameForm, name, prefix);
        }
        if (nameForm == 0 && tag != DW_TAG_enumeration_type) {
            return scope;
        }
        if (!prefix.isEmpty() && (tag == DW_TAG_subprogram || tag == DW_TAG_variable)) {
            prefixes.put(scanner.offset, prefix);
        }
        var nameKey = name(unit, nameForm, name, prefix);
        var fileNumber = fileNumber(fileUnit, file);
        var identity = identity(tag, nameKey, fileNumber, line);
        var parent = scanner.offset;
        if (nameForm != 0) {
            var isNew = keep(
                    unit.section(), IndexKind.numberOfTag(tag), nameKey, fileNumber, line, scanner.byteSize, identity);
            if (!isNew) {
                return scope;
            }
        }
        if (tag == DW_TAG_enumeration_type && scanner.hasChildren) {
            var depth = scanner.depth;
            scanner.descend();
            return new Scope(scope, depth, prefix, true, parent, LongTable.mix(identity));
        }
        return scope;
    }

    @Override
    public int number(long file) {
        var known = files.known(file);
        return known != 0 || file == 0 ? known : fileNumber(null, file);
    }

    /** A file's name is not needed to find what is declared in it. */
    private int fileNumber(@Nullable DwarfUnit other, long number) {
        var file = (int) Math.min(number, Integer.MAX_VALUE);
        try {
            return other == null ? files.number(file) : files.number(other, file);
        } catch (MalformedDataException e) {
            note(e);
            return 0;
        }
    }

    private @Nullable Scope scope(@Nullable Scope outer, DwarfUnit unit, int nameForm, long name, String prefix) {
        if (outer != null && outer.depth > MAX_NESTING) {
            return outer;
        }
        var own = nameForm == 0 ? ANONYMOUS : text(unit, nameForm, name);
        if (prefix.length() + own.length() > MAX_PREFIX_CHARS) {
            throw tooLong(prefix.length() + own.length());
        }
        var depth = scanner.depth;
        scanner.descend();
        return new Scope(outer, depth, prefix + own + "::", false, 0, 0);
    }

    /** {@return the entry that gives the one just scanned its name} */
    private @Nullable Die origin(DwarfUnit unit) {
        var form = scanner.originForm;
        Die die = switch (form) {
            case DW_FORM_ref1, DW_FORM_ref2, DW_FORM_ref4, DW_FORM_ref8, DW_FORM_ref_udata ->
                unit.die(unit.header().offset() + scanner.origin);
            case DW_FORM_ref_addr -> unit.info().die(scanner.origin);
            default -> {
                var self = unit.die(scanner.offset);
                var abstractOrigin = self.reference(DW_AT_abstract_origin);
                yield abstractOrigin != null ? abstractOrigin : self.reference(DW_AT_specification);
            }
        };
        for (var count = 0; die != null && count < MAX_ORIGINS; count++) {
            if (die.has(DW_AT_name)) {
                return die;
            }
            var next = die.reference(DW_AT_abstract_origin);
            die = next != null ? next : die.reference(DW_AT_specification);
        }
        return null;
    }

    private long text(Die origin) {
        var text = origin.string(DW_AT_name);
        return intern((text == null ? "" : text).getBytes(StandardCharsets.UTF_8));
    }

    /** {@return the number in the pool of the text at an index of the unit} */
    private long pooled(long indexAndSize) {
        var data = scanner.data();
        var start = (int) indexAndSize;
        var end = start + (int) (indexAndSize >>> 32);
        return intern(data, start, end);
    }

    private int intern(byte[] text) {
        return intern(text, 0, text.length);
    }

    private int intern(byte[] data, int start, int end) {
        var hash = 1L;
        for (var at = start; at < end; at++) {
            hash = hash * 0x100_0000_01b3L + data[at];
        }
        hash = LongTable.mix(hash);
        var known = poolNames.find(hash);
        if (known >= 0) {
            return known;
        }
        if (end - start > MAX_POOL_BYTES - pool.size) {
            throw info.sections()
                    .section(DwarfSection.INFO)
                    .malformed(
                            scanner.offset, "names that are joined take more than %d bytes".formatted(MAX_POOL_BYTES));
        }
        var added = pool.add(data, start, end);
        poolNames.add(hash, added);
        return added;
    }

    /** {@return a name: where it is in {@code .debug_str}, or with the highest bit set, in the pool} */
    private long name(DwarfUnit unit, int form, long value, String prefix) {
        if (form == 0) {
            return 0;
        }
        if (prefix.isEmpty()) {
            if (form == DW_FORM_string) {
                return value | Long.MIN_VALUE;
            }
            if (form == DW_FORM_strp && unit.info() == info && value >= 0 && value < texts.length) {
                return value;
            }
            var offset = unit.info() == info ? unit.textOffset(form, value) : OptionalLong.empty();
            if (offset.isPresent() && offset.getAsLong() < texts.length) {
                return offset.getAsLong();
            }
        }
        var text = text(unit, form, value);
        if (prefix.length() + text.length() > MAX_NAME_CHARS) {
            throw tooLong(prefix.length() + text.length());
        }
        return intern((prefix + text).getBytes(StandardCharsets.UTF_8)) | Long.MIN_VALUE;
    }

    private MalformedDataException tooLong(int chars) {
        return info.sections()
                .section(DwarfSection.INFO)
                .malformed(scanner.offset, "its name has %d characters".formatted(chars));
    }

    private String text(DwarfUnit unit, int form, long value) {
        return form == DW_FORM_string ? pool.text((int) value) : unit.text(form, value);
    }

    /** {@return what entries of the same name share} */
    private long nameIdentity(long name) {
        return areTextsMerged && name >= 0 ? name * 0xd6e8_feb8_6659_fd93L : textIdentity(name);
    }

    private long textIdentity(long name) {
        // Pool offsets are this thread's own; their texts' hashes are everyone's.
        if (name < 0) {
            return pool.hash((int) name);
        }
        var slot = (int) name & hashedNames.length - 1;
        if (hashedNames[slot] != name + 1) {
            hashedNames[slot] = name + 1;
            nameHashes[slot] = TextPool.hash(texts, (int) Math.min(name, texts.length));
        }
        return nameHashes[slot];
    }

    private long identity(int tag, long name, int file, long line) {
        var ofName = nameIdentity(name);
        if (scanner.declaration) {
            return LongTable.mix(ofName + tag);
        }
        if (scanner.placed && (tag == DW_TAG_subprogram || tag == DW_TAG_variable)) {
            return 0;
        }
        var place = tag == DW_TAG_base_type ? 0 : files.identity(file) + line * 0xff51_afd7_ed55_8ccdL;
        return LongTable.mix(ofName + place + (tag + 0x100L + (scanner.byteSize << 16)) * 0xc4ce_b9fe_1a85_ec53L);
    }

    private void addEnumerator(DwarfUnit unit, Scope scope) {
        if (scanner.nameForm == 0) {
            return;
        }
        var value = scanner.nameForm == DW_FORM_string ? pooled(scanner.name) : scanner.name;
        var nameKey = name(unit, scanner.nameForm, value, scope.prefix);
        var identity = LongTable.mix(nameIdentity(nameKey) + scope.identity);
        var slot = (int) (identity >>> RECENT_SHIFT);
        if (recent[slot] != identity) {
            recent[slot] = identity;
            keep(unit.section(), IndexKind.ENUMERATOR.number(), nameKey, 0, 0, scanner.offset - scope.parent, identity);
        }
    }

    /** {@return whether it is a definition that was not seen before} */
    private boolean keep(DwarfSection section, int kind, long name, int file, long line, long byteSize, long identity) {
        if (kind < 0) {
            return false;
        }
        if (identity != 0 && entries.find(identity) >= 0) {
            return false;
        }
        var flags = (scanner.declaration ? DwarfIndex.DECLARATION : 0)
                | (scanner.placed ? DwarfIndex.PLACED : 0)
                | (scanner.abstractInstance ? DwarfIndex.ABSTRACT : 0)
                | (name < 0 ? DwarfIndex.NAME_IN_POOL : 0)
                | (section == DwarfSection.TYPES ? DwarfIndex.IN_TYPES : 0);
        hasNamesWithoutText |= name >= textByteSize;
        var entry = entries.add(identity);
        var numbers = entries.piece(entry);
        var at = IndexEntries.at(entry);
        numbers[at] = (int) name;
        var offset = base + scanner.offset;
        numbers[at + 1] = (int) offset;
        numbers[at + 2] = (int) (offset >>> 32) & 0xffff | kind << 16 | flags << 24;
        numbers[at + 3] = file;
        numbers[at + 4] = (int) line;
        numbers[at + 5] = (int) byteSize;
        // Here until the entries are chained.
        numbers[at + 6] = name < 0 ? DwarfIndex.hash(pool.bytes, name & MAX_OFFSET) : DwarfIndex.hash(texts, name);
        return true;
    }

    /** Adds what another thread found. */
    void addAll(IndexPart other) {
        var paths = other.files.paths();
        var fileNumbers = new int[paths.size()];
        for (var file = 1; file < fileNumbers.length; file++) {
            fileNumbers[file] = files.number(paths.get(file));
        }
        // Texts of one part may be in others too; a pool has few, so they may be there twice.
        var poolStart = pool.add(other.pool.bytes, 0, other.pool.size);
        var count = other.entries.count();
        for (var first = 0; first < count; first += JOINED_AT_ONCE) {
            addSome(other.entries, first, Math.min(count, first + JOINED_AT_ONCE), fileNumbers, poolStart);
        }
        hasNamesWithoutText |= other.hasNamesWithoutText;
        ranges.addAll(other.ranges);
        problems.addAll(other.problems);
    }

    /** Of entries of one definition, that with the lowest offset stays. */
    private void addSome(IndexEntries other, int first, int end, int[] fileNumbers, int poolStart) {
        for (var from = first; from < end; from++) {
            var identity = other.identity(from);
            var to = identity == 0 ? -1 : entries.find(identity);
            if (to < 0) {
                to = entries.add(identity);
            } else if (entries.offset(to) <= other.offset(from)) {
                continue;
            }
            entries.copy(other, from, to);
            var numbers = entries.piece(to);
            var at = IndexEntries.at(to);
            if (entries.isInPool(to)) {
                numbers[at] += poolStart;
            }
            numbers[at + 3] = fileNumbers[numbers[at + 3]];
        }
    }

    /** {@return how many entries were dropped, because their names are where no text is} Nothing can be added after it. */
    int dropWithoutText() {
        if (!hasNamesWithoutText) {
            return 0;
        }
        var count = entries.count();
        var kept = 0;
        for (var entry = 0; entry < count; entry++) {
            var name = entries.piece(entry)[IndexEntries.at(entry)];
            if (entries.isInPool(entry) || (name & MAX_OFFSET) < textByteSize) {
                entries.copy(entries, entry, kept++);
            }
        }
        entries.cut(kept);
        return count - kept;
    }
}
