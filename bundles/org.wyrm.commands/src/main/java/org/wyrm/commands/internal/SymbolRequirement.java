package org.wyrm.commands.internal;

import java.util.Map;
import java.util.Optional;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.program.Program;

/** A symbol that a target is to have: {@code wyrm.symbol;filter:="(name=dm_table_create)"}. */
@Contributes(type = TargetRequirement.class, name = "wyrm.symbol")
public final class SymbolRequirement implements TargetRequirement {
    @Override
    public Optional<String> lacking(Object target, Map<String, String> wanted) {
        var name = TargetRequirement.value(wanted, "name");
        return target instanceof Program program && !program.symbols(name).isEmpty()
                ? Optional.empty()
                : Optional.of("symbol " + name);
    }
}
