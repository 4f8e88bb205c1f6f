package org.wyrm.linux.commands.internal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.wyrm.base.contribution.Contributes;
import org.wyrm.base.error.LookupFailedException;
import org.wyrm.linux.kconfig.Kconfig;
import org.wyrm.platform.command.TargetRequirement;
import org.wyrm.program.Program;

/**
 * What the kernel is to be configured with: {@code wyrm.config;filter:="(name=CONFIG_BLK_CGROUP)"}, built in or as a module, or
 * with one value, {@code (&(name=CONFIG_HZ)(value=250))}.
 */
@Contributes(type = TargetRequirement.class, name = "wyrm.config")
public final class ConfigRequirement implements TargetRequirement {
    private static final Set<String> IS_SET = Set.of("y", "m");

    @Override
    public Optional<String> lacking(Object target, Map<String, String> wanted) {
        var name = TargetRequirement.value(wanted, "name");
        var value = wanted.get("value");
        var words = name + (value == null ? "" : "=" + value);
        if (!(target instanceof Program program)) {
            return Optional.of(words);
        }
        try {
            var has = Kconfig.of(program, Path.of("/")).values().getOrDefault(name, "n");
            return (value == null ? IS_SET.contains(has) : value.equals(has)) ? Optional.empty() : Optional.of(words);
        } catch (LookupFailedException e) {
            return Optional.of("%s (not known: %s)".formatted(words, e.getMessage()));
        }
    }
}
