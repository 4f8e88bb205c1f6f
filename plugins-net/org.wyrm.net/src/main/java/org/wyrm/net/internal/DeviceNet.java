package org.wyrm.net.internal;

import org.wyrm.program.Value;

/** The name space of a device. */
final class DeviceNet {
    private DeviceNet() {}

    /**
     * {@return its {@code struct net}}
     *
     * @param device {@code struct net_device *}
     */
    static Value of(Value device) {
        return device.member("nd_net")
                .findMember("net")
                .map(Value::dereference)
                // A kernel without name spaces has one.
                .orElseGet(() -> device.program().variable("init_net"));
    }
}
