package org.wyrm.symbols;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.MalformedDataException;
import org.wyrm.symbols.TargetType.Member;

/**
 * A structure, union or class. Looks its members up by name, those of its anonymous members included.
 *
 * <p>Immutable and thread-safe; equal only to itself.
 */
public final class CompoundType implements TargetType {
    private static final int MAX_NESTING = 64;
    private static final int MAX_MEMBERS = 100_000;

    /** Which of C's keywords makes it. */
    public enum Keyword {
        /** Its members lie one after the other. */
        STRUCT(TypeKind.STRUCT),
        /** Its members lie one upon the other. */
        UNION(TypeKind.UNION);

        private final TypeKind kind;

        Keyword(TypeKind kind) {
            this.kind = kind;
        }

        /** {@return the kind of its name} */
        public TypeKind kind() {
            return kind;
        }
    }

    private final TypeRef ref;
    private final Keyword keyword;
    private final Optional<String> tag;
    private final long byteSize;
    private final List<Member> members;
    private final boolean complete;
    private volatile @Nullable Map<String, Member> membersByName;

    /**
     * @param tag its tag, unless it is anonymous
     * @param byteSize its size in bytes; 0 when it is not complete
     * @param complete false where only {@code struct tag} was seen, not its members
     */
    public CompoundType(
            TypeRef ref, Keyword keyword, Optional<String> tag, long byteSize, List<Member> members, boolean complete) {
        this.ref = ref;
        this.keyword = keyword;
        this.tag = tag;
        this.byteSize = byteSize;
        this.members = List.copyOf(members);
        this.complete = complete;
    }

    @Override
    public TypeRef ref() {
        return ref;
    }

    @Override
    public TargetType unaliased() {
        return this;
    }

    /** {@return whether it is a structure or a union} */
    public Keyword keyword() {
        return keyword;
    }

    /** {@return its tag, unless it is anonymous} */
    public Optional<String> tag() {
        return tag;
    }

    /** {@return its size in bytes} */
    public long byteSize() {
        return byteSize;
    }

    /** {@return its members in their order, those of anonymous members not included} */
    public List<Member> members() {
        return members;
    }

    /** {@return whether its members are known} */
    public boolean isComplete() {
        return complete;
    }

    /**
     * {@return the member with a name, its offset counted from the start of this type, even where it is a member of an
     * anonymous member}
     */
    public Optional<Member> findMember(String name) {
        var known = membersByName;
        if (known == null) {
            known = new HashMap<>();
            collect(this, 0, 0, 0, known);
            membersByName = known;
        }
        return Optional.ofNullable(known.get(name));
    }

    /** {@return how many members were seen so far, which are many more than names where a type is its own member twice} */
    private int collect(CompoundType type, long bitOffset, int nesting, int seenBefore, Map<String, Member> into) {
        var seen = seenBefore + type.members.size();
        if (nesting > MAX_NESTING || seen > MAX_MEMBERS) {
            throw new MalformedDataException(toString(), ref.id(), "its anonymous members have no end");
        }
        for (var member : type.members) {
            var at = bitOffset + member.bitOffset();
            if (member.name().isPresent()) {
                // Those that Java code asks for are interned: then no characters are compared.
                var name = member.name().get().intern();
                into.putIfAbsent(name, new Member(member.name(), member.type(), at, member.bitFieldBits()));
            } else if (member.type().resolve().unaliased() instanceof CompoundType inner) {
                seen = collect(inner, at, nesting + 1, seen, into);
            }
        }
        return seen;
    }

    /** {@return C's name for it: {@code struct task_struct}} */
    @Override
    public String toString() {
        return keyword.kind().label() + " " + tag.orElse("<anonymous>");
    }
}
