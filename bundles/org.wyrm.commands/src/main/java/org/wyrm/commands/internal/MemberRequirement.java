package org.wyrm.commands.internal;

import java.util.Map;
import java.util.Optional;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.program.Program;

/**
 * A member that a type of the target is to have, anonymous ones in between: {@code
 * wyrm.member;filter:="(&(type=struct request)(name=rq_flags))"}.
 */
@Contributes(type = TargetRequirement.class, name = "wyrm.member")
public final class MemberRequirement implements TargetRequirement {
    @Override
    public Optional<String> lacking(Object target, Map<String, String> wanted) {
        var type = TargetRequirement.value(wanted, "type");
        var name = TargetRequirement.value(wanted, "name");
        return target instanceof Program program && has(program, type, name)
                ? Optional.empty()
                : Optional.of("member " + name + " of " + type);
    }

    private static boolean has(Program program, String type, String name) {
        try {
            program.field(type, name);
            return true;
        } catch (LookupFailedException e) {
            return false;
        }
    }
}
