package org.wyrm.app.report.internal;

import java.time.Duration;
import org.wyrm.platform.command.CommandResult;

/**
 * A section, and what came of it.
 *
 * @param section the section
 * @param result how its command ended
 * @param rows rendered; empty where there are none
 * @param time how long it ran
 */
record Finished(Section section, CommandResult result, String rows, Duration time) {
    /** {@return whether it does not tell what it is to tell; of what the target cannot have, nothing is to be told} */
    boolean isFailure() {
        return result.code() != 0 && !isAbsent();
    }

    /** {@return whether the target has not what it tells of} */
    boolean isAbsent() {
        return result.code() == CommandResult.UNSUPPORTED;
    }
}
