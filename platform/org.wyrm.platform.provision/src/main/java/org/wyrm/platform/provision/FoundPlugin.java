package org.wyrm.platform.provision;

import java.util.List;
import org.wyrm.platform.provision.Plugin.State;

/**
 * A plug-in that a repository has.
 *
 * @param name the symbolic name of its bundle
 * @param version the newest that the repository has
 * @param repository the name of the repository
 * @param state where a plug-in of this name stands
 * @param commands the commands it contributes
 */
public record FoundPlugin(String name, String version, String repository, State state, List<String> commands) {}
