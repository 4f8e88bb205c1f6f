package org.wyrm.platform.provision;

import java.util.List;

/**
 * A plug-in and where it stands.
 *
 * @param name the symbolic name of its bundle
 * @param version its version
 * @param state where it stands
 * @param commands the commands it contributes
 */
public record Plugin(String name, String version, State state, List<String> commands) {
    /** Where a plug-in stands. */
    public enum State {
        /** It comes with the product and is there. */
        SHIPPED("shipped"),
        /** The user installed it. */
        INSTALLED("installed"),
        /** It is there as it was before, and nothing was changed. */
        UNCHANGED("unchanged"),
        /** A newer version took its place. */
        UPDATED("updated"),
        /** It is not there; a repository has it, or it comes with the product. */
        AVAILABLE("available"),
        /** The user removed it. */
        REMOVED("removed");

        private final String label;

        State(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /** {@return this plug-in where it stands another way} */
    Plugin in(State other) {
        return new Plugin(name, version, other, commands);
    }
}
