package org.wyrm.platform.script;

import java.util.List;

/**
 * A script.
 *
 * @param name what errors call it: a file's path, or {@code -e}
 * @param text what it says; a first line of {@code #!} is empty
 * @param arguments what the user said after it
 */
public record ScriptSource(String name, String text, List<String> arguments) {
    public ScriptSource {
        arguments = List.copyOf(arguments);
    }

    /** {@return what the Java stack calls it: the name without folders} */
    public String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
