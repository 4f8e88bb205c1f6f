package org.wyrm.platform.command;

import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.wyrm.base.error.OperationFailedException;

/**
 * Tells whether a target has what plug-ins ask of it. A bundle asks by {@code Require-Capability} with
 * {@code effective:=target}, which the framework ignores; its commands are refused a target that lacks it. Contributed by
 * the name of the namespace: {@code wyrm.module}.
 */
@ConsumerType
public interface TargetRequirement {
    /**
     * {@return what the target lacks, as words: {@code kernel module dm_mod}; empty if it lacks nothing}
     *
     * @param target as {@link CommandContext#target} gives it
     * @param wanted the values that the filter asks for: {@code name} and {@code dm_mod} of {@code (name=dm_mod)}
     * @throws OperationFailedException if something else is asked than this can tell
     */
    Optional<String> lacking(Object target, Map<String, String> wanted);

    /**
     * {@return one of the values}
     *
     * @throws OperationFailedException if it is not among them
     */
    static String value(Map<String, String> wanted, String name) {
        var value = wanted.get(name);
        if (value == null) {
            throw new OperationFailedException("a requirement of a target does not say its '" + name + "': " + wanted);
        }
        return value;
    }
}
