package org.wyrm.commands.internal;

import java.util.Map;
import java.util.Optional;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.program.Program;

/** The architecture that a target is to be of: {@code wyrm.architecture;filter:="(name=x86_64)"}. */
@Contributes(type = TargetRequirement.class, name = "wyrm.architecture")
public final class ArchitectureRequirement implements TargetRequirement {
    @Override
    public Optional<String> lacking(Object target, Map<String, String> wanted) {
        var name = TargetRequirement.value(wanted, "name");
        return target instanceof Program program
                        && program.image().architecture().equals(name)
                ? Optional.empty()
                : Optional.of("architecture " + name);
    }
}
