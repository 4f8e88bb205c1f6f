package org.wyrm.arch.spi;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

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
}
