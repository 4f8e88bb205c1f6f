package org.wyrm.script.groovy.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.tools.GroovyClass;
import org.wyrm.base.error.OperationFailedException;

/** The classes that a script was compiled to; each is made when it is first needed. Thread-safe. */
final class ScriptClasses extends ClassLoader {
    private final Map<String, byte[]> bytes = new HashMap<>();

    ScriptClasses(ClassLoader parent, List<GroovyClass> classes) {
        super(parent);
        classes.forEach(each -> bytes.put(each.getName(), each.getBytes()));
    }

    /** {@return the class of the script} */
    Class<?> script(String name) {
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
