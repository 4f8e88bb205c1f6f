package org.wyrm.itest.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another user of the machine, {@code nobody}: who has no home, and may write nowhere but in /tmp. */
final class OtherUser {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private OtherUser() {}

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Runs the product as nobody; run by a user who is not root, as that one, who may not read other's files either. */
    static Wyrm.Run run(Wyrm product, String... words) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            assertThat(SETPRIV).as("setpriv, of util-linux").isExecutable();
            command.addAll(
                    List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"));
        }
        command.add(product.program());
        command.addAll(List.of(words));
        return product.execute(command);
    }

    /** Gives everyone a way to a folder: temporary folders are their owner's alone. */
    static void letIn(Path folder) throws java.io.IOException {
        for (var at = folder; at.startsWith("/tmp") && !at.equals(Path.of("/tmp")); at = at.getParent()) {
            var permissions = Files.getPosixFilePermissions(at);
            permissions.addAll(java.nio.file.attribute.PosixFilePermissions.fromString("r-xr-xr-x"));
            Files.setPosixFilePermissions(at, permissions);
        }
    }
}
