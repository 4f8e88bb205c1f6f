package org.wyrm.platform.script;

import java.util.HashMap;
import java.util.Map;
import org.wyrm.base.error.OperationFailedException;

/** The classes that a script was compiled to; each is made when it is first needed. Thread-safe. */
public final class ScriptClasses extends ClassLoader {
    private final Map<String, byte[]> bytes;

    /**
     * @param parent has what the script uses
     * @param bytes class files by the names of their classes
     */
    public ScriptClasses(ClassLoader parent, Map<String, byte[]> bytes) {
        super(parent);
        this.bytes = new HashMap<>(bytes);
    }

    /**
     * {@return a class of the script}
     *
     * @throws OperationFailedException if it has none of that name
     */
    public Class<?> script(String name) {
        try {
            return loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new OperationFailedException("the script has no class " + name, e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        var found = bytes.get(name);
        if (found == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, found, 0, found.length);
    }
}
