package org.wyrm.script.groovy.internal;

import groovy.lang.GroovyObjectSupport;
import groovy.lang.MissingMethodException;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;
import org.wyrm.base.error.LookupFailedException;

/** A record that a helper gives: its components, as properties or as calls, are as all that helpers give. */
public final class ScriptRecord extends GroovyObjectSupport {
    private final Values values;
    private final Record javaRecord;

    ScriptRecord(Values values, Record javaRecord) {
        this.values = values;
        this.javaRecord = javaRecord;
    }

    Record javaRecord() {
        return javaRecord;
    }

    @Override
    public @Nullable Object getProperty(String name) {
        return invokeMethod(name, new Object[0]);
    }

    @Override
    public @Nullable Object invokeMethod(String name, Object arguments) {
        try {
            return values.ofJava(InvokerHelper.invokeMethod(javaRecord, name, arguments));
        } catch (MissingMethodException e) {
            throw new LookupFailedException("component", name, "there is " + javaRecord);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScriptRecord one && one.javaRecord.equals(javaRecord);
    }

    @Override
    public int hashCode() {
        return javaRecord.hashCode();
    }

    @Override
    public String toString() {
        return javaRecord.toString();
    }
}
