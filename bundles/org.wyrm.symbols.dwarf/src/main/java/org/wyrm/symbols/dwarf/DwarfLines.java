package org.wyrm.symbols.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.wyrm.dwarf.Die;
import org.wyrm.dwarf.DwarfSection;
import org.wyrm.dwarf.DwarfUnit;
import org.wyrm.dwarf.LineHeader;
import org.wyrm.dwarf.LineTable;
import org.wyrm.dwarf.UnitScanner;
import org.wyrm.symbols.SourceFrame;
import org.wyrm.symbols.SourceLine;
import org.wyrm.symbols.SourcePlace;
import org.wyrm.symbols.spi.LineFinder;

/** Lines, functions and inlined calls of one file. Thread-safe; what was decoded of a unit is kept. */
final class DwarfLines implements LineFinder {
    private static final int MAX_NESTING = 256;
    static final int MAX_ORIGINS = 8;

    private final DwarfFile file;
    private final AddressMapping mapping;
    private final ConcurrentHashMap<Long, UnitCode> units = new ConcurrentHashMap<>();

    DwarfLines(DwarfFile file, AddressMapping mapping) {
        this.file = file;
        this.mapping = mapping;
    }

    /** What a unit has of code. */
    private record UnitCode(DwarfUnit unit, @Nullable LineTable lines, List<Function> functions) {}

    private record Function(long start, long end, Die die) {}

    @Override
    public List<SourceFrame> framesAt(long virtualAddress) {
        var inFile = mapping.toFile(virtualAddress);
        if (inFile.isEmpty()) {
            return List.of();
        }
        var address = inFile.getAsLong();
        return file.keptFrames(address).orElseGet(() -> {
            var frames = readFrames(address);
            file.keepFrames(address, frames);
            return frames;
        });
    }

    private List<SourceFrame> readFrames(long address) {
        var code = codeAt(address);
        if (code == null) {
            return List.of();
        }
        var frames = new ArrayList<SourceFrame>();
        var place = place(code, address);
        for (var scope : scopes(code, address).reversed()) {
            if (scope.tag() == DW_TAG_lexical_block) {
                continue;
            }
            var isInlined = scope.tag() == DW_TAG_inlined_subroutine;
            frames.add(new SourceFrame(Optional.ofNullable(name(scope)), place, isInlined));
            if (isInlined) {
                place = call(code, scope);
            }
        }
        if (frames.isEmpty() && place.isPresent()) {
            frames.add(new SourceFrame(Optional.empty(), place, false));
        }
        return frames;
    }

    private @Nullable UnitCode codeAt(long address) {
        var unitOffset = file.index().unitOf(address);
        return unitOffset < 0 ? null : units.computeIfAbsent(unitOffset, this::read);
    }

    /** {@return the function that an address of the file is in, the calls inlined there and the blocks, outermost first} */
    List<Die> scopeEntries(long address) {
        var code = codeAt(address);
        return code == null ? List.of() : scopes(code, address);
    }

    private UnitCode read(long unitOffset) {
        var unit = file.info().unitAt(DwarfSection.INFO, unitOffset);
        var functions = functions(file.units().whole(unit));
        functions.sort((left, right) -> Long.compareUnsigned(left.start, right.start));
        var lines = unit.lineHeader()
                .map(header -> LineTable.decode(header, unit.info().zeroAddress()))
                .orElse(null);
        return new UnitCode(unit, lines, functions);
    }

    /** Entries are made of functions only: a unit of the kernel has tens of thousands of others beside them. */
    private static List<Function> functions(DwarfUnit unit) {
        var functions = new ArrayList<Function>();
        var scanner = new UnitScanner();
        var scanned = scanner.start(unit.info(), unit.section(), unit.header());
        var hasMembers = !ScopedName.isC(scanned);
        while (scanner.next()) {
            switch (scanner.tag) {
                case DW_TAG_subprogram -> {
                    if (scanner.placed) {
                        var die = unit.die(scanner.offset);
                        var ranges = die.ranges();
                        for (var range = 0; range < ranges.count(); range++) {
                            functions.add(new Function(ranges.start(range), ranges.end(range), die));
                        }
                    }
                }
                case DW_TAG_namespace, DW_TAG_class_type, DW_TAG_structure_type, DW_TAG_module -> {
                    if (hasMembers && scanner.depth < MAX_NESTING) {
                        scanner.descend();
                    }
                }
                default -> {}
            }
        }
        return functions;
    }

    private static List<Die> scopes(UnitCode code, long address) {
        var scopes = new ArrayList<Die>();
        var function = function(code.functions, address);
        if (function != null) {
            scopes.add(function);
            Die inner = function;
            for (var nesting = 0; inner != null && nesting < MAX_NESTING; nesting++) {
                inner = innerScope(inner, address);
                if (inner != null) {
                    scopes.add(inner);
                }
            }
        }
        return scopes;
    }

    private static @Nullable Die function(List<Function> functions, long address) {
        var low = 0;
        var high = functions.size();
        while (low < high) {
            var middle = (low + high) >>> 1;
            if (Long.compareUnsigned(functions.get(middle).start, address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && Long.compareUnsigned(address, functions.get(low - 1).end) < 0
                ? functions.get(low - 1).die
                : null;
    }

    private static @Nullable Die innerScope(Die outer, long address) {
        for (var die : outer.children()) {
            var tag = die.tag();
            if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)
                    && die.ranges().contains(address)) {
                return die;
            }
        }
        return null;
    }

    private static @Nullable String name(Die function) {
        var at = function;
        for (var count = 0; count < MAX_ORIGINS; count++) {
            var name = at.string(DW_AT_name);
            if (name != null) {
                return name;
            }
            var origin = at.reference(DW_AT_abstract_origin);
            origin = origin != null ? origin : at.reference(DW_AT_specification);
            if (origin == null) {
                return null;
            }
            at = origin;
        }
        return null;
    }

    private static Optional<SourcePlace> place(UnitCode code, long address) {
        var lines = code.lines;
        return lines == null
                ? Optional.empty()
                : lines.find(address)
                        .map(row -> new SourcePlace(path(code, lines, row.file()), row.line(), row.column()));
    }

    private static Optional<SourcePlace> call(UnitCode code, Die call) {
        var lines = code.lines;
        var callFile = call.number(DW_AT_call_file);
        if (lines == null || callFile.isEmpty()) {
            return Optional.empty();
        }
        var path = path(code, lines, Math.clamp(callFile.getAsLong(), 0, Integer.MAX_VALUE));
        return Optional.of(
                new SourcePlace(path, (int) call.number(DW_AT_call_line).orElse(0), (int)
                        call.number(DW_AT_call_column).orElse(0)));
    }

    private static String path(UnitCode code, LineTable lines, int fileNumber) {
        return lines.files().has(fileNumber)
                ? SourcePath.shown(code.unit, code.unit.filePath(lines.header(), lines.files(), fileNumber))
                : "?";
    }

    @Override
    public List<SourceLine> findLine(String wanted, int line) {
        var exact = new ArrayList<SourceLine>();
        var nearest = new ArrayList<SourceLine>();
        var nearestLine = Integer.MAX_VALUE;
        for (var unit : unitsByTable()) {
            var header = unit.lineHeader();
            var numbers = header.map(known -> numbers(unit, known, wanted)).orElseGet(BitSet::new);
            if (numbers.isEmpty()) {
                continue;
            }
            var lines = LineTable.decode(header.orElseThrow(), file.info().zeroAddress());
            add(unit, lines, numbers, line, exact);
            var near = exact.isEmpty() ? lines.nearestLine(numbers, line) : java.util.OptionalInt.empty();
            if (near.isPresent() && near.getAsInt() <= nearestLine) {
                if (near.getAsInt() < nearestLine) {
                    nearest.clear();
                }
                nearestLine = near.getAsInt();
                add(unit, lines, numbers, nearestLine, nearest);
            }
        }
        var found = exact.isEmpty() ? nearest : exact;
        found.sort((left, right) -> Long.compareUnsigned(left.virtualAddress(), right.virtualAddress()));
        return List.copyOf(found);
    }

    /**
     * {@return a unit for each line table} Units of types, and those that dwz makes, share the table of the unit that they
     * are of, which alone says its folder.
     */
    private Collection<DwarfUnit> unitsByTable() {
        var units = new LinkedHashMap<Long, DwarfUnit>();
        for (var unit : file.info().units(DwarfSection.INFO)) {
            var table = unit.root().number(DW_AT_stmt_list);
            if (table.isPresent() && (unit.root().has(DW_AT_comp_dir) || !units.containsKey(table.getAsLong()))) {
                units.put(table.getAsLong(), unit);
            }
        }
        return units.values();
    }

    private void add(DwarfUnit unit, LineTable lines, BitSet numbers, int line, List<SourceLine> found) {
        lines.rowsOf(numbers, line).mapToObj(lines::row).forEach(row -> {
            var address = mapping.toTarget(row.address());
            if (address.isPresent()) {
                var path = SourcePath.shown(unit, unit.filePath(lines.header(), lines.files(), row.file()));
                found.add(new SourceLine(address.getAsLong(), new SourcePlace(path, row.line(), row.column())));
            }
        });
    }

    private static BitSet numbers(DwarfUnit unit, LineHeader header, String wanted) {
        var numbers = new BitSet();
        var files = header.files();
        for (var number = files.firstIndex(); number < files.endIndex(); number++) {
            // The name first: most files are others, and a path takes time to make.
            var name = files.name(number, unit.lineStrings());
            var isPossible = name.endsWith(wanted) || wanted.endsWith(name);
            if (isPossible && isEnd(unit.filePath(header, files, number), wanted)) {
                numbers.set(number);
            }
        }
        return numbers;
    }

    private static boolean isEnd(String path, String wanted) {
        return path.equals(wanted) || path.endsWith("/" + wanted);
    }
}
