package org.wyrm.linux.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.wyrm.base.error.Attempt;
import org.wyrm.base.error.UsageException;
import org.wyrm.lang.c.CFormat;
import org.wyrm.lang.c.ValueFormat;
import org.wyrm.program.Field;
import org.wyrm.program.Program;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;

/** The members of each entry of a list or tree that the user wants to see, their places worked out once. */
final class EntryMembers {
    private static final ValueFormat FORMAT = ValueFormat.DEFAULT
            .without(ValueFormat.Option.TYPE_NAME)
            .without(ValueFormat.Option.MEMBER_TYPE_NAMES)
            .without(ValueFormat.Option.DEREFERENCE);

    private final Program program;
    private final List<Wanted> wanted;
    private final ValueFormat format;

    /** Members of one type. */
    private record Wanted(TargetType type, List<Field> fields) {}

    /**
     * A member of an entry.
     *
     * @param value as {@code print} writes it, without types and what pointers point to
     */
    record Row(String name, String type, Attempt<String> value) {}

    private EntryMembers(Program program, List<Wanted> wanted, ValueFormat format) {
        this.program = program;
        this.wanted = wanted;
        this.format = format;
    }

    /** @param texts each {@code STRUCT} for all members, {@code STRUCT.MEMBER}, or {@code STRUCT.MEMBER,MEMBER} */
    static EntryMembers parse(Program program, List<String> texts) {
        return new EntryMembers(
                program, texts.stream().map(text -> wanted(program, text)).toList(), FORMAT);
    }

    /** {@return these members, with integers in base 16 or 10} */
    EntryMembers integerBase(int base) {
        return new EntryMembers(program, wanted, format.integerBase(base));
    }

    private static Wanted wanted(Program program, String text) {
        var path = StructPath.parse(program, text);
        if (!(path.type().unaliased() instanceof CompoundType compound)) {
            throw new UsageException("-s " + text + ": " + CFormat.name(path.type()) + " is not a structure");
        }
        var names =
                path.members().map(members -> List.of(members.split(",", -1))).orElseGet(() -> names(compound));
        return new Wanted(
                path.type(),
                names.stream().map(name -> Field.of(path.type(), name)).toList());
    }

    private static List<String> names(CompoundType type) {
        var names = new ArrayList<String>();
        for (var member : type.members()) {
            member.name().ifPresentOrElse(names::add, () -> {
                if (member.type().resolve().unaliased() instanceof CompoundType inner) {
                    names.addAll(names(inner));
                }
            });
        }
        return names;
    }

    /** {@return the structure whose members are shown, if it is one only} */
    Optional<TargetType> type() {
        return wanted.stream().map(Wanted::type).distinct().count() == 1
                ? Optional.of(wanted.getFirst().type)
                : Optional.empty();
    }

    /** {@return the members of the entry at an address} */
    List<Row> of(long address) {
        return wanted.stream()
                .flatMap(each -> rows(program.object(each.type, address), each.fields))
                .toList();
    }

    private Stream<Row> rows(Value entry, List<Field> fields) {
        return fields.stream()
                .map(field -> new Row(
                        field.name(),
                        CFormat.name(field.type()),
                        Attempt.of(() -> format.format(entry.member(field)))));
    }

    /** {@return lines to put under the entry, each after a line end} */
    static String lines(List<Row> rows) {
        return rows.stream()
                .map(row -> "\n  " + row.name + " = " + shown(row.value).replace("\n", "\n  "))
                .collect(Collectors.joining());
    }

    private static String shown(Attempt<String> value) {
        return value instanceof Attempt.Failure<String> failure
                ? "<" + failure.error().getMessage() + ">"
                : value.orElse("");
    }
}
