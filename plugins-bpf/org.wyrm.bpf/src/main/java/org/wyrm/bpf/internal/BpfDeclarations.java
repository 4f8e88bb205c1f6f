package org.wyrm.bpf.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of BPF that the helpers and commands of this bundle use. */
@Contributes(type = Declarations.class, name = "bpf")
public final class BpfDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.bpf";
    }

    @Override
    public String text() {
        return """
                extern struct idr prog_idr;
                extern struct idr map_idr;
                extern struct idr link_idr;
                extern struct idr btf_idr;
                extern const struct file_operations bpf_prog_fops;
                extern const struct file_operations bpf_map_fops;
                extern const struct file_operations bpf_link_fops;
                extern const struct file_operations bpf_link_fops_poll;
                extern const struct file_operations btf_fops;
                extern const struct inode_operations bpf_prog_iops;
                extern const struct inode_operations bpf_map_iops;
                extern const struct inode_operations bpf_link_iops;
                extern const struct file_operations socket_file_ops;
                extern struct cgroup_root cgrp_dfl_root;
                extern struct list_head super_blocks;
                """;
    }
}
