package org.wyrm.platform.provision;

import org.wyrm.platform.command.DetailRow;

/**
 * A plug-in that was begun, and what to say next in a shell.
 *
 * @param name the symbolic name of its bundle
 * @param command the command it contributes
 * @param folder of its project
 * @param build what builds and tests it
 * @param install what installs it
 * @param use what uses it
 */
public record NewPlugin(String name, String command, String folder, String build, String install, String use)
        implements DetailRow {}
