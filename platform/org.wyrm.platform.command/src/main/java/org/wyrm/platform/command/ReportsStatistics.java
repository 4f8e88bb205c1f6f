package org.wyrm.platform.command;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** What an {@link OpenTarget} may also be: it tells {@code --stats} what was done with it. */
@ConsumerType
public interface ReportsStatistics {
    /** {@return counts since it was opened, by name, in the order in which they are shown: {@code reads}, {@code faults}} */
    Map<String, Long> statistics();
}
