/* linux/pci.h */
extern struct list_head pci_root_buses;
