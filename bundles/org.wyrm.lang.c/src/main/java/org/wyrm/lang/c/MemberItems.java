package org.wyrm.lang.c;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.Attempt;
import org.wyrm.lang.c.ValueFormat.Option;
import org.wyrm.program.Field;
import org.wyrm.program.Value;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType.Member;

/** The members of a structure; where names are written, those of anonymous members among them. Confined to one thread. */
final class MemberItems implements Items {
    /** More than any structure has; damaged ones without a name may lie in one another. */
    private static final int MAX_MEMBERS = 100_000;

    private static final String LEFT_OUT = "... more members";

    private final ValueFormat format;
    private final Value object;
    private final Deque<Level> levels = new ArrayDeque<>();
    private int memberCount;
    private @Nullable Item next;

    /** Members that are being gone over, and where their structure begins in the object, in bits. */
    private record Level(Iterator<Member> members, long bitOffset) {}

    MemberItems(ValueFormat format, Value object, CompoundType type) {
        this.format = format;
        this.object = object;
        levels.push(new Level(initialized(type.members()).iterator(), 0));
        next = find();
    }

    /** Without names members are known by their places: only at the end can some be left out. */
    private List<Member> initialized(List<Member> members) {
        var count = members.size();
        if (!format.has(Option.MEMBER_NAMES) && !format.has(Option.IMPLICIT_MEMBERS)) {
            while (count > 0 && Zero.isZero(object, members.get(count - 1))) {
                count--;
            }
        }
        return members.subList(0, count);
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Item next() {
        var item = next;
        if (item == null) {
            throw new NoSuchElementException();
        }
        next = find();
        return item;
    }

    private @Nullable Item find() {
        while (!levels.isEmpty()) {
            var level = levels.peek();
            if (!level.members.hasNext()) {
                levels.pop();
                continue;
            }
            if (++memberCount > MAX_MEMBERS) {
                levels.clear();
                return Item.note("", LEFT_OUT);
            }
            var member = level.members.next();
            var bitOffset = level.bitOffset + member.bitOffset();
            if (format.has(Option.MEMBER_NAMES)
                    && member.name().isEmpty()
                    && member.type().resolve().unaliased() instanceof CompoundType inner) {
                levels.push(new Level(inner.members().iterator(), bitOffset));
                continue;
            }
            var item = item(member, bitOffset);
            if (item.isPresent()) {
                return item.get();
            }
        }
        return null;
    }

    private Optional<Item> item(Member member, long bitOffset) {
        var label = format.has(Option.MEMBER_NAMES)
                ? member.name().map(name -> "." + name + " = ").orElse("")
                : "";
        var value = Attempt.of(() -> object.member(field(member, bitOffset)));
        if (value instanceof Attempt.Failure<Value>(var error)) {
            return Optional.of(Item.note(label, ValueWriter.note(error)));
        }
        return Optional.of(value.orElse(object))
                .filter(found ->
                        format.has(Option.IMPLICIT_MEMBERS) || !format.has(Option.MEMBER_NAMES) || !Zero.isZero(found))
                .map(found -> Item.of(label, found, format.has(Option.MEMBER_TYPE_NAMES)));
    }

    static Field field(Member member, long bitOffset) {
        return new Field(member.name().orElse(""), member.type().resolve(), bitOffset, member.bitFieldBits());
    }

    @Override
    public Item skip() {
        levels.clear();
        next = null;
        return Item.note("", LEFT_OUT);
    }
}
