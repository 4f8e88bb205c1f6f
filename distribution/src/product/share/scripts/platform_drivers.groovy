#!/usr/bin/env -S wyrm script
// The drivers of the platform bus: address of the struct platform_driver, module that it is from (- for the kernel
// itself), name.
// Arguments: none.

def bus = prog['platform_bus_type'].address_of_()

// Until v6.3 a bus points to what the driver core keeps of it; since then, that is to be looked for.
def core = bus.hasMember('p')
        ? bus.p
        : list_for_each_entry('struct kobject', prog['bus_kset'].list.address_of_(), 'entry')
                .collect { container_of(it, 'struct subsys_private', 'subsys.kobj') }
                .find { it.bus == bus }

for (node in list_for_each_entry('struct klist_node', core.klist_drivers.k_list.address_of_(), 'n_node')) {
    def driver = container_of(node, 'struct driver_private', 'knode_bus').driver
    def platform = container_of(driver, 'struct platform_driver', 'driver')
    printf('%s %-20s %s%n', "$platform", driver.owner ? driver.owner.name : '-', driver.name.string_())
}
