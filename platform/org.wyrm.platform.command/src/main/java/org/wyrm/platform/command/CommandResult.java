package org.wyrm.platform.command;

import java.util.List;

/**
 * How a command ended.
 *
 * @param code as the exit code of a process that runs this command only: 0 if all went well
 * @param rowCount how many rows it wrote
 * @param messages what such a process tells on stderr: warnings, and last the error
 */
public record CommandResult(int code, long rowCount, List<String> messages) {
    /** The code of a command whose needs the target does not meet. */
    public static final int UNSUPPORTED = 7;

    public CommandResult {
        messages = List.copyOf(messages);
    }
}
