/**
 * PCI devices: {@code linux/pci.h}. Start at {@link @name@.pci.Pci}.
 */
@Export
@Version("1.0.0")
package @name@.pci;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
