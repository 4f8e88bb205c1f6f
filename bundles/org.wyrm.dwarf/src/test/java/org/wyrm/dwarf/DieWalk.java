package org.wyrm.dwarf;

import static org.wyrm.dwarf.constants.DwAttribute.*;
import static org.wyrm.dwarf.constants.DwForm.*;
import static org.wyrm.dwarf.constants.DwTag.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;

/**
 * The entries of a unit that an index wants, by the scanner and by a walk of the tree.
 *
 * @param entries in their order, as text
 * @param error what ended the reading, if anything did
 */
record DieWalk(List<String> entries, @Nullable MalformedDataException error) {
    private static final Set<Integer> REPORTED = Set.of(
            DW_TAG_structure_type,
            DW_TAG_class_type,
            DW_TAG_union_type,
            DW_TAG_enumeration_type,
            DW_TAG_typedef,
            DW_TAG_base_type,
            DW_TAG_unspecified_type,
            DW_TAG_subprogram,
            DW_TAG_variable,
            DW_TAG_enumerator,
            DW_TAG_namespace);

    /** Both go below these, as the index does. */
    private static boolean isOpened(int tag) {
        return tag == DW_TAG_namespace || tag == DW_TAG_enumeration_type;
    }

    private static boolean isReported(Die die) {
        return REPORTED.contains(die.tag())
                && (isOpened(die.tag())
                        || die.has(DW_AT_name)
                        || die.has(DW_AT_abstract_origin)
                        || die.has(DW_AT_specification));
    }

    static DieWalk byScanner(UnitScanner scanner, DwarfInfo info, DwarfSection section, UnitHeader header) {
        var found = new ArrayList<String>();
        try {
            scanner.start(info, section, header);
            while (scanner.next()) {
                found.add(describe(scanner));
                if (isOpened(scanner.tag)) {
                    scanner.descend();
                }
            }
        } catch (MalformedDataException e) {
            return new DieWalk(found, e);
        }
        return new DieWalk(found, null);
    }

    static DieWalk byTree(DwarfUnit unit) {
        var found = new ArrayList<String>();
        try {
            walk(unit.root(), 0, found);
        } catch (MalformedDataException e) {
            return new DieWalk(found, e);
        }
        return new DieWalk(found, null);
    }

    private static void walk(Die parent, int depth, List<String> found) {
        var open = new java.util.ArrayDeque<java.util.Iterator<Die>>();
        open.push(parent.children().iterator());
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                continue;
            }
            var die = open.peek().next();
            if (isReported(die)) {
                found.add(describe(die, depth + open.size() - 1));
                if (isOpened(die.tag()) && die.hasChildren()) {
                    open.push(die.children().iterator());
                }
            }
        }
    }

    private static String describe(UnitScanner scanner) {
        return "0x%x: tag 0x%x depth %d name %x.%x file %x line %x size %x%s%s%s%s origin %x.%x"
                .formatted(
                        scanner.offset,
                        scanner.tag,
                        scanner.depth,
                        scanner.nameForm,
                        scanner.name,
                        scanner.file,
                        scanner.line,
                        scanner.byteSize,
                        scanner.declaration ? " declaration" : "",
                        scanner.placed ? " placed" : "",
                        scanner.abstractInstance ? " abstract" : "",
                        scanner.hasChildren ? " children" : "",
                        scanner.originForm,
                        scanner.originForm == 0 ? 0 : scanner.origin);
    }

    private static String describe(Die die, int depth) {
        var origin = die.has(DW_AT_specification) && !die.has(DW_AT_abstract_origin)
                ? DW_AT_specification
                : DW_AT_abstract_origin;
        return "0x%x: tag 0x%x depth %d name %x.%x file %x line %x size %x%s%s%s%s origin %x.%x"
                .formatted(
                        die.offset(),
                        die.tag(),
                        depth,
                        die.form(DW_AT_name),
                        die.rawValue(DW_AT_name),
                        die.rawValue(DW_AT_decl_file),
                        die.rawValue(DW_AT_decl_line),
                        byteSize(die),
                        die.flag(DW_AT_declaration) || die.has(DW_AT_signature) ? " declaration" : "",
                        die.has(DW_AT_location)
                                        || die.has(DW_AT_low_pc)
                                        || die.has(DW_AT_ranges)
                                        || die.has(DW_AT_const_value)
                                ? " placed"
                                : "",
                        die.flag(DW_AT_inline) ? " abstract" : "",
                        die.hasChildren() ? " children" : "",
                        die.form(origin),
                        die.rawValue(origin));
    }

    /** A size that only an expression tells counts for none. */
    private static long byteSize(Die die) {
        return switch (die.form(DW_AT_byte_size)) {
            case DW_FORM_block, DW_FORM_block1, DW_FORM_block2, DW_FORM_block4, DW_FORM_exprloc -> 0;
            default -> die.rawValue(DW_AT_byte_size);
        };
    }
}
