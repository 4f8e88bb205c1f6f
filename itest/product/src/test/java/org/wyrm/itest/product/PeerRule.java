package org.wyrm.itest.product;

/** Why another tool may answer otherwise. */
interface PeerRule {
    /** Of all answers compared, what one rule may take. */
    double MAX_SHARE = 0.005;

    String reason();

    /** {@return the share that it may take: more than the usual only if what it takes is compared in another way} */
    default double maxShare() {
        return MAX_SHARE;
    }
}
