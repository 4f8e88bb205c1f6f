package org.wyrm.platform.provision;

import java.util.List;
import java.util.Optional;
import org.wyrm.base.address.ByteSize;
import org.wyrm.platform.command.DetailRow;
import org.wyrm.platform.provision.Plugin.State;

/**
 * All that is known of a plug-in.
 *
 * @param name the symbolic name of its bundle
 * @param version its version
 * @param state where it stands
 * @param description what it says of itself
 * @param repository the name of the repository that has it; none where it is installed
 * @param location where its jar is
 * @param size of its jar
 * @param sha256 of its jar, in hexadecimal
 * @param signers who signed its jar, where that is here
 * @param commands the commands it contributes
 * @param needs what it needs of others, and of a target
 */
public record PluginDetails(
        String name,
        String version,
        State state,
        String description,
        Optional<String> repository,
        String location,
        Optional<ByteSize> size,
        String sha256,
        List<String> signers,
        List<String> commands,
        List<String> needs)
        implements DetailRow {}
