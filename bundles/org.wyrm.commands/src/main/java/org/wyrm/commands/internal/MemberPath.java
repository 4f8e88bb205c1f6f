package org.wyrm.commands.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.base.error.UsageException;
import org.wyrm.symbols.CompoundType;
import org.wyrm.symbols.TargetType;
import org.wyrm.symbols.TargetType.Member;
import org.wyrm.symbols.TargetType.PointerType;

/**
 * A type and members in it, one after the other: {@code task_struct.se.load}, {@code task_struct->mm->pgd}. A point and
 * an arrow do the same.
 *
 * @param type the text before the members
 * @param members their names; may be empty
 */
record MemberPath(String type, List<String> members) {
    private static final Pattern SEPARATOR = Pattern.compile("\\s*(\\.|->)\\s*");

    /** {@return the parts of a text; points in the name of a file, before {@code ::}, separate nothing} */
    static MemberPath parse(String text) {
        var file = text.lastIndexOf("::") + 1;
        var separator = SEPARATOR.matcher(text);
        if (!separator.find(file)) {
            return new MemberPath(text, List.of());
        }
        var members = new ArrayList<String>();
        for (var name : SEPARATOR.split(text.substring(separator.end()), -1)) {
            if (!name.matches("\\w+")) {
                throw new UsageException("type: '" + name + "' in '" + text + "' is not the name of a member");
            }
            members.add(name);
        }
        return new MemberPath(text.substring(0, separator.start()), List.copyOf(members));
    }

    /** {@return the last member, its place counted from the start of the type, or of what the last pointer leads to} */
    Member find(TargetType from) {
        var current = from;
        Optional<String> name = Optional.empty();
        var bits = OptionalInt.empty();
        var bitOffset = 0L;
        for (var wanted : members) {
            if (current.unaliased() instanceof PointerType pointer) {
                current = pointer.target().resolve();
                bitOffset = 0;
            }
            if (!(current.unaliased() instanceof CompoundType compound)) {
                throw new LookupFailedException("member", wanted, current + " is neither a structure nor a union");
            }
            var member = compound.findMember(wanted)
                    .orElseThrow(() -> new LookupFailedException("member", wanted, "in " + compound));
            name = member.name();
            bits = member.bitFieldBits();
            bitOffset += member.bitOffset();
            current = member.type().resolve();
        }
        return new Member(name, current.ref(), bitOffset, bits);
    }
}
