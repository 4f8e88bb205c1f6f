package org.wyrm.arch.spi;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;
import org.wyrm.base.error.MalformedDataException;

/**
 * What a kernel says of itself in VMCOREINFO.
 *
 * @kernel Documentation/admin-guide/kdump/vmcoreinfo.rst
 */
@ProviderType
public interface KernelParameters {
    /** {@return the virtual address in a line {@code SYMBOL(name)=hex}} */
    OptionalLong symbol(String name);

    /** {@return the value of a line {@code NUMBER(name)=decimal or 0xhex}} */
    OptionalLong number(String name);

    /**
     * {@return the virtual address in a line {@code SYMBOL(name)=hex}}
     *
     * @throws org.wyrm.base.error.MalformedDataException if there is no such line
     */
    default long requiredSymbol(String name) {
        return symbol(name).orElseThrow(() -> missing("SYMBOL(" + name + ")"));
    }

    /**
     * {@return the value of a line {@code NUMBER(name)=decimal or 0xhex}}
     *
     * @throws org.wyrm.base.error.MalformedDataException if there is no such line
     */
    default long requiredNumber(String name) {
        return number(name).orElseThrow(() -> missing("NUMBER(" + name + ")"));
    }

    private static MalformedDataException missing(String key) {
        return new MalformedDataException("VMCOREINFO", 0, "it has no line " + key + "=, which is needed");
    }
}
