package org.wyrm.net.netfilter.internal;

import org.wyrm.base.contribution.Contributes;
import org.wyrm.program.spi.Declarations;

/** The variables of the packet filter's modules that the helpers of this bundle use. */
@Contributes(type = Declarations.class, name = "netfilter")
public final class NetfilterDeclarations implements Declarations {
    @Override
    public String name() {
        return "declarations of org.wyrm.net.netfilter";
    }

    @Override
    public String text() {
        return """
                extern unsigned int nf_tables_net_id;
                extern unsigned int xt_pernet_id;
                """;
    }
}
