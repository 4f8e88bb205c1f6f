package org.wyrm.linux.commands.internal;

import java.util.Map;
import java.util.Optional;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.linux.module.Modules;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.program.Program;

/**
 * A module that the kernel is to have loaded: {@code wyrm.module;filter:="(name=dm_mod)"}. One that is built in is no
 * module: where it may be, a symbol of it is what to ask for.
 */
@Contributes(type = TargetRequirement.class, name = "wyrm.module")
public final class ModuleRequirement implements TargetRequirement {
    @Override
    public Optional<String> lacking(Object target, Map<String, String> wanted) {
        var name = TargetRequirement.value(wanted, "name");
        // The kernel has it with underscores, whatever the file is called.
        var loaded = name.replace('-', '_');
        return target instanceof Program program
                        && Modules.forEachModule(program)
                                .anyMatch(module -> Modules.name(module).equals(loaded))
                ? Optional.empty()
                : Optional.of("kernel module " + name);
    }
}
