package org.wyrm.target.qemu.internal;

import java.util.Map;
import java.util.Optional;

/** An object of JSON: text, numbers, truth values, lists and objects, by name. Immutable. */
record JsonObject(Map<String, Object> members) {
    /** {@return a member, if there is one of that kind} */
    <T> Optional<T> find(String name, Class<T> kind) {
        var member = members.get(name);
        return kind.isInstance(member) ? Optional.of(kind.cast(member)) : Optional.empty();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }
}
